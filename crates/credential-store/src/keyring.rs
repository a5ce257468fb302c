//! The operating system's keyring, as the store sees it.

mod bounded;

use std::fmt;
use std::time::Duration;

use fed_types::{Hint, Secret, Step};

pub use bounded::BoundedKeyring;

/// A place of the operating system for secrets, each under the name of an item. No call
/// may ask a person anything: what is locked is [`KeyringError::Locked`].
pub trait Keyring: fmt::Debug + Send + Sync {
    /// What a person knows it as, such as `Secret Service`.
    fn name(&self) -> &'static str;

    /// Whether a secret could be kept now.
    ///
    /// # Errors
    /// Why not.
    fn check(&self) -> Result<(), KeyringError>;

    /// The secret; `None` where there is none of that name.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, item: &str) -> Result<Option<Secret>, KeyringError>;

    /// Keeps the secret instead of whatever had that name.
    ///
    /// # Errors
    /// Why it is not kept.
    fn write(&self, item: &str, secret: &Secret) -> Result<(), KeyringError>;

    /// Deletes the secret; that there is none is no error.
    ///
    /// # Errors
    /// Why it may still be there.
    fn remove(&self, item: &str) -> Result<(), KeyringError>;

    /// The command with which a person deletes it without us.
    fn removal_command(&self, item: &str) -> String;
}

/// Why a keyring is of no use. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is none on this machine, or none in this session.
    #[error("there is no keyring here: {0}")]
    Absent(String),
    /// Only a person can open it.
    #[error("the keyring is locked")]
    Locked,
    /// It does not answer.
    #[error("the keyring did not answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// It answers, and holds no such secret.
    #[error("the keyring holds the refresh token no more")]
    Missing,
    /// It refuses.
    #[error("the keyring refused: {0}")]
    Refused(String),
}

impl KeyringError {
    /// What to do about it.
    pub fn hint(&self) -> Hint {
        let look = match self {
            Self::Absent(_) => "run this in the desktop's session",
            Self::Locked => "unlock it",
            Self::Timeout(_) | Self::Refused(_) => "look after it",
            Self::Missing => return Hint::sign_in_again(),
        };
        Hint::from(look).or("do without it", Step::KeepInFile)
    }
}
