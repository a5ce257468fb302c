//! Resources that carry a policy of their own, or are called by a name that is not in their
//! ARN: read from the emulator when first needed, and kept until a call passes that may
//! change one.
//!
//! A write and the next read are never out of order, as with accounts: whoever writes holds
//! a [`Writing`] guard, and what was read across its begin or end is kept by nobody.

mod bucket_policy;
mod log_policies;
mod policy;
mod public;
mod read;
mod reference;
mod write;

use std::sync::Arc;

use fed_types::AccountId;

pub(crate) use policy::{brought, carrier_of, names_nobody, takes_policy_away};
pub(crate) use public::is_public;
pub(crate) use reference::{Kind, Reference};
pub(crate) use write::{Touched, touched};

use crate::account::{Accounts, Cells, CompiledPolicy, Documents, Doubts, Used};
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
/// Resources kept; who needs more reads the oldest again.
const KEPT: usize = 4096;

/// What was read of resources, of all accounts.
pub(crate) struct Resources {
    reader: Reader,
    found: Cells<Reference, Arc<Resource>>,
    doubts: Doubts,
}

impl Resources {
    pub(crate) fn new(
        upstream: Arc<Upstream>,
        documents: Arc<Documents>,
        accounts: Arc<Accounts>,
    ) -> Self {
        let reader = Reader { upstream, documents, accounts };
        Self { reader, found: Cells::new(KEPT), doubts: Doubts::default() }
    }

    /// The resource, or `None` when there is no such thing.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when the emulator does not answer, [`ErrorResponse::Undecidable`] when
    /// it answers with something else: then nothing can be decided.
    pub(crate) async fn find(&self, reference: &Reference) -> Result<Found, ErrorResponse> {
        let upstream = &self.reader.upstream;
        if self.doubts.are_due(upstream.settled()) {
            self.found.forget(|_| true);
        }
        let (used, breaks) = (Used::default(), upstream.breaks());
        let read = read::read(&self.reader, reference);
        let found = self.found.get(reference.clone(), &used, breaks, read);
        match tokio::time::timeout(upstream.patience(), found).await {
            Ok(found) => found,
            Err(_) => Err(ErrorResponse::Upstream(
                "the emulator behind the gate does not answer".to_owned(),
            )),
        }
    }

    /// Makes what the write may have changed stale, now and when the guard is dropped.
    pub(crate) fn writing(&self, touched: Touched) -> Writing<'_> {
        self.found.forget(|reference| touched.includes(reference));
        Writing { resources: self, touched }
    }
}

/// Held from before a write is sent until its answer has come, or its sender has given up.
pub(crate) struct Writing<'a> {
    resources: &'a Resources,
    touched: Touched,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.resources.found.forget(|reference| self.touched.includes(reference));
    }
}
