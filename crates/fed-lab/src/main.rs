//! `fed-lab`: an AWS account on this machine that really refuses.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use fed_lab::{LabError, Surroundings};

mod aws_program;
mod claims;
mod command;
mod options;
mod shell;
mod signals;
mod terminal;

const ENVIRONMENT: &str = "\
Environment:
  FED_PYTHON         The interpreter for the host backend, Python 3.10 or newer
  FED_LAB_IMAGE      The container image, as --image
  FED_LAB_CACHE_DIR  Where LocalStack is installed and running labs are kept
  FED_LAB_LOG        What to log, such as `debug` or `iam_gate=debug`";

/// An AWS account on this machine that really refuses: LocalStack behind a gate
/// that verifies signatures and tokens and enforces policies, beside an issuer that
/// signs as Google does. Everything listens on 127.0.0.1, unless --listen says otherwise.
#[derive(Parser)]
#[command(name = "fed-lab", version, max_term_width = 100, after_help = ENVIRONMENT)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a lab and keep it until Ctrl-C, or in the background
    Up(command::up::UpOptions),
    /// Start a lab, run a command in it, stop the lab; exits as the command does
    Exec(command::exec::ExecOptions),
    /// Print what makes a shell one of the lab that `fed-lab up` has started
    Env(command::env::EnvOptions),
    /// Show which labs run
    Status(command::status::StatusOptions),
    /// Print what a lab and its emulator have logged
    Logs(command::logs::LogsOptions),
    /// End a lab that `fed-lab up` has started, and remove what dead ones have left
    Down(command::down::DownOptions),
    /// Run a command in a lab and print the smallest policy that it needs; prove it
    Learn(Box<command::learn::LearnOptions>),
    /// Run a command in a lab under policies: what they lack, what they have in vain
    Check(Box<command::check::CheckOptions>),
    /// Print what the gate of a running lab has decided, and why
    Decisions(command::decisions::DecisionsOptions),
    /// Print an address that opens the pages of a running lab in a browser, once
    Page(command::page::PageOptions),
    /// Open an account in a running lab, or close one
    Account(command::account::AccountOptions),
    /// Take everything out of an account of a running lab, and put in what it began with
    Reset(command::reset::ResetOptions),
    /// Print a token of a workflow run, a CI job, a person or a pod, from the lab's issuer
    Token(command::token::TokenOptions),
    /// Run a command as a step of a GitHub Actions job of the lab
    Workflow(command::workflow::WorkflowOptions),
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    Within(command::within::WithinOptions),
    /// Check a world file, or print what there may be in one
    World(command::world::WorldOptions),
    /// Print a script by which a shell completes this command line
    Completions(command::completions::CompletionsOptions),
    /// Say where the calls of a program would go in the lab; exits with 1 where they leave it
    Doctor(command::doctor::DoctorOptions),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Namespaces are a thread's, and a runtime has several.
    #[cfg(target_os = "linux")]
    if let Command::Within(options) = arguments.command {
        return command::within::within(&options);
    }
    in_runtime(arguments.command)
}

#[tokio::main]
async fn in_runtime(command: Command) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("FED_LAB_LOG"))
        .with_writer(std::io::stderr)
        .init();
    match run(command).await {
        Ok(code) => code,
        Err(error) => terminal::report(&error),
    }
}

async fn run(command: Command) -> Result<ExitCode, LabError> {
    let surroundings = Surroundings::of_this_process()?;
    match command {
        Command::Up(options) => command::up::up(options, surroundings).await,
        Command::Exec(options) if options.reuse => {
            command::reuse::reuse(&options, &surroundings).await
        }
        Command::Exec(options) => command::exec::exec(options, surroundings).await,
        Command::Env(options) => command::env::env(&options, &surroundings),
        Command::Status(options) => command::status::status(&options, &surroundings).await,
        Command::Logs(options) => command::logs::logs(&options, &surroundings),
        Command::Down(options) => command::down::down(&options, &surroundings).await,
        Command::Decisions(options) => command::decisions::decisions(options, &surroundings).await,
        Command::Page(options) => command::page::page(&options, &surroundings).await,
        Command::Learn(options) => command::learn::learn_policies(*options, surroundings).await,
        Command::Check(options) => command::check::check(*options, surroundings).await,
        Command::Account(options) => command::account::account(&options, &surroundings).await,
        Command::Reset(options) => command::reset::reset(&options, &surroundings).await,
        Command::Token(options) => command::token::token(options, &surroundings).await,
        Command::Workflow(options) => command::workflow::workflow(options, &surroundings).await,
        #[cfg(target_os = "linux")]
        Command::Within(options) => Ok(command::within::within(&options)),
        Command::World(options) => command::world::world(&options),
        Command::Completions(options) => {
            command::completions::completions(&options, Arguments::command())
        }
        Command::Doctor(options) => command::doctor::doctor(options, &surroundings).await,
    }
}
