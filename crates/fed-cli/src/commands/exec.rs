//! `exec`: a command with the credentials in its environment.

use std::ffi::OsString;
use std::io;
use std::process::Command;

use clap::Args;
use fed_types::TemporaryCredentials;

use crate::arguments::{AwsArguments, Options, RoleArguments, SignInArguments};
use crate::context::{Context, Outcome};
use crate::environment::{
    AWS_ACCESS_KEY_ID, AWS_CREDENTIAL_EXPIRATION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_REGION,
    AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, OTHER_AWS_CREDENTIALS,
};
use crate::settings::Settings;
use crate::{Exit, Failure, session};

/// Run a command with the credentials in its environment.
///
/// Other AWS credentials are unset for it, so that none outranks these. Its exit status
/// is the exit status.
#[derive(Debug, Args)]
pub struct ExecArguments {
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ExecArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    let entry = session::credentials(context, &settings)?;
    let Some((program, rest)) = arguments.command.split_first() else {
        return Err(Failure::new(Exit::Usage, "no command was given"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    for name in OTHER_AWS_CREDENTIALS {
        command.env_remove(name);
    }
    command.envs(variables(context, &entry.credentials, &settings));
    become_it(command).map_err(|error| {
        let message = format!("could not run `{}`", program.display());
        let failure = Failure::new(Exit::Unexpected, message).caused_by(&error);
        match error.kind() {
            io::ErrorKind::NotFound => failure.hint("check the name and `PATH`"),
            _ => failure,
        }
    })
}

/// The variables an AWS SDK reads. Region and endpoint only where one is configured.
pub(super) fn variables(
    context: Context<'_>,
    credentials: &TemporaryCredentials,
    settings: &Settings,
) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        (AWS_ACCESS_KEY_ID, credentials.access_key_id.clone()),
        (AWS_SECRET_ACCESS_KEY, credentials.secret_access_key.expose().to_owned()),
        (AWS_SESSION_TOKEN, credentials.session_token.expose().to_owned()),
        (AWS_CREDENTIAL_EXPIRATION, credentials.expiration.to_string()),
    ];
    if let Some(region) = &settings.profile.region {
        variables.push((AWS_REGION, region.clone()));
        variables.push((AWS_DEFAULT_REGION, region.clone()));
    }
    if let Some(endpoint) = settings.endpoint_for_others(&context.host.environment) {
        variables.push((AWS_ENDPOINT_URL, endpoint.to_owned()));
    }
    variables
}

/// Replaces this process: signals, terminal and exit status are the command's own.
#[cfg(unix)]
fn become_it(mut command: Command) -> io::Result<Exit> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

/// Runs the command as a child. Ctrl-C reaches it by the console; we wait for what it
/// makes of it.
#[cfg(not(unix))]
fn become_it(command: Command) -> io::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut child = tokio::process::Command::from(command).spawn()?;
        loop {
            tokio::select! {
                status = child.wait() => {
                    let code = status?.code().and_then(|code| u8::try_from(code).ok());
                    return Ok(code.map_or(Exit::Unexpected, Exit::Of));
                }
                // Where Ctrl-C cannot be listened to, the child alone is waited for.
                Ok(()) = tokio::signal::ctrl_c() => {}
            }
        }
    })
}
