//! `assume`: ID token to credentials, printed as the aws CLI prints them.

use clap::Args;

use crate::arguments::RoleSessionArguments;
use crate::context::{Context, Outcome, Person};
use crate::{Exit, choice, session};

/// Exchange an ID token for AWS credentials and print them as the aws CLI does.
///
/// The output is that of aws sts assume-role-with-web-identity. The token comes from
/// the profile's source; where that is a browser, you sign in.
#[derive(Debug, Args)]
pub struct AssumeArguments {
    /// Whose session of which role.
    #[command(flatten)]
    pub session: RoleSessionArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &AssumeArguments) -> Outcome {
    let settings = choice::settings(context, &arguments.session)?;
    // What is missing is told before anybody signs in.
    settings.role(&context.host.files)?;
    settings.region(&settings.aws(&context.host.environment)?)?;
    let assumed = session::assume(context, &settings, Person::MayBeAsked)?;
    context.verbatim(assumed.to_aws_cli_json().expose())?;
    Ok(Exit::Done)
}
