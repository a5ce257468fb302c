//! `fed-lab reset`: an account of a running lab as it was at its start.

use std::process::ExitCode;

use clap::Args;
use fed_lab::{LabError, LabName, Surroundings};
use fed_types::AccountId;

use super::running;

/// Which account.
#[derive(Args)]
pub(crate) struct ResetOptions {
    /// The account, 12 digits [default: the lab's first]
    #[arg(value_name = "ID")]
    account: Option<AccountId>,

    /// In which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

/// Resets it: only the key of its administrator stays.
pub(crate) async fn reset(
    options: &ResetOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let lab = running(surroundings, options.name.as_ref())?;
    let account = lab.reset(options.account.as_ref()).await?;
    anstream::eprintln!("reset: {}", account.id);
    Ok(ExitCode::SUCCESS)
}
