//! `cargo xtask ci`: the pipeline, on this machine.

use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask ci

Runs .ci/run: formatting, clippy, all tests, and the features on the host, on the
container backend and in front of moto. As root on Debian it installs what is missing.
";

/// Becomes `.ci/run`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    arguments::options(arguments, &[], USAGE)?;
    eprintln!("ci: formatting, clippy, tests, features on three backends (about 30 minutes cold)");
    let mut script = Command::new("bash");
    process::become_program(script.arg(".ci/run").current_dir(process::root()))
}
