//! `cargo xtask e2e`: the main job.

use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, build, process};

/// Options that the runner takes, each with a value.
pub(crate) const OPTIONS: [&str; 8] = [
    "--backend",
    "--browser",
    "--concurrency",
    "--endpoint",
    "--image",
    "--name",
    "--report",
    "--tags",
];

const USAGE: &str = "\
Usage: cargo xtask e2e [OPTIONS]

Builds fed-cli, fed-lab and e2e, then runs features/ against a lab.

Options:
  --backend auto|container|host|ministack|external
                                          What stands in for AWS [default: auto]
  --endpoint URL                          Where `external` runs already; without it,
                                          moto's server is started
  --image NAME:TAG                        The LocalStack image, for `container`
  --tags EXPRESSION                       Only these, such as '@tutorial and not @browser'
  --name TEXT                             Only scenarios whose name contains this
  --report DIR                            Write the run as a page (run.html),
                                          junit.xml and cucumber.json there
  --browser auto|require|skip             Whether Chromium drives a sign-in too
  --concurrency N                         Scenarios at a time
";

/// Builds and becomes the runner.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = arguments::options(arguments, &OPTIONS, USAGE)?;
    eprintln!("e2e: builds three programs, then runs features/ ({})", build::forecast());
    build::programs()?;
    features(&options)
}

/// Becomes the runner, with programs that are built.
pub(crate) fn features(options: &[(&'static str, String)]) -> Result<ExitCode, Failure> {
    process::become_program(&mut runner(options)?)
}

/// The runner, with programs that are built.
pub(crate) fn runner(options: &[(&'static str, String)]) -> Result<Command, Failure> {
    let mut runner = Command::new(process::built("e2e")?);
    runner.current_dir(process::root()).arg("--fed-cli").arg(process::built("fed-cli")?);
    for (name, value) in options {
        runner.args([*name, value]);
    }
    Ok(runner)
}
