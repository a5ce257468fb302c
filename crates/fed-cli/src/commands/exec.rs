//! `exec`: a command with the credentials in its environment.

mod child;
mod server;

use std::ffi::OsString;
use std::io;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use credential_store::CredentialsEntry;
use fed_types::read_duration;

use crate::arguments::RoleSessionArguments;
use crate::context::{Context, Outcome, block_on};
use crate::environment::{FED_SHELL_PROFILE, SHELL};
use crate::session::{self, Held};
use crate::settings::Settings;
use crate::variables::Variables;
use crate::{Exit, Failure, choice};

use server::Server;

/// Run a command with the credentials in its environment.
///
/// Without a command, a shell. Other AWS credentials are unset for it, so that none outranks
/// these. With --serve, it is not the credentials that are set but the place on this machine
/// where AWS SDKs and the aws CLI get them, fresh ones for as long as the command runs. Its exit
/// status is the exit status; 126 and 127 are those of a command that cannot be run and of one
/// that is not there.
#[derive(Debug, Args)]
pub struct ExecArguments {
    /// Life that the credentials must have left, such as 1h; else new ones are got
    #[arg(long, value_name = "DURATION", value_parser = read_duration)]
    pub min_life: Option<Duration>,
    /// Serve fresh credentials to the command on a loopback address, for as long as it runs
    #[arg(long)]
    pub serve: bool,
    /// Whose session of which role.
    #[command(flatten)]
    pub session: RoleSessionArguments,
    /// The command and its arguments [default: your shell]
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ExecArguments) -> Outcome {
    let shell = match arguments.command.as_slice() {
        [] => Some(shell(context)?),
        _ => None,
    };
    let settings = choice::settings(context, &arguments.session)?;
    let held = session::held(context, &settings, arguments.min_life)?;
    let words: Vec<&OsString> = shell.iter().chain(&arguments.command).collect();
    let Some((program, rest)) = words.split_first() else {
        return Err(Failure::new(Exit::Usage, "no command was given"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    if shell.is_some() {
        tell_of_shell(context, &held.entry, arguments.serve);
        command.env(FED_SHELL_PROFILE, &settings.name);
    }
    let ran = if arguments.serve {
        served(context, &settings, held, command)?
    } else {
        become_it(with(command, Variables::of(context, &held.entry.credentials, &settings)?))
    };
    ran.map_err(|error| {
        let message = format!("could not run `{}`", program.display());
        match error.kind() {
            io::ErrorKind::NotFound => Failure::new(Exit::Of(NOT_FOUND), message)
                .caused_by(&error)
                .hint("check the name and `PATH`"),
            _ => Failure::new(Exit::Of(NOT_RUN), message).caused_by(&error),
        }
    })
}

/// The command in the changed environment.
fn with(mut command: Command, variables: Variables) -> Command {
    for name in &variables.unset {
        command.env_remove(name);
    }
    command.envs(variables.set);
    command
}

/// Runs the command as a child, and serves credentials to it until it ends.
fn served(
    context: Context<'_>,
    settings: &Settings,
    held: Held,
    command: Command,
) -> Result<io::Result<Exit>, Failure> {
    block_on(async {
        let server = Server::bind(context, settings, held).await?;
        let variables = Variables::served(context, settings, server.uri(), server.token());
        server.start();
        Ok(child::run(with(command, variables)).await)
    })
}

/// What POSIX's `env` and `sh` end with when the command is not there.
const NOT_FOUND: u8 = 127;

/// And when it is there, but cannot be run.
const NOT_RUN: u8 = 126;

/// The shell of whoever sits at the terminal.
fn shell(context: Context<'_>) -> Result<OsString, Failure> {
    if let Some(profile) = context.host.environment.text(FED_SHELL_PROFILE) {
        let message = format!("this shell has the credentials of profile `{profile}` already");
        return Err(Failure::new(Exit::Usage, message)
            .hint("`exit` it first; a command needs no other shell: `fed-cli exec -- COMMAND`"));
    }
    if !context.host.terminal.is_interactive() {
        return Err(Failure::new(Exit::Usage, "no command was given, and there is no terminal")
            .hint("name one: `fed-cli exec -- COMMAND`"));
    }
    let named = if cfg!(windows) { "COMSPEC" } else { SHELL };
    let usual = if cfg!(windows) { "cmd.exe" } else { "/bin/sh" };
    let shell = context.host.environment.path(named);
    Ok(shell.map_or_else(|| OsString::from(usual), OsString::from))
}

fn tell_of_shell(context: Context<'_>, entry: &CredentialsEntry, is_served: bool) {
    let until = if is_served {
        "with fresh credentials".to_owned()
    } else {
        format!("until {}", entry.credentials.expiration)
    };
    context.say(&format!("a shell as `{}` {until}; `exit` ends it", entry.role_arn));
}

/// Replaces this process: signals, terminal and exit status are the command's own.
#[cfg(unix)]
fn become_it(mut command: Command) -> io::Result<Exit> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

/// Runs the command as a child.
#[cfg(not(unix))]
fn become_it(command: Command) -> io::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(child::run(command))
}
