//! How far an upload is, for whoever waits for the emulator's answer to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::error_response::ErrorResponse;

/// Shared by an upload and whoever waits.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Inner>>);

struct Inner {
    moved: Instant,
    is_whole: bool,
    fault: Option<ErrorResponse>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let inner = Inner { moved: Instant::now(), is_whole: false, fault: None };
        Self(Arc::new(Mutex::new(inner)))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the emulator was last ready for more.
    pub(crate) fn moved(&self) -> Instant {
        self.inner().moved
    }

    /// Whether the emulator has been given all of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.inner().is_whole
    }

    /// Why the upload was broken off, if it was.
    pub(crate) fn fault(&self) -> Option<ErrorResponse> {
        self.inner().fault.clone()
    }

    pub(super) fn moves(&self) {
        self.inner().moved = Instant::now();
    }

    pub(super) fn ends(&self) {
        self.inner().is_whole = true;
    }

    pub(super) fn breaks_off(&self, fault: ErrorResponse) {
        self.inner().fault.get_or_insert(fault);
    }
}
