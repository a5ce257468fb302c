//! `cargo xtask image`: the LocalStack image for the container backend.

use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::process;

const USAGE: &str = "\
Usage: cargo xtask image [--rebuild] [NAME:TAG]

Sees that the Docker engine has the LocalStack image that `--backend container`
uses: it is there, or it is pulled, or it is built under the same name from Debian
and Python packages (as root). --rebuild builds it whether or not it is there.
";

/// Becomes docker/localstack/build.sh.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    let mut script = Command::new("bash");
    script.arg("docker/localstack/build.sh").current_dir(process::root());
    for argument in arguments {
        match argument.as_str() {
            "--help" | "-h" => {
                print!("{USAGE}");
                return Ok(ExitCode::SUCCESS);
            }
            "--rebuild" => {
                script.env("REBUILD", "1");
            }
            option if option.starts_with('-') => {
                return Err(Failure::usage(format!("there is no option `{option}`"), USAGE));
            }
            image => {
                script.arg(image);
            }
        }
    }
    eprintln!("image: at once if it is there, a minute to pull, two or three to build");
    process::become_program(&mut script)
}
