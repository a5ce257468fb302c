//! Objects that are on their way at the same time: bounded, and for each principal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;
use crate::error_response::ErrorResponse;

/// The places there are.
pub(crate) struct Places {
    all: Arc<Semaphore>,
    /// Of those who have a place, or wait for one.
    of_principals: Mutex<HashMap<String, Weak<Semaphore>>>,
    of_principal: usize,
    patience: Duration,
}

/// A place, for as long as an object is on its way.
pub(crate) struct Place {
    _all: OwnedSemaphorePermit,
    _own: OwnedSemaphorePermit,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.transfers)),
            of_principals: Mutex::default(),
            of_principal: limits.transfers_of_principal,
            patience: limits.request_time,
        }
    }

    /// A place for an object of this principal's, once there is one.
    ///
    /// # Errors
    /// [`ErrorResponse::Busy`] when none becomes free in time.
    pub(crate) async fn find(&self, principal: &str) -> Result<Place, ErrorResponse> {
        let own = self.of(principal);
        let find = async {
            let own = own.acquire_owned().await.ok()?;
            let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Place { _all: all, _own: own })
        };
        let found = tokio::time::timeout(self.patience, find).await;
        found.ok().flatten().ok_or(ErrorResponse::Busy)
    }

    fn of(&self, principal: &str) -> Arc<Semaphore> {
        let mut principals = self.of_principals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = principals.get(principal).and_then(Weak::upgrade) {
            return own;
        }
        principals.retain(|_, own| own.strong_count() > 0);
        let own = Arc::new(Semaphore::new(self.of_principal));
        principals.insert(principal.to_owned(), Arc::downgrade(&own));
        own
    }
}
