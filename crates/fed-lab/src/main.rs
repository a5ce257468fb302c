//! `fed-lab`: an AWS account on this machine that really refuses.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
/// signs as Google does. Everything listens on 127.0.0.1 only.
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
    /// Open an account in a running lab, or close one
    Account(command::account::AccountOptions),
    /// Take everything out of an account of a running lab, and put in what it began with
    Reset(command::reset::ResetOptions),
    /// Print a token of a workflow run, a CI job, a person or a pod, from the lab's issuer
    Token(command::token::TokenOptions),
    /// Run a command as a step of a GitHub Actions job of the lab
    Workflow(command::workflow::WorkflowOptions),
    /// Say where the calls of a program would go in the lab; exits with 1 where they leave it
    Doctor(command::doctor::DoctorOptions),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("FED_LAB_LOG"))
        .with_writer(std::io::stderr)
        .init();
    match run(arguments.command).await {
        Ok(code) => code,
        Err(error) => terminal::report(&error),
    }
}

async fn run(command: Command) -> Result<ExitCode, LabError> {
    let surroundings = Surroundings::of_this_process()?;
    match command {
        Command::Up(options) => command::up::up(options, surroundings).await,
        Command::Exec(options) => command::exec::exec(options, surroundings).await,
        Command::Env(options) => command::env::env(&options, &surroundings),
        Command::Status(options) => command::status::status(&options, &surroundings).await,
        Command::Logs(options) => command::logs::logs(&options, &surroundings),
        Command::Down(options) => command::down::down(&options, &surroundings).await,
        Command::Account(options) => command::account::account(&options, &surroundings).await,
        Command::Reset(options) => command::reset::reset(&options, &surroundings).await,
        Command::Token(options) => command::token::token(options, &surroundings).await,
        Command::Workflow(options) => command::workflow::workflow(options, &surroundings).await,
        Command::Doctor(options) => command::doctor::doctor(options, &surroundings).await,
    }
}
