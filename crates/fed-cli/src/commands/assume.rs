//! `assume`: ID token to credentials, printed as the aws CLI prints them.

use clap::Args;

use crate::arguments::{
    AwsArguments, Options, RoleArguments, RoleChoiceArguments, SignInArguments,
};
use crate::context::{Context, Outcome, Person};
use crate::{Exit, choice, session};

/// Exchange an ID token for AWS credentials and print them as the aws CLI does.
///
/// The output is that of aws sts assume-role-with-web-identity. The token comes from
/// the profile's source; where that is a browser, you sign in.
#[derive(Debug, Args)]
pub struct AssumeArguments {
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which of several roles.
    #[command(flatten)]
    pub choice: RoleChoiceArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &AssumeArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = choice::settings(context, options, arguments.choice.role.as_deref())?;
    // What is missing is told before anybody signs in.
    settings.role(&context.host.files)?;
    settings.region(&settings.aws(&context.host.environment)?)?;
    let assumed = session::assume(context, &settings, Person::MayBeAsked)?;
    context.verbatim(assumed.to_aws_cli_json().expose())?;
    Ok(Exit::Done)
}
