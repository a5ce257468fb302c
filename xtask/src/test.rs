//! `cargo xtask test`: all tests, cheapest first.

use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, build, e2e, process};

const USAGE: &str = "\
Usage: cargo xtask test [OPTIONS]

Runs tidy, unit, crate and conformance tests (`cargo test --workspace`), then the
features end to end. Options are those of `cargo xtask e2e`.
";

/// The workspace's tests, then the features.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = arguments::options(arguments, &e2e::OPTIONS, USAGE)?;
    eprintln!("test: the workspace's tests, then features/ ({})", build::forecast());
    process::run(&mut process::cargo(["test", "--workspace", "--no-fail-fast"]))?;
    build::programs()?;
    e2e::features(&options)
}
