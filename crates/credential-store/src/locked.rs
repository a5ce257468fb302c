//! An entry whose lock we hold.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use fed_types::UnixTime;

use crate::document::{Document, Unusable};
use crate::file::{self, Disk, Durability};
use crate::{Entry, EntryKey, EntryKind, Failure, FailureKind, StoreError};

/// The right to replace one entry, until dropped (or until the process ends, however it
/// ends: the lock is the operating system's).
#[derive(Debug)]
pub struct LockedEntry {
    pub(crate) key: EntryKey,
    pub(crate) path: PathBuf,
    pub(crate) lock: Lock,
    pub(crate) disk: Arc<dyn Disk>,
}

/// Whether there is a lock behind it.
#[derive(Debug)]
pub(crate) enum Lock {
    /// Held as long as the file is open.
    Held(#[expect(dead_code, reason = "kept open, because closing it gives the lock back")] File),
    /// The directory cannot be written: nothing is locked, nothing will be saved.
    Degraded(StoreError),
}

impl LockedEntry {
    /// The reason why nothing can be kept, when the directory cannot be written. The
    /// caller says so and goes on without a cache.
    pub fn degraded(&self) -> Option<&StoreError> {
        match &self.lock {
            Lock::Held(_) => None,
            Lock::Degraded(reason) => Some(reason),
        }
    }

    /// The name of what belongs to it in a keyring: its file's, so that two stores of one
    /// person do not share it.
    pub fn item(&self) -> String {
        self.path.with_extension("").display().to_string()
    }

    /// The entry as it is now that nobody else can change it. One that is damaged or of
    /// another version is set aside (its file renamed, `.set-aside` appended), then `None`.
    pub fn read<E: Entry>(&self) -> Option<E> {
        let document = self.document()?;
        match document.entry() {
            Ok(entry) => entry,
            Err(reason) => {
                self.set_aside(reason);
                None
            }
        }
    }

    /// The failure remembered, whether or not its pause is still on.
    pub fn failure(&self) -> Option<Failure> {
        self.document()?.failure
    }

    /// Replaces the entry and forgets a remembered failure.
    ///
    /// # Errors
    /// [`StoreError::Write`]: the old entry is still whole. Not fatal: what was to be
    /// saved can still be used.
    pub fn save<E: Entry>(&self, entry: &E) -> Result<(), StoreError> {
        debug_assert_eq!(self.key.kind(), E::KIND, "an entry goes under a key of its kind");
        let value = entry.to_value().map_err(|error| self.write_error(error.into()))?;
        self.write(&Document { entry: Some(value), ..Document::empty(&self.key) })
    }

    /// Remembers that a renewal failed; what was in the entry stays. `reason` is shown
    /// again to whoever asks before [`Failure::retry_at`] and must hold no secret.
    ///
    /// # Errors
    /// [`StoreError::Write`] when it cannot be kept.
    pub fn remember_failure(
        &self,
        kind: FailureKind,
        reason: &str,
        now: UnixTime,
    ) -> Result<Failure, StoreError> {
        let mut document = self.document().unwrap_or_else(|| Document::empty(&self.key));
        let failure = Failure::after(document.failure.as_ref(), kind, reason, now);
        document.failure = Some(failure.clone());
        self.write(&document)?;
        Ok(failure)
    }

    /// Forgets a remembered failure, so that the next try is made at once.
    ///
    /// # Errors
    /// [`StoreError::Write`] when it cannot be written.
    pub fn forget_failure(&self) -> Result<(), StoreError> {
        match self.document() {
            Some(mut document) if document.failure.is_some() => {
                document.failure = None;
                self.write(&document)
            }
            _ => Ok(()),
        }
    }

    /// Deletes the entry and what was remembered with it; the lock file stays, because
    /// deleting it would let two processes hold "the" lock. `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError::Remove`].
    pub fn remove(&self) -> Result<bool, StoreError> {
        let remove = |path: PathBuf| {
            file::remove(&path).map_err(|source| StoreError::Remove { path, source })
        };
        let removed = remove(self.path.clone())?;
        // What a killed process left there may hold a secret too.
        remove(self.aside())?;
        Ok(removed)
    }

    fn document(&self) -> Option<Document> {
        let bytes = match file::read(&self.path) {
            Ok(bytes) => bytes?,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "cannot read the entry");
                return None;
            }
        };
        match Document::of(&bytes, &self.key) {
            Ok(document) => Some(document),
            Err(reason) => {
                self.set_aside(reason);
                None
            }
        }
    }

    fn set_aside(&self, reason: Unusable) {
        let mut name = self.path.clone().into_os_string();
        name.push(".set-aside");
        let moved = match self.lock {
            Lock::Held(_) => fs::rename(&self.path, &name).is_ok(),
            Lock::Degraded(_) => false,
        };
        tracing::warn!(path = %self.path.display(), %reason, moved, "entry not used");
    }

    fn write(&self, document: &Document) -> Result<(), StoreError> {
        if let Lock::Degraded(_) = self.lock {
            return Err(self.write_error(std::io::ErrorKind::ReadOnlyFilesystem.into()));
        }
        let bytes = document.to_bytes().map_err(|error| self.write_error(error.into()))?;
        let durability = match self.key.kind() {
            EntryKind::SignIn | EntryKind::Account => Durability::Flushed,
            EntryKind::Credentials => Durability::LeftToTheSystem,
        };
        file::replace(self.disk.as_ref(), &self.path, &self.aside(), &bytes, durability)
            .map_err(|error| self.write_error(error))?;
        tracing::debug!(path = %self.path.display(), "entry written");
        Ok(())
    }

    fn write_error(&self, source: std::io::Error) -> StoreError {
        StoreError::Write { path: self.path.clone(), source }
    }

    fn aside(&self) -> PathBuf {
        self.path.with_extension("new")
    }
}
