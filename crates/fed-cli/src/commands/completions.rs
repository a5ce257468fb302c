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
    let script = if arguments.shell == Shell::Bash { for_bash(&script) } else { script };
    context.verbatim(&script)?;
    Ok(Exit::Done)
}

/// The generated script gives its functions two names where the program's has a hyphen, one
/// where they are chosen and one where they are defined; and it knows no profile.
fn for_bash(script: &str) -> String {
    let profiles =
        "COMPREPLY=($(compgen -W \"$(\"$1\" profiles --names 2>/dev/null)\" -- \"${cur}\"))";
    let mut text = String::new();
    let mut of_profile = false;
    for line in script.replace("fed__subcmd__cli__", "fed__cli__").lines() {
        let is_choice = matches!(line.trim(), "--profile)" | "-p)");
        if of_profile && line.trim().starts_with("COMPREPLY=") {
            text.push_str(&line.replace(line.trim(), profiles));
        } else {
            text.push_str(line);
        }
        text.push('\n');
        of_profile = is_choice;
    }
    text
}
