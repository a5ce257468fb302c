//! `env`: the credentials as environment variables, for a shell or a file.

mod written;

use std::time::Duration;

use clap::Args;
use fed_types::read_duration;

use crate::arguments::RoleSessionArguments;
use crate::context::{Context, Outcome};
use crate::variables::Variables;
use crate::{Exit, choice, session};

use written::{Format, USUAL, without, written};

/// Print the credentials as environment variables, for a shell or a file.
///
/// In a POSIX shell: eval "$(fed-cli env)". What would outrank them, such as AWS_PROFILE, is
/// unset there. To be rid of them: eval "$(fed-cli env --unset)", which asks nobody.
#[derive(Debug, Args)]
pub struct EnvArguments {
    /// For which shell or file
    #[arg(long, value_enum, default_value_t = USUAL, value_name = "FORMAT")]
    pub format: Format,
    /// Print what takes these variables out of the shell again
    #[arg(long, conflicts_with = "min_life")]
    pub unset: bool,
    /// Life that the credentials must have left, such as 1h; else new ones are got
    #[arg(long, value_name = "DURATION", value_parser = read_duration)]
    pub min_life: Option<Duration>,
    /// Whose session of which role.
    #[command(flatten)]
    pub session: RoleSessionArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &EnvArguments) -> Outcome {
    let settings = choice::settings(context, &arguments.session)?;
    if arguments.unset {
        let names = Variables::names(context, &settings);
        context.verbatim(&without(&names, arguments.format)?)?;
        return Ok(Exit::Done);
    }
    let entry = session::credentials(context, &settings, arguments.min_life)?;
    let variables = Variables::of(context, &entry.credentials, &settings)?;
    context.verbatim(&written(&variables, arguments.format)?)?;
    Ok(Exit::Done)
}
