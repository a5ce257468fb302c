//! `cargo xtask lab`: a lab from the working tree.

use std::env;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{build, process};

/// Builds and becomes `fed-lab` with these arguments; without any, `fed-lab up`.
/// Commands in the lab find the fed-cli that was built.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    eprintln!("lab: builds and runs fed-lab ({})", build::forecast());
    build::programs()?;
    let program = process::built("fed-lab")?;
    let mut path: Vec<_> = program.parent().map(Into::into).into_iter().collect();
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(path)
        .map_err(|error| Failure::new(format!("could not put fed-cli on the PATH: {error}")))?;
    let mut lab = Command::new(program);
    lab.env("PATH", path);
    if arguments.is_empty() {
        lab.arg("up");
    }
    process::become_program(lab.args(arguments))
}
