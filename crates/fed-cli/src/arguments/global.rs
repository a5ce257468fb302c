//! Options that every command takes.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::host::Colors;
use crate::settings::Choice;

/// Options that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArguments {
    /// Profile of the configuration file [env: FED_PROFILE]
    #[arg(long, short, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Configuration file [env: FED_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Tell on stderr what is done; twice: in detail
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Colors,
}

impl GlobalArguments {
    /// Which profile of which file.
    pub(crate) fn choice(&self) -> Choice<'_> {
        Choice { profile: self.profile.as_deref(), config: self.config.as_deref() }
    }
}
