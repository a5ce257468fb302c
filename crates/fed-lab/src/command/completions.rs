//! `fed-lab completions`: what a shell needs to complete our command line.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;
use fed_lab::LabError;

const EXAMPLE: &str = "\
For bash: fed-lab completions bash > ~/.local/share/bash-completion/completions/fed-lab";

/// For which shell.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for this definition of the command line.
pub(crate) fn completions(
    options: &CompletionsOptions,
    mut definition: Command,
) -> Result<ExitCode, LabError> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut definition, "fed-lab", &mut script);
    // The generated script for bash gives its functions two names where the program's has a
    // hyphen: one where they are chosen, one where they are defined.
    let script = String::from_utf8_lossy(&script).replace("fed__subcmd__lab__", "fed__lab__");
    anstream::print!("{script}");
    Ok(ExitCode::SUCCESS)
}
