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
use std::sync::{Arc, PoisonError, RwLock};

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

/// One account that the gate serves.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    reader: Arc<Reader>,
    facts: Facts,
    doubts: Doubts,
    /// Held by those who write, and by nobody else while somebody reads in peace.
    peace: tokio::sync::RwLock<()>,
}

impl Account {
    fn new(id: AccountId, reader: Arc<Reader>) -> Self {
        let (facts, doubts) = (Facts::new(), Doubts::default());
        Self { id, reader, facts, doubts, peace: tokio::sync::RwLock::default() }
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
    pub(crate) fn open(&self, id: &AccountId) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Account::new(id.clone(), Arc::clone(&self.reader)));
        opened.entry(id.clone()).or_insert_with(new);
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
