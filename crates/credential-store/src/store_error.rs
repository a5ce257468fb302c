//! What can go wrong with files.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use fed_types::{Hint, Step};

use crate::KeyringError;

/// Why the store could not do something. Never holds contents of an entry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The directory is not there and cannot be made, or cannot be made private.
    #[error("cannot prepare the credential directory `{path}`")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The lock file cannot be opened.
    #[error("cannot open the lock file `{path}`")]
    LockFile {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process holds the lock for longer than we would wait.
    #[error("another process has held `{path}` locked for more than {} s", waited.as_secs())]
    LockTimeout {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        waited: Duration,
    },
    /// The entry cannot be written.
    #[error("cannot write the entry `{path}`")]
    Write {
        /// The entry's file.
        path: PathBuf,
        /// Why: read-only or full disk, quota, permissions.
        source: io::Error,
    },
    /// The entry cannot be deleted.
    #[error("cannot delete the entry `{path}`")]
    Remove {
        /// The entry's file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The entry is deleted, its refresh token may not be.
    #[error("the refresh token may still be in the keyring")]
    KeyringItem {
        /// The command that deletes it there, where a keyring is known.
        command: Option<String>,
        /// Why.
        source: KeyringError,
    },
    /// The store's directory cannot be listed.
    #[error("cannot list the credential directory `{path}`")]
    List {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> Hint {
        let text = match self {
            Self::Directory { .. } | Self::List { .. } => {
                return Hint::from("make it, and what is above it, a directory of yours")
                    .or("name another place", Step::OtherDirectory);
            }
            Self::KeyringItem { command: Some(command), .. } => {
                format!("once the keyring answers, delete it there: `{command}`")
            }
            Self::KeyringItem { command: None, .. } => {
                "delete it there, in a session that has the keyring".to_owned()
            }
            Self::LockTimeout { .. } => {
                "a sign-in may be open in another terminal: finish or stop it".to_owned()
            }
            Self::LockFile { path, .. } | Self::Write { path, .. } | Self::Remove { path, .. } => {
                format!(
                    "check that the disk is not full or read-only and that `{}` belongs to you",
                    path.parent().unwrap_or(path).display()
                )
            }
        };
        text.into()
    }
}
