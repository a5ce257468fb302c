//! The directory of entries.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::document::Document;
use crate::file::{self, Disk, SystemDisk};
use crate::key;
use crate::locked::Lock;
use crate::{
    AccountEntry, AnyEntry, CredentialsEntry, Entry, EntryKey, EntryKind, Failure, LockedEntry,
    SignInEntry, StoreError,
};

/// A directory of entries. Cheap to make; touches nothing until used.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
    disk: Arc<dyn Disk>,
}

/// An entry found by [`Store::list`].
#[derive(Clone, Debug)]
pub struct Listed {
    /// What it is for.
    pub key: EntryKey,
    /// Its file.
    pub path: PathBuf,
    /// What it holds; `None` when only a failure is remembered.
    pub entry: Option<AnyEntry>,
    /// The last renewal's failure.
    pub failure: Option<Failure>,
}

impl Store {
    /// The store in `directory`, which is made (mode 0700) when first written to.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), disk: Arc::new(SystemDisk) }
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where and how things are kept, for a person to read.
    pub fn describe(&self) -> String {
        format!("files only you can read (mode 0600) in `{}`", self.directory.display())
    }

    /// The entry, without waiting for anybody: the old one or the new one, never a part.
    /// `None` when there is none that can be read; the reason is traced.
    pub fn read<E: Entry>(&self, key: &EntryKey) -> Option<E> {
        self.document(key)?.entry().ok().flatten()
    }

    /// The failure remembered beside the entry, without waiting for anybody.
    pub fn failure(&self, key: &EntryKey) -> Option<Failure> {
        self.document(key)?.failure
    }

    fn document(&self, key: &EntryKey) -> Option<Document> {
        let path = self.path(key);
        let bytes = file::read(&path)
            .inspect_err(|error| tracing::warn!(path = %path.display(), %error, "cannot read"))
            .ok()??;
        tracing::debug!(path = %path.display(), "entry found");
        Document::of(&bytes, key)
            .inspect_err(|reason| tracing::debug!(path = %path.display(), %reason, "not used"))
            .ok()
    }

    /// Takes the entry's lock, waiting at most `patience` for whoever holds it. Read the
    /// entry again through what comes back: another process may have renewed it meanwhile.
    ///
    /// Where the directory cannot be written, nothing is locked and the answer is
    /// [degraded](LockedEntry::degraded).
    ///
    /// # Errors
    /// [`StoreError::LockTimeout`].
    pub fn lock(&self, key: &EntryKey, patience: Duration) -> Result<LockedEntry, StoreError> {
        let path = self.path(key);
        let lock_path = path.with_extension("lock");
        let locked = |lock| {
            let disk = self.disk.clone();
            LockedEntry { key: key.clone(), path: path.clone(), lock, disk }
        };
        if let Err(source) = file::private_directory(&self.directory) {
            let path = self.directory.clone();
            return Ok(locked(Lock::Degraded(StoreError::Directory { path, source })));
        }
        let opened = file::private_options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .and_then(|file| wait_for_lock(file, patience));
        match opened {
            Ok(Some(file)) => Ok(locked(Lock::Held(file))),
            Ok(None) => Err(StoreError::LockTimeout { path: lock_path, waited: patience }),
            Err(source) => {
                Ok(locked(Lock::Degraded(StoreError::LockFile { path: lock_path, source })))
            }
        }
    }

    /// Takes the lock, does `work`, gives the lock back.
    ///
    /// # Errors
    /// Those of [`Store::lock`].
    pub fn with_entry_locked<T>(
        &self,
        key: &EntryKey,
        patience: Duration,
        work: impl FnOnce(&LockedEntry) -> T,
    ) -> Result<T, StoreError> {
        self.lock(key, patience).map(|locked| work(&locked))
    }

    /// All entries that can be read, in the order of their file names.
    ///
    /// # Errors
    /// [`StoreError::List`]; a directory that is not there is an empty one.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut paths = self.files()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        Ok(paths.into_iter().filter_map(listed).collect())
    }

    /// The sign-ins among them; no other entry is opened.
    ///
    /// # Errors
    /// [`StoreError::List`].
    pub fn sign_ins(&self) -> Result<Vec<(EntryKey, SignInEntry)>, StoreError> {
        let mut paths = self.files()?;
        let beginning = format!("{}-", EntryKind::SignIn.as_str());
        paths.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&beginning) && name.ends_with(".json")
        });
        let sign_in = |listed: Listed| match listed.entry {
            Some(AnyEntry::SignIn(entry)) => Some((listed.key, entry)),
            _ => None,
        };
        Ok(paths.into_iter().filter_map(listed).filter_map(sign_in).collect())
    }

    /// Deletes what is left of the profile's entries that no [`Store::list`] shows: damaged
    /// ones, and those that were set aside. They may still hold secrets. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::List`], [`StoreError::Remove`].
    pub fn sweep(&self, profile: &str) -> Result<usize, StoreError> {
        self.sweep_those(|name| key::ending(name, profile))
    }

    /// The same for whatever profile they are or were of.
    ///
    /// # Errors
    /// [`StoreError::List`], [`StoreError::Remove`].
    pub fn sweep_all(&self) -> Result<usize, StoreError> {
        self.sweep_those(|name| name.find(".json").and_then(|at| name.get(at..)))
    }

    fn sweep_those(&self, ending: impl Fn(&str) -> Option<&str>) -> Result<usize, StoreError> {
        let mut swept = 0;
        for path in self.files()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_left = match ending(&name) {
                Some(".json.set-aside") => true,
                Some(".json") => listed(path.clone()).is_none(),
                _ => false,
            };
            if is_left {
                fs::remove_file(&path).map_err(|source| StoreError::Remove { path, source })?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// The directory's files, in the order of their names.
    fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let failed = |source| StoreError::List { path: self.directory.clone(), source };
        let directory = match fs::read_dir(&self.directory) {
            Ok(directory) => directory,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let paths: io::Result<Vec<PathBuf>> =
            directory.map(|file| file.map(|file| file.path())).collect();
        let mut paths = paths.map_err(failed)?;
        paths.sort();
        Ok(paths)
    }

    /// Deletes the entry. `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError::LockTimeout`], [`StoreError::Remove`].
    pub fn remove(&self, key: &EntryKey, patience: Duration) -> Result<bool, StoreError> {
        self.lock(key, patience)?.remove()
    }

    fn path(&self, key: &EntryKey) -> PathBuf {
        self.directory.join(format!("{}.json", key.file_stem()))
    }
}

fn listed(path: PathBuf) -> Option<Listed> {
    let document = Document::from_bytes(&file::read(&path).ok()??).ok()?;
    let entry = match document.key.kind() {
        EntryKind::Credentials => {
            document.entry::<CredentialsEntry>().ok()?.map(AnyEntry::Credentials)
        }
        EntryKind::SignIn => document.entry::<SignInEntry>().ok()?.map(AnyEntry::SignIn),
        EntryKind::Account => document.entry::<AccountEntry>().ok()?.map(AnyEntry::Account),
    };
    Some(Listed { key: document.key, path, entry, failure: document.failure })
}

/// The locked file, or `None` when `patience` ran out. The system's lock call knows no
/// time limit, so a thread waits in it; one that waits in vain ends with the process, and
/// a lock it gets too late is given back as its file closes.
fn wait_for_lock(file: File, patience: Duration) -> io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => return Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    tracing::debug!(?patience, "another process has the lock; waiting");
    let (sender, receiver) = mpsc::sync_channel(0);
    thread::Builder::new().spawn(move || {
        let locked = loop {
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map(|()| file),
            }
        };
        let _ = sender.send(locked);
    })?;
    match receiver.recv_timeout(patience) {
        Ok(locked) => locked.map(Some),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests;
