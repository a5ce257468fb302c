//! How a command reports.

use clap::{Args, ValueEnum};

/// For a person or for a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
}

/// How a command reports.
#[derive(Clone, Debug, Args)]
pub struct OutputArguments {
    /// For a person or for a program
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: OutputFormat,
}
