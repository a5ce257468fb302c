//! What can be typed: all commands, each with its options.

mod alone;

use clap::{Parser, Subcommand};

pub(crate) use alone::read_credential_process;

use crate::arguments::GlobalArguments;
use crate::commands::{
    assume, bootstrap, completions, console, credential_process, doctor, env, exec, explain, login,
    logout, man, policy, probe, profiles, setup, status, token,
};
use crate::environment::DOCUMENTED;
use crate::exit::EXIT_STATUS;

/// Sign in with OpenID Connect, act in AWS with short-lived credentials.
#[derive(Debug, Parser)]
#[command(
    name = "fed-cli",
    version,
    max_term_width = 100,
    infer_long_args = false,
    disable_help_subcommand = true,
    after_help = EXIT_STATUS,
    after_long_help = environment_and_exit_status()
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArguments,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "what a command is for is said once, at its own options")]
pub enum Command {
    Setup(setup::SetupArguments),
    Login(login::LoginArguments),
    Logout(logout::LogoutArguments),
    Status(status::StatusArguments),
    Profiles(profiles::ProfilesArguments),
    Token(token::TokenArguments),
    Assume(assume::AssumeArguments),
    CredentialProcess(credential_process::CredentialProcessArguments),
    Env(env::EnvArguments),
    Exec(exec::ExecArguments),
    Console(console::ConsoleArguments),
    Probe(probe::ProbeArguments),
    /// Create, compare, remove or export the role that ID tokens may assume
    #[command(subcommand)]
    Bootstrap(bootstrap::BootstrapCommand),
    Explain(explain::ExplainArguments),
    /// Check and try out IAM policies without AWS
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    Doctor(doctor::DoctorArguments),
    Completions(completions::CompletionsArguments),
    Man(man::ManArguments),
}

/// What `--help` says at its end: every environment variable, then the exit status.
fn environment_and_exit_status() -> String {
    let mut text = String::from("Environment variables:\n");
    for (name, meaning) in DOCUMENTED {
        text.push_str(&format!("  {name}\n         {}\n", meaning.trim()));
    }
    format!("{text}\n{EXIT_STATUS}")
}
