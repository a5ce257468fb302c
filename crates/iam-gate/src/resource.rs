//! Resources that carry a policy of their own, or are called by a name that is not in their
//! ARN: read from the emulator when first needed, and kept until a call passes that may
//! change one.
//!
//! A write and the next read are never out of order, as with accounts: whoever writes holds
//! a [`Writing`] guard, and what was read across its begin or end is kept by nobody.

mod read;
mod reference;
mod write;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fed_types::AccountId;
use tokio::sync::OnceCell;

pub(crate) use reference::{Kind, Reference};
pub(crate) use write::{may_change, refuse_malformed};

use crate::account::{Accounts, CompiledPolicy, Documents};
use crate::error_response::ErrorResponse;
use crate::upstream::Upstream;
use read::Reader;

/// What the emulator tells of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Where it differs from what the caller named it by.
    pub(crate) arn: Option<String>,
    pub(crate) owner: AccountId,
    /// Where it is, if it is called from everywhere.
    pub(crate) region: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) policy: Option<CompiledPolicy>,
}

type Found = Option<Arc<Resource>>;
type Cell = Arc<OnceCell<Found>>;
/// Writes that have begun or ended, and connections that the emulator has closed: after each
/// it may be another one, that holds nothing of what was read.
type Moment = (u64, u64);

/// Resources kept; past this many all are forgotten and read again.
const KEPT: usize = 4096;

/// What was read of resources, of all accounts.
pub(crate) struct Resources {
    reader: Reader,
    generation: AtomicU64,
    kept: Mutex<(Moment, HashMap<Reference, Cell>)>,
}

impl Resources {
    pub(crate) fn new(
        upstream: Arc<Upstream>,
        documents: Arc<Documents>,
        accounts: Arc<Accounts>,
    ) -> Self {
        let reader = Reader { upstream, documents, accounts };
        Self { reader, generation: AtomicU64::new(0), kept: Mutex::default() }
    }

    /// The resource, or `None` when there is no such thing.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when the emulator does not answer, [`ErrorResponse::Undecidable`] when
    /// it answers with something else: then nothing can be decided.
    pub(crate) async fn find(&self, reference: &Reference) -> Result<Found, ErrorResponse> {
        let upstream = &self.reader.upstream;
        let cell = self.cell(reference, upstream.closings());
        let found = cell.get_or_try_init(|| read::read(&self.reader, reference));
        match tokio::time::timeout(upstream.patience(), found).await {
            Ok(found) => found.cloned(),
            Err(_) => Err(ErrorResponse::Upstream(
                "the emulator behind the gate does not answer".to_owned(),
            )),
        }
    }

    fn cell(&self, reference: &Reference, closings: u64) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.generation.load(Ordering::SeqCst), closings);
        let (read, cells) = &mut *kept;
        if *read != now || cells.len() >= KEPT {
            *read = now;
            cells.clear();
        }
        Arc::clone(cells.entry(reference.clone()).or_default())
    }

    /// Makes what was read stale, now and when the guard is dropped.
    pub(crate) fn writing(&self) -> Writing<'_> {
        self.make_stale();
        Writing(self)
    }

    /// Makes what was read stale: the emulator may be another one.
    pub(crate) fn make_stale(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
}

/// Held from before a write is sent until its answer has come, or its sender has given up.
pub(crate) struct Writing<'a>(&'a Resources);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.make_stale();
    }
}
