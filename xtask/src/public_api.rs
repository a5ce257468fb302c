//! `cargo xtask public-api`: whether the libraries keep what the last release promised.

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask public-api [--since REVISION]

Compares what the libraries give to others with the last release (the newest tag v…), by
cargo-semver-checks: what was taken away or changed needs another version. --since compares
with a revision instead. Where there is no release yet, there is nothing to keep.
";

/// Crates that are programs, and no library to build on.
const PROGRAMS: [&str; 2] = ["e2e", "fed-cli"];

/// Runs cargo-semver-checks against the last release.
pub(crate) fn run(given: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(given) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = arguments::options(given, &["--since"], USAGE)?;
    let asked = options.into_iter().last().map(|(_, revision)| revision);
    let Some(since) = asked.or_else(last_release) else {
        println!("public API: no release yet, nothing to keep");
        return Ok(ExitCode::SUCCESS);
    };
    process::output(&mut process::cargo(["semver-checks", "--version"])).map_err(|_| {
        Failure::new("cargo has no `semver-checks`, expected cargo-semver-checks to be installed")
            .hint("cargo install --locked cargo-semver-checks")
    })?;
    let mut checks = process::cargo(["semver-checks", "--baseline-rev", &since]);
    let libraries = libraries()?;
    for library in &libraries {
        checks.args(["--package", library]);
    }
    process::run(&mut checks)?;
    println!("public API: {} libraries keep what `{since}` promised", libraries.len());
    Ok(ExitCode::SUCCESS)
}

/// The newest tag of a release before this commit.
fn last_release() -> Option<String> {
    let mut git = std::process::Command::new("git");
    git.args(["describe", "--tags", "--abbrev=0", "--match", "v*"]).current_dir(process::root());
    let tag = process::output(&mut git).ok()?;
    Some(tag.trim().to_owned()).filter(|tag| !tag.is_empty())
}

/// The crates that others may build on.
fn libraries() -> Result<Vec<String>, Failure> {
    let crates = process::root().join("crates");
    let failed = |error| Failure::new(format!("could not read `{}`: {error}", crates.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(&crates).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if !PROGRAMS.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
