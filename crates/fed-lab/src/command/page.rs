//! `fed-lab page`: the way into the pages of a running lab.

use std::process::ExitCode;

use clap::Args;
use fed_lab::{LabError, LabName, Surroundings};

use super::running;

/// Of which lab.
#[derive(Args)]
pub(crate) struct PageOptions {
    /// In which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

/// Prints an address with a key that is good once.
pub(crate) async fn page(
    options: &PageOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let lab = running(surroundings, options.name.as_ref())?;
    anstream::println!("{}", lab.page_address().await?.expose());
    Ok(ExitCode::SUCCESS)
}
