//! `exec`: a command with the credentials in its environment.

use std::ffi::OsString;
use std::io;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use credential_store::CredentialsEntry;
use fed_types::read_duration;

use crate::arguments::{AwsArguments, Options, RoleArguments, SignInArguments};
use crate::context::{Context, Outcome};
use crate::environment::SHELL;
use crate::variables::Variables;
use crate::{Exit, Failure, session};

/// Run a command with the credentials in its environment.
///
/// Without a command, a shell. Other AWS credentials are unset for it, so that none outranks
/// these. Its exit status is the exit status; 126 and 127 are those of a command that cannot
/// be run and of one that is not there.
#[derive(Debug, Args)]
pub struct ExecArguments {
    /// Life that the credentials must have left, such as 1h; else new ones are got
    #[arg(long, value_name = "DURATION", value_parser = read_duration)]
    pub min_life: Option<Duration>,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
    /// The command and its arguments [default: your shell]
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ExecArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let shell = match arguments.command.as_slice() {
        [] => Some(shell(context)?),
        _ => None,
    };
    let settings = context.settings(options)?;
    let entry = session::credentials(context, &settings, arguments.min_life)?;
    let words = shell.as_slice().iter().chain(&arguments.command).collect::<Vec<_>>();
    let Some((program, rest)) = words.split_first() else {
        return Err(Failure::new(Exit::Usage, "no command was given"));
    };
    if shell.is_some() {
        tell_of_shell(context, &entry);
    }
    let variables = Variables::of(context, &entry.credentials, &settings)?;
    let mut command = Command::new(program);
    command.args(rest);
    for name in &variables.unset {
        command.env_remove(name);
    }
    command.envs(variables.set);
    become_it(command).map_err(|error| {
        let message = format!("could not run `{}`", program.display());
        match error.kind() {
            io::ErrorKind::NotFound => Failure::new(Exit::Of(NOT_FOUND), message)
                .caused_by(&error)
                .hint("check the name and `PATH`"),
            _ => Failure::new(Exit::Of(NOT_RUN), message).caused_by(&error),
        }
    })
}

/// What POSIX's `env` and `sh` end with when the command is not there.
const NOT_FOUND: u8 = 127;

/// And when it is there, but cannot be run.
const NOT_RUN: u8 = 126;

/// The shell of whoever sits at the terminal.
fn shell(context: Context<'_>) -> Result<OsString, Failure> {
    if !context.host.terminal.is_interactive() {
        return Err(Failure::new(Exit::Usage, "no command was given, and there is no terminal")
            .hint("name one: `fed-cli exec -- COMMAND`"));
    }
    let named = if cfg!(windows) { "COMSPEC" } else { SHELL };
    let usual = if cfg!(windows) { "cmd.exe" } else { "/bin/sh" };
    let shell = context.host.environment.path(named);
    Ok(shell.map_or_else(|| OsString::from(usual), OsString::from))
}

fn tell_of_shell(context: Context<'_>, entry: &CredentialsEntry) {
    context.say(&format!(
        "a shell as `{}` until {}; `exit` ends it",
        entry.role_arn, entry.credentials.expiration
    ));
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
