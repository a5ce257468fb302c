//! `cargo xtask lab`: a lab from the working tree.

use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{build, process};

/// Builds and becomes `fed-lab` with these arguments; without any, `fed-lab up`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    eprintln!("lab: builds and runs fed-lab ({})", build::forecast());
    build::programs()?;
    let mut lab = Command::new(process::built("fed-lab")?);
    if arguments.is_empty() {
        lab.arg("up");
    }
    process::become_program(lab.args(arguments))
}
