//! `cargo xtask release --dry-run`: what the release workflow runs, run here.

mod workflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{arguments, process};
use workflow::{Deed, Step};

const USAGE: &str = "\
Usage: cargo xtask release --dry-run [--programs FOLDER]

Runs the steps of .github/workflows/release.yml for Linux and for the draft, on this machine and in
their order: packages/, release/ and release-notes.md are what would be published. What only GitHub
can do, and whatever would leave this machine, is left out and named. Without --programs both programs are
built as the workflow builds them, which takes half an hour; --programs target/debug takes those of
that folder.
";

const WORKFLOW: &str = ".github/workflows/release.yml";
/// The jobs that a Linux machine can do.
const JOBS: [&str; 2] = ["linux", "draft"];
/// Where the workflow has its programs.
const PROGRAMS: &str = "target/dist";
/// What it makes, below the root.
const MADE: [&str; 3] = ["packages", "release", "release-notes.md"];

/// Runs them; a release itself is the workflow's.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let is_dry = |argument: &String| argument == "--dry-run";
    if !arguments.iter().any(is_dry) {
        let message =
            "expected `--dry-run`: a release is drafted by the workflow when its tag is pushed";
        return Err(Failure::usage(message, USAGE));
    }
    let rest: Vec<String> = arguments.iter().filter(|it| !is_dry(it)).cloned().collect();
    let given = arguments::options(&rest, &["--programs"], USAGE)?;
    let programs = given.last().map(|(_, folder)| absolute(folder)).transpose()?;
    let steps = workflow::read(&text(WORKFLOW)?)?;
    let version = version(&text("Cargo.toml")?)?;
    for made in MADE.map(|name| process::root().join(name)) {
        remove(&made)?;
    }
    let runner = OwnFolder::new("release")?;
    let mut left_out = 0;
    for step in &steps {
        match what_to_do(step, programs.as_deref()) {
            Ok(script) => carry_out(&script, &version, runner.path())?,
            Err(why) => {
                left_out += 1;
                eprintln!("left out ({}): {}: {why}", step.job, step.name());
            }
        }
    }
    let files = check_sums()?;
    let newest = newest_section(&text("CHANGELOG.md")?);
    if newest.as_deref() != Some(version.as_str()) {
        let found = newest.unwrap_or_default();
        eprintln!("note: the changelog's newest section is `{found}`; a release's is `{version}`");
    }
    println!(
        "release (dry run): {files} files in release/, their sums hold; {left_out} steps left out, \
         nothing was attested, uploaded or drafted"
    );
    Ok(ExitCode::SUCCESS)
}

/// The script of a step; or why it is left out.
fn what_to_do(step: &Step, programs: Option<&Path>) -> Result<String, &'static str> {
    if !JOBS.contains(&step.job.as_str()) {
        return Err("another system's");
    }
    let Deed::Script(script) = &step.deed else { return Err("GitHub's own") };
    let first =
        |word: &str| script.lines().any(|line| line.split_whitespace().next() == Some(word));
    if first("gh") {
        return Err("it would leave this machine");
    }
    match programs {
        Some(_) if first("cargo") => Err("the programs are there"),
        Some(folder) => Ok(script.replace(PROGRAMS, &folder.to_string_lossy())),
        None => Ok(script.clone()),
    }
}

/// As a runner does it: bash, which stops at the first command that fails.
fn carry_out(script: &str, version: &str, runner: &Path) -> Result<(), Failure> {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(process::root())
        .env("RUNNER_TEMP", runner)
        .env("TAG", format!("v{version}"));
    process::run(&mut bash)
}

/// How many files there are, the sums themselves among them.
fn check_sums() -> Result<usize, Failure> {
    let release = process::root().join("release");
    let mut check = Command::new("sha256sum");
    check.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&release);
    process::run(&mut check)?;
    let sums = text("release/SHA256SUMS")?.lines().count();
    let files = fs::read_dir(&release)
        .map_err(|error| Failure::new(format!("could not list `release`: {error}")))?
        .count();
    if files != sums + 1 {
        let message = format!("expected the sums of {} files in release/, found {sums}", files - 1);
        return Err(Failure::new(message));
    }
    Ok(files)
}

fn text(name: &str) -> Result<String, Failure> {
    fs::read_to_string(process::root().join(name))
        .map_err(|error| Failure::new(format!("could not read `{name}`: {error}")))
}

fn absolute(folder: &str) -> Result<PathBuf, Failure> {
    fs::canonicalize(folder).map_err(|error| {
        Failure::new(format!("expected a folder with fed-cli and fed-lab, found `{folder}`: {error}"))
            .hint("cargo build -p fed-cli -p fed-lab && cargo xtask release --dry-run --programs target/debug")
    })
}

/// The version that all crates have.
fn version(manifest: &str) -> Result<String, Failure> {
    let found =
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    found
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("expected a version in Cargo.toml, found none"))
}

/// The title of the changelog's first section, without the date.
fn newest_section(changelog: &str) -> Option<String> {
    let title = changelog.lines().find_map(|line| line.strip_prefix("## "))?;
    Some(title.split_whitespace().next()?.trim_matches(['[', ']']).to_owned())
}

fn remove(path: &Path) -> Result<(), Failure> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("could not remove `{}`: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(job: &str, deed: Deed) -> Step {
        Step { job: job.to_owned(), deed }
    }

    fn script(text: &str) -> Deed {
        Deed::Script(text.to_owned())
    }

    #[test]
    fn what_would_leave_this_machine_is_left_out() {
        let done = |job: &str, deed: Deed, programs: Option<&str>| {
            what_to_do(&step(job, deed), programs.map(Path::new)).map_err(str::to_owned)
        };
        let draft = "gh release create \"$TAG\" --draft release/*";
        assert_eq!(done("draft", script(draft), None), Err("it would leave this machine".into()));
        let build = "cargo build --locked --profile dist -p fed-cli -p fed-lab";
        assert_eq!(done("linux", script(build), None), Ok(build.to_owned()));
        assert_eq!(done("linux", script(build), Some("/p")), Err("the programs are there".into()));
        let packages = "python3 -m venv x\nPYTHON=x packaging/build target/dist packages";
        let of_folder = "python3 -m venv x\nPYTHON=x packaging/build /p packages".to_owned();
        assert_eq!(done("linux", script(packages), Some("/p")), Ok(of_folder));
        assert_eq!(done("others", script(build), None), Err("another system's".into()));
        let uses = Deed::Action("actions/checkout@1".to_owned());
        assert_eq!(done("linux", uses, None), Err("GitHub's own".into()));
    }

    #[test]
    fn a_release_has_a_section_of_its_own() {
        assert_eq!(newest_section("# Changelog\n\n## Unreleased\n").as_deref(), Some("Unreleased"));
        assert_eq!(newest_section("## [1.2.3] - 2026-01-01\n").as_deref(), Some("1.2.3"));
        assert_eq!(newest_section("# Changelog\n"), None);
        assert_eq!(version("[workspace.package]\nversion = \"0.1.0\"\n").unwrap(), "0.1.0");
    }

    /// The workflow as it is: who changes it sees here what the dry run will do of it.
    #[test]
    fn the_workflow_is_read_to_its_last_step() {
        let steps = workflow::read(&text(WORKFLOW).unwrap()).unwrap();
        let does: Vec<String> = steps
            .iter()
            .filter(|step| JOBS.contains(&step.job.as_str()))
            .filter_map(|step| what_to_do(step, None).ok())
            .collect();
        let words = ["cargo build", "packaging/build", "packaging/release.py"];
        assert_eq!(does.len(), words.len(), "{does:#?}");
        for (script, words) in does.iter().zip(words) {
            assert!(script.contains(words), "{script}");
        }
        let last = steps.last().unwrap();
        assert_eq!(what_to_do(last, None), Err("it would leave this machine"));
        for job in JOBS {
            assert!(steps.iter().any(|step| step.job == job), "{job}");
        }
    }
}
