//! Cached credentials and refresh tokens: locked, written whole, private.
//!
//! Plain `std` files and `serde_json`: no async runtime, no TLS, no SDK, so that
//! `credential-process` with a fresh entry costs little more than starting a program.
//!
//! * Every entry is one file (mode 0600) in one directory (mode 0700), beside a lock
//!   file that is never deleted. Writing goes aside, is flushed, then renamed: a reader
//!   sees the old entry or the new one, never a torn one. Credentials, which an exchange
//!   brings back, are not flushed: whoever needs them would wait for the disk.
//! * Reading needs no lock. Whoever wants to *replace* an entry takes its lock and reads
//!   again, so that of many processes one does the work and the others find it done.
//! * A failed renewal is remembered beside the entry, with a time before which nobody
//!   should try again.
//! * A sign-in's refresh token alone may be in the operating system's keyring instead of
//!   the file: [`Vault`]. Nothing else asks a [`Keyring`].
//! * A directory that cannot be written is no reason to refuse credentials: the lock
//!   comes back [degraded](LockedEntry::degraded), and the caller says so.
//!
//! ```
//! use std::time::Duration;
//! use credential_store::{CredentialsEntry, EntryKey, EntryKind, Store};
//!
//! # let directory = tempfile::tempdir()?;
//! let store = Store::new(directory.path().join("fed"));
//! let key = EntryKey::new(EntryKind::Credentials, "google", &[("region", "ap-northeast-2")]);
//! assert!(store.read::<CredentialsEntry>(&key).is_none());
//! let locked = store.lock(&key, Duration::from_secs(1))?;
//! assert!(locked.read::<CredentialsEntry>().is_none() && locked.degraded().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
mod entry;
mod failure;
mod file;
mod key;
mod keyring;
mod locked;
mod store;
mod store_error;
mod vault;

pub use entry::{
    AccountEntry, AnyEntry, ConfiguredProfile, CredentialsEntry, Entry, RefreshToken, SignInEntry,
};
pub use failure::{Failure, FailureKind};
pub use key::{EntryKey, EntryKind};
pub use keyring::{BoundedKeyring, Keyring, KeyringError};
pub use locked::LockedEntry;
pub use store::{Listed, Store};
pub use store_error::StoreError;
pub use vault::{RefreshTokenPlace, Stored, Vault};
