//! Why nothing was done to an account of a running lab.

use fed_types::AccountId;

/// Why nothing was done to an account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// No account of this lab.
    #[error("expected an account of this lab, found `{0}`")]
    Unknown(AccountId),
    /// The account that the lab began with.
    #[error("`{0}` is the account that the lab began with, and ends with it")]
    First(AccountId),
    /// The emulator has no way to forget one account.
    #[error("the emulator behind the gate cannot forget one account ({0})")]
    CannotForget(String),
    /// The emulator was told to forget an account, and did not say that it has.
    #[error("the emulator behind the gate did not forget the account, or only in part ({0})")]
    HalfForgotten(String),
}

impl AccountError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unknown(_) => "fed-lab account new",
            Self::First(_) => "fed-lab reset takes everything out of it",
            Self::CannotForget(_) => "take a new account instead: fed-lab account new",
            Self::HalfForgotten(_) => "it lets nobody in until this has been done: fed-lab reset",
        };
        Some(hint.to_owned())
    }
}
