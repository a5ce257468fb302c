//! The one build that `e2e`, `test` and `lab` share: always the same packages
//! in one cargo command, so that every dependency is compiled with the same
//! features and the AWS SDKs are compiled once.

use crate::failure::Failure;
use crate::process;

/// Measured on two cores from nothing; see the README.
const COLD: &str = "the first build compiles the AWS SDKs: about 6 minutes on two cores";

/// How long a build takes, for a command's first line.
pub(crate) fn forecast() -> &'static str {
    let warm = process::built("e2e").is_ok_and(|program| program.exists());
    if warm { "built before: only what changed is compiled" } else { COLD }
}

/// Builds fed-cli, fed-lab and e2e.
pub(crate) fn programs() -> Result<(), Failure> {
    let packages = ["build", "-p", "fed-cli", "-p", "fed-lab", "-p", "e2e"];
    process::run(&mut process::cargo(packages))
}
