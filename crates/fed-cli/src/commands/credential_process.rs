//! `credential-process`: what `~/.aws/config` calls. Never prompts; only JSON on stdout.

use clap::Args;
use credential_store::CredentialsEntry;
use fed_types::Arn;
use serde::Serialize;

use crate::arguments::{AwsArguments, Options, RoleArguments, SignInArguments};
use crate::context::{Context, Outcome};
use crate::{Exit, Failure, session};

/// Give credentials to AWS SDKs, for credential_process in ~/.aws/config.
///
/// Never asks anything: where a person has to sign in, it says so (what to do on the
/// terminal too, since some SDKs swallow it) and ends with exit status 4.
#[derive(Debug, Default, Args)]
pub struct CredentialProcessArguments {
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

/// The AWS SDKs' format, version 1.
///
/// Source: AWS CLI user guide, "Sourcing credentials with an external process".
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &CredentialProcessArguments) -> Outcome {
    give(context, arguments).inspect_err(|failure| {
        // Some SDKs swallow stderr: say where the person looks, too, what is to be done. Others
        // repeat stderr there, so it is not said whole a second time.
        if let Some(remedy) = failure.remedy()
            && !context.host.terminal.stderr_is_terminal()
        {
            context.host.terminal.say_on_device(&format!("fed-cli: {remedy}"));
        }
    })
}

fn give(context: Context<'_>, arguments: &CredentialProcessArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    let entry = session::credentials_unattended(context, &settings, None)?;
    context.verbatim(&answer(&entry)?)?;
    Ok(Exit::Done)
}

fn answer(entry: &CredentialsEntry) -> Result<String, Failure> {
    let credentials = &entry.credentials;
    let account = entry.assumed_role_arn.as_deref().and_then(|arn| Arn::parse(arn).ok());
    let answer = Answer {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: credentials.secret_access_key.expose(),
        session_token: credentials.session_token.expose(),
        expiration: credentials.expiration.to_string(),
        account_id: account.map(|arn| arn.account),
    };
    let mut text = serde_json::to_string(&answer).map_err(|error| {
        Failure::new(Exit::Unexpected, "could not write the credentials as JSON").caused_by(&error)
    })?;
    text.push('\n');
    Ok(text)
}
