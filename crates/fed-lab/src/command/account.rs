//! `fed-lab account`: accounts of a running lab beside its first.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use fed_lab::{LabAccount, LabError, LabName, Surroundings};
use fed_types::AccountId;

use super::running;
use crate::options::SeedName;
use crate::shell::{Changes, Format, USUAL};

/// What to do with which account.
#[derive(Args)]
pub(crate) struct AccountOptions {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Open an account that sees nothing of others, and print the key of its administrator
    New(New),
    /// Forget an account: none of its keys is known any more
    Close(Close),
}

#[derive(Args)]
struct New {
    /// What it holds at the start
    #[arg(long, value_enum, default_value_t = SeedName::None)]
    seed: SeedName,

    /// For which shell
    #[arg(long, value_enum, default_value_t = USUAL, value_name = "FORMAT")]
    format: Format,

    /// In which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

#[derive(Args)]
struct Close {
    /// 12 digits
    #[arg(value_name = "ID")]
    account: AccountId,

    /// In which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

/// Opens or closes an account.
pub(crate) async fn account(
    options: &AccountOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    match &options.what {
        What::New(new) => {
            let lab = running(surroundings, new.name.as_ref())?;
            let account = lab.new_account(new.seed.into()).await?;
            anstream::print!("{}", written(&account, new.format));
        }
        What::Close(close) => {
            let lab = running(surroundings, close.name.as_ref())?;
            lab.close_account(&close.account).await?;
            anstream::eprintln!("closed: {}", close.account);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The account as a shell takes it in; nothing else of the shell changes.
fn written(account: &LabAccount, format: Format) -> String {
    let changes = Changes { unset: Vec::new(), set: account.environment(), first_on_path: None };
    changes.written(format)
}
