//! A hold on a running issuer that does not keep it running.

use std::sync::Arc;

use crate::server::Provider;
use crate::{ActiveFault, Clock, IssuerError};

/// What may be seen of an issuer, and done to it, by whoever does not own it.
#[derive(Clone, Debug)]
pub struct Controls(Arc<Provider>);

impl Controls {
    pub(crate) const fn new(provider: Arc<Provider>) -> Self {
        Self(provider)
    }

    /// Its `iss`.
    pub fn issuer(&self) -> &str {
        self.0.issuer()
    }

    /// Where it listens, no slash at the end.
    pub fn url(&self) -> &str {
        self.0.url()
    }

    /// The clock it goes by.
    pub fn clock(&self) -> &Clock {
        self.0.clock()
    }

    /// The `kid`s of the keys that are published, the one that signs first; none before the
    /// first is needed.
    pub fn key_ids(&self) -> Vec<String> {
        self.0.key_ids()
    }

    /// As [`Issuer::rotate`](crate::Issuer::rotate).
    ///
    /// # Errors
    /// [`IssuerError::Crypto`] if no key could be made.
    pub fn rotate(&self) -> Result<String, IssuerError> {
        self.0.rotate()
    }

    /// The faults that are switched on.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.0.state().faults.list()
    }

    /// Switches a fault on.
    pub fn add_fault(&self, fault: impl Into<ActiveFault>) {
        self.0.state().faults.add(fault.into());
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.0.state().faults.clear(None);
    }
}
