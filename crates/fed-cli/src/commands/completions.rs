//! `completions`: what the shell needs to complete our command line.

use clap::Args;
use clap_complete::Shell;

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// Print a script that makes the shell complete fed-cli's command line.
///
/// For bash: fed-cli completions bash > ~/.local/share/bash-completion/completions/fed-cli
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Runs the command for this definition of the command line.
pub(crate) fn run(
    context: Context<'_>,
    arguments: &CompletionsArguments,
    mut definition: clap::Command,
) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition, "fed-cli", &mut script);
    let script = String::from_utf8(script).map_err(|error| {
        Failure::new(Exit::Unexpected, "could not write the completion script").caused_by(&error)
    })?;
    context.data(&script)?;
    Ok(Exit::Done)
}
