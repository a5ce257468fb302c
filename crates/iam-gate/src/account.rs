//! The users, roles, groups and policies of accounts, read from the emulator and kept
//! until an IAM write passes, or the emulator may be another one than before.
//!
//! A write and the next read are never out of order: whoever writes takes a [`Writing`]
//! guard, which makes everything read before stale when the write begins and again when it
//! has ended. What was read across either moment is used by the request that read it, which
//! ran beside the write, and kept by nobody.

mod document;
mod fetch;
mod snapshot;
mod xml;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use fed_types::AccountId;
use tokio::sync::Mutex;

pub(crate) use document::{CompiledPolicy, Documents, readable};
pub(crate) use fetch::Reader;
pub(crate) use snapshot::{Attached, Entity, Group, Role, Snapshot, User};
pub(crate) use xml::Answered;

use crate::error_response::ErrorResponse;

/// One account that the gate serves.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    generation: AtomicU64,
    kept: RwLock<Option<(Moment, Arc<Snapshot>)>>,
    /// Held while reading, so that many requests cause one read.
    reading: Mutex<()>,
}

/// What was read at one moment is good as long as it is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    generation: u64,
    /// [`Reader::closings`].
    closings: u64,
}

impl Account {
    fn new(id: AccountId) -> Self {
        let kept = RwLock::new(None);
        Self { id, generation: AtomicU64::new(0), kept, reading: Mutex::new(()) }
    }

    /// What the account holds now.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when the emulator cannot tell: then nothing can be decided.
    pub(crate) async fn snapshot(&self, reader: &Reader) -> Result<Arc<Snapshot>, ErrorResponse> {
        if let Some(snapshot) = self.current(reader) {
            return Ok(snapshot);
        }
        let _reading = reader.patiently(self.reading.lock()).await?;
        if let Some(snapshot) = self.current(reader) {
            return Ok(snapshot);
        }
        let moment = self.moment(reader);
        let snapshot = Arc::new(reader.snapshot(&self.id).await?);
        // If a write passed meanwhile the moment is over, and `current` will not give this
        // snapshot to anybody.
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) =
            Some((moment, Arc::clone(&snapshot)));
        Ok(snapshot)
    }

    fn moment(&self, reader: &Reader) -> Moment {
        let generation = self.generation.load(Ordering::SeqCst);
        Moment { generation, closings: reader.closings() }
    }

    fn current(&self, reader: &Reader) -> Option<Arc<Snapshot>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.moment(reader);
        kept.as_ref().filter(|(read, _)| *read == now).map(|(_, snapshot)| Arc::clone(snapshot))
    }

    /// Makes what was read stale, now and when the guard is dropped.
    pub(crate) fn writing(&self) -> Writing<'_> {
        self.make_stale();
        Writing(self)
    }

    fn make_stale(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
}

/// Held from before a write is sent until its answer has come, or its sender has given up.
pub(crate) struct Writing<'a>(&'a Account);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.make_stale();
    }
}

/// All accounts of a gate.
#[derive(Default)]
pub(crate) struct Accounts {
    opened: RwLock<HashMap<AccountId, Arc<Account>>>,
}

impl Accounts {
    /// Makes an account known.
    pub(crate) fn open(&self, id: &AccountId) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        opened.entry(id.clone()).or_insert_with(|| Arc::new(Account::new(id.clone())));
    }

    /// All accounts that were opened.
    pub(crate) fn ids(&self) -> Vec<AccountId> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// An account that was opened.
    pub(crate) fn find(&self, id: &AccountId) -> Option<Arc<Account>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Makes what was read stale in all accounts: the emulator may have been restarted.
    pub(crate) fn make_stale(&self) {
        for account in self.opened.read().unwrap_or_else(PoisonError::into_inner).values() {
            account.make_stale();
        }
    }
}
