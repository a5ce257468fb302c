//! `cargo xtask mutants`: code that is broken on purpose, and which tests do not notice.

mod survivors;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use survivors::Survivors;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask mutants [--package NAME] [--shard K/N] [--changed REVISION]

Breaks the code in one place after another and runs the tests of the crate that it is in,
by cargo-mutants. Without options all of the workspace, which takes days; --package takes
one crate, --shard one of N parts, --changed what differs from a revision.

Every mutant that no test notices is in docs/mutants.md, with its reason; one that is not,
or one there that a test does notice, is a failure. Needs cargo-mutants.
";

/// Where cargo-mutants writes what came of it, below the root.
const OUTPUT: &str = "reports";

/// What cargo-mutants ends with where there are survivors (2), or tests that hung (3): those
/// are looked at here.
const SURVIVED: [i32; 3] = [0, 2, 3];

/// Runs cargo-mutants and holds what survived against the list.
pub(crate) fn run(given: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(given) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = arguments::options(given, &["--package", "--shard", "--changed"], USAGE)?;
    let known = Survivors::read(&text(Path::new(survivors::LIST))?)?;
    process::output(&mut process::cargo(["mutants", "--version"])).map_err(|_| {
        Failure::new("cargo has no `mutants`, expected cargo-mutants to be installed")
            .hint("cargo install --locked cargo-mutants")
    })?;
    let mut mutants = process::cargo(["mutants", "--no-shuffle", "--output", OUTPUT]);
    for (name, value) in &options {
        match *name {
            "--changed" => mutants.arg("--in-diff").arg(difference(value)?),
            "--package" => mutants.args(["--package", value]),
            other => mutants.args([other, value]),
        };
    }
    let ran = mutants
        .status()
        .map_err(|error| Failure::new(format!("could not run cargo-mutants: {error}")))?;
    if !ran.code().is_some_and(|code| SURVIVED.contains(&code)) {
        return Err(Failure::new(format!("cargo-mutants failed: {ran}")));
    }
    let told = |name: &str| {
        let path = Path::new(OUTPUT).join("mutants.out").join(name);
        if process::root().join(&path).exists() { text(&path) } else { Ok(String::new()) }
    };
    known.judge(&told("missed.txt")?, &told("caught.txt")?)?;
    Ok(ExitCode::SUCCESS)
}

/// What differs from the revision, as a file.
fn difference(revision: &str) -> Result<std::path::PathBuf, Failure> {
    let mut git = std::process::Command::new("git");
    git.args(["diff", "--merge-base", revision, "--", "*.rs"]).current_dir(process::root());
    let difference = process::output(&mut git)?;
    let folder = process::root().join(OUTPUT);
    let path = folder.join("changed.diff");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, difference))
        .map_err(|error| Failure::new(format!("could not write `{}`: {error}", path.display())))?;
    Ok(path)
}

fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(process::root().join(path))
        .map_err(|error| Failure::new(format!("could not read `{}`: {error}", path.display())))
}
