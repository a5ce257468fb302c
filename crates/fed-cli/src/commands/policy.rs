//! `policy`: IAM policies checked and tried out without AWS.

mod lint;
mod simulate;
mod test;

use std::path::Path;

use clap::Subcommand;

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// The commands below `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    Lint(lint::LintArguments),
    Simulate(simulate::SimulateArguments),
    Test(test::TestArguments),
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, command: &PolicyCommand) -> Outcome {
    match command {
        PolicyCommand::Lint(arguments) => lint::run(context, arguments),
        PolicyCommand::Simulate(arguments) => simulate::run(context, arguments),
        PolicyCommand::Test(arguments) => test::run(context, arguments),
    }
}

fn read(context: Context<'_>, path: &Path) -> Result<String, Failure> {
    context.host.files.read(path).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, format!("could not read `{}`", path.display()))
            .caused_by(&error)
    })
}
