//! From the words on the command line to the exit status.

use std::ffi::OsString;
use std::io::Write as _;
use std::panic::PanicHookInfo;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use tracing_subscriber::EnvFilter;

use crate::command_line::{self, Arguments, Command};
use crate::commands;
use crate::context::{Context, Outcome};
use crate::host::Colors;
use crate::{Exit, Failure, Host};

/// Our own crates: the others' logs are not meant for people, and may hold secrets.
const LOGGED: [&str; 7] = [
    "fed_cli",
    "oidc_client",
    "sts_exchange",
    "credential_store",
    "iam_bootstrap",
    "ec2_probe",
    "iam_policy",
];

/// Runs the command line `words`, the program's name first. Every failure is rendered
/// here and nowhere else.
pub fn run(host: &Host, words: impl IntoIterator<Item = OsString>) -> Exit {
    let words: Vec<OsString> = words.into_iter().collect();
    let read = match command_line::read_credential_process(&words) {
        Some(arguments) => Ok(arguments),
        None => Arguments::try_parse_from(words),
    };
    let arguments = match read {
        Ok(arguments) => arguments,
        Err(error) => {
            let printed = error.print();
            return match (error.kind(), printed) {
                (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, Err(error)) => failed(
                    host,
                    &Failure::output(&error),
                    host.terminal.colors_stderr(Colors::Auto),
                ),
                (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, Ok(())) => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    let colors = host.terminal.colors_stderr(arguments.global.color);
    start_logging(arguments.global.verbose, colors);
    let context = Context { host, global: &arguments.global };
    match dispatch(context, &arguments.command) {
        Ok(exit) => exit,
        Err(failure) => failed(host, &failure, colors),
    }
}

fn failed(host: &Host, failure: &Failure, colors: bool) -> Exit {
    if let Some(text) = failure.render(colors) {
        host.terminal.say_rendered(&text);
    }
    failure.exit
}

fn dispatch(context: Context<'_>, command: &Command) -> Outcome {
    match command {
        Command::Setup(arguments) => commands::setup::run(context, arguments),
        Command::Login(arguments) => commands::login::run(context, arguments),
        Command::Logout(arguments) => commands::logout::run(context, arguments),
        Command::Status(arguments) => commands::status::run(context, arguments),
        Command::Profiles(arguments) => {
            commands::profiles::run(context, arguments, Arguments::command)
        }
        Command::Token(arguments) => commands::token::run(context, arguments),
        Command::Assume(arguments) => commands::assume::run(context, arguments),
        Command::CredentialProcess(arguments) => {
            commands::credential_process::run(context, arguments)
        }
        Command::Env(arguments) => commands::env::run(context, arguments),
        Command::Exec(arguments) => commands::exec::run(context, arguments),
        Command::Console(arguments) => commands::console::run(context, arguments),
        Command::Probe(arguments) => commands::probe::run(context, arguments),
        Command::Bootstrap(command) => commands::bootstrap::run(context, command),
        Command::Policy(command) => commands::policy::run(context, command),
        Command::Explain(arguments) => commands::explain::run(context, arguments),
        Command::Doctor(arguments) => commands::doctor::run(context, arguments),
        Command::Completions(arguments) => {
            commands::completions::run(context, arguments, Arguments::command())
        }
        Command::Man(arguments) => commands::man::run(context, arguments, Arguments::command()),
    }
}

fn start_logging(verbose: u8, colors: bool) {
    let level = match verbose {
        0 => return,
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let directives: Vec<String> = LOGGED.iter().map(|target| format!("{target}={level}")).collect();
    // A second subscriber, as in tests, is refused; the first one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives.join(",")))
        .with_writer(std::io::stderr)
        .with_ansi(colors)
        .without_time()
        .try_init();
}

/// Says in plain words that the program itself failed, and where.
pub fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let _ = writeln!(
        std::io::stderr(),
        "error: something in fed-cli itself went wrong{place}\n\nhint: this is a mistake in \
         fed-cli, please report it with the command you typed; nothing was lost"
    );
}
