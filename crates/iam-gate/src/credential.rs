//! Access keys: how they look, how they are made, and who holds them.

use fed_types::Secret;

mod eviction;
mod mint;
mod session;
mod store;

pub(crate) use eviction::SessionBounds;
pub use mint::RandomnessUnavailable;
pub(crate) use mint::{Mint, unique_id};
pub(crate) use session::{Session, SessionKind};
pub(crate) use store::{Credential, CredentialStore, Holder, KeyStatus};

/// A long-term access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA` and 16 characters; not a secret.
    pub access_key_id: String,
    /// 40 characters; signs requests.
    pub secret_access_key: Secret,
}
