//! The users, roles, groups and policies of accounts, read from the emulator one by one as
//! they are needed, and kept until a write may have changed them, or the emulator may be
//! another one than before.
//!
//! A write and the next read are never out of order: whoever writes takes a [`Writing`]
//! guard, which makes what the write can have changed stale when it begins and again when it
//! has ended (`cells`). Which parts those are, `touch` says.

mod cells;
mod document;
mod entity;
mod facts;
mod read;
mod reading;
mod touch;
mod xml;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fed_types::AccountId;
use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};

pub(crate) use cells::{Cells, Doubts, Used};
pub(crate) use document::{CompiledPolicy, Documents, readable};
pub(crate) use entity::{Attached, Entity, Group, Holder, Role, User};
pub(crate) use read::Reader;
pub(crate) use reading::Reading;
pub(crate) use touch::{Part, Touched};
pub(crate) use xml::Answered;

use crate::error_response::ErrorResponse;
use facts::Facts;

/// Whom an account lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// It is being emptied or filled: who fills it, and nobody else.
    Filling,
    /// Nobody, for ever: an account that is opened under the same number is another one.
    Closed,
}

/// One account that the gate serves.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    reader: Arc<Reader>,
    facts: Facts,
    doubts: Doubts,
    door: Mutex<Door>,
    /// Held by those who write, and by nobody else while somebody reads in peace.
    peace: tokio::sync::RwLock<()>,
}

impl Account {
    fn new(id: AccountId, reader: Arc<Reader>) -> Self {
        Self {
            id,
            reader,
            facts: Facts::new(),
            doubts: Doubts::default(),
            door: Mutex::new(Door::Open),
            peace: tokio::sync::RwLock::default(),
        }
    }

    /// An account of an emulator that nobody asks.
    #[cfg(test)]
    pub(crate) fn of_nowhere(id: AccountId) -> Result<Arc<Self>, url::ParseError> {
        let (url, limits) = ("http://127.0.0.1:9".parse()?, crate::Limits::standard());
        let clock = crate::Clock::new(|| std::time::UNIX_EPOCH);
        let upstream = Arc::new(crate::upstream::Upstream::new(&url, limits, clock));
        let reader = Arc::new(Reader::new(upstream, Arc::new(Documents::default())));
        Ok(Arc::new(Self::new(id, reader)))
    }

    fn door(&self) -> Door {
        *self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was closed stays so.
    fn set(&self, door: Door) {
        let mut own = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if *own != Door::Closed {
            *own = door;
        }
    }

    /// Whether it was closed: whoever still holds it gets nothing any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.door() == Door::Closed
    }

    /// Keeps everybody out but who fills it.
    pub(crate) fn fill(&self) {
        self.set(Door::Filling);
    }

    /// Lets everybody in again.
    pub(crate) fn open(&self) {
        self.set(Door::Open);
    }

    /// Makes sure that somebody is let in: whoever fills it always, everybody else not while it
    /// is filled, since what would deny may not be there yet.
    ///
    /// # Errors
    /// [`ErrorResponse::UnknownKey`] where it was closed, [`ErrorResponse::BeingFilled`] while
    /// it is filled.
    pub(crate) fn admit(&self, fills_it: bool) -> Result<(), ErrorResponse> {
        match self.door() {
            Door::Closed => Err(ErrorResponse::UnknownKey),
            Door::Filling if !fills_it => Err(ErrorResponse::BeingFilled(self.id.clone())),
            Door::Filling | Door::Open => Ok(()),
        }
    }

    /// What the account holds now.
    pub(crate) fn reading(&self) -> Reading<'_> {
        if self.doubts.are_due(self.reader.settled()) {
            self.facts.forget(&Touched::Whole);
        }
        Reading::of(self)
    }

    /// Makes what the write can have changed stale, now and when the guard is dropped. Waits
    /// for whoever reads in peace.
    pub(crate) async fn writing(&self, touched: Touched) -> Writing<'_> {
        let peace = self.peace.read().await;
        self.facts.forget(&touched);
        Writing { account: self, touched, _peace: peace }
    }

    /// Waits until nobody writes, and keeps everybody from beginning to.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when the emulator does not end a write.
    pub(crate) async fn peace(&self) -> Result<RwLockWriteGuard<'_, ()>, ErrorResponse> {
        self.reader.patiently(self.peace.write()).await
    }
}

/// Held from before a write is sent until its answer has come, or its sender has given up.
pub(crate) struct Writing<'a> {
    account: &'a Account,
    touched: Touched,
    _peace: RwLockReadGuard<'a, ()>,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.account.facts.forget(&self.touched);
    }
}

/// All accounts of a gate.
pub(crate) struct Accounts {
    reader: Arc<Reader>,
    opened: RwLock<HashMap<AccountId, Arc<Account>>>,
}

impl Accounts {
    pub(crate) fn new(reader: Reader) -> Self {
        Self { reader: Arc::new(reader), opened: RwLock::default() }
    }

    /// Makes an account known.
    pub(crate) fn open(&self, id: &AccountId) -> Arc<Account> {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Account::new(id.clone(), Arc::clone(&self.reader)));
        Arc::clone(opened.entry(id.clone()).or_insert_with(new))
    }

    /// Makes an account unknown.
    pub(crate) fn close(&self, id: &AccountId) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = opened.remove(id) {
            account.set(Door::Closed);
        }
    }

    /// All accounts that were opened.
    pub(crate) fn ids(&self) -> Vec<AccountId> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// An account that was opened.
    pub(crate) fn find(&self, id: &AccountId) -> Option<Arc<Account>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}
