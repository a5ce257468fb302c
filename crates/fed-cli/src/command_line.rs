//! What can be typed: all commands, each with its options.

mod alone;

use clap::{Parser, Subcommand};

pub(crate) use alone::read_credential_process;

use crate::arguments::GlobalArguments;
use crate::commands::{
    assume, bootstrap, completions, console, credential_process, doctor, env, exec, explain, login,
    logout, policy, probe, setup, status, token,
};
use crate::environment::DOCUMENTED;

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
pub enum Command {
    /// Write a profile, after signing in once to see that it works
    Setup(setup::SetupArguments),
    /// Sign in now, so that later commands need not ask
    Login(login::LoginArguments),
    /// Forget the profile's sign-in and credentials
    Logout(logout::LogoutArguments),
    /// Show which sign-ins and credentials are kept, and for how long
    Status(status::StatusArguments),
    /// Sign in and print the tokens and the ID token's claims
    Token(token::TokenArguments),
    /// Exchange an ID token for AWS credentials and print them as the aws CLI does
    Assume(assume::AssumeArguments),
    /// Give credentials to AWS SDKs, for credential_process in ~/.aws/config
    CredentialProcess(credential_process::CredentialProcessArguments),
    /// Print the credentials as environment variables, for a shell or a file
    Env(env::EnvArguments),
    /// Run a command with the credentials in its environment
    Exec(exec::ExecArguments),
    /// Print an address that opens the AWS console as the role
    Console(console::ConsoleArguments),
    /// Ask EC2 which instances there are: a harmless test of what credentials may do
    Probe(probe::ProbeArguments),
    /// Create, compare, remove or export the role that ID tokens may assume
    #[command(subcommand)]
    Bootstrap(bootstrap::BootstrapCommand),
    /// Explain why an ID token may assume the role, or the role may do something, or why not
    Explain(explain::ExplainArguments),
    /// Check and try out IAM policies without AWS
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Say what is in order and what is not: configuration, clock, issuer, files, terminal
    Doctor(doctor::DoctorArguments),
    /// Print a script that makes the shell complete fed-cli's command line
    Completions(completions::CompletionsArguments),
    /// Print the manual page
    Man,
}

const EXIT_STATUS: &str = "Exit status: 0 done, 1 unexpected, 2 usage, 3 denied by AWS or by a policy, \
                           4 sign-in needed, 5 invalid configuration.";

/// What `--help` says at its end: every environment variable, then the exit status.
fn environment_and_exit_status() -> String {
    let mut text = String::from("Environment variables:\n");
    for (name, meaning) in DOCUMENTED {
        text.push_str(&format!("  {name}\n         {}\n", meaning.trim()));
    }
    format!("{text}\n{EXIT_STATUS}")
}
