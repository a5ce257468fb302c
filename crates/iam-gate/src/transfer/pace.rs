//! How long an object may take: from one part to the next, and as a whole.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::Limits;

/// The clock of one transfer.
pub(crate) struct Pace {
    patience: Duration,
    /// When all of it must be over.
    end: Instant,
    /// Runs while the next part is waited for.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// That of an object of so many bytes, each part of which may take as long as `patience`.
    pub(crate) fn of(length: u64, patience: Duration, limits: &Limits) -> Self {
        let least = Duration::from_secs(length / limits.transfer_rate.max(1));
        Self { patience, end: Instant::now() + limits.request_time + least, waiting: None }
    }

    /// A part has come.
    ///
    /// # Errors
    /// When it is one too late.
    pub(crate) fn came(&mut self) -> Result<(), Overdue> {
        self.waiting = None;
        if Instant::now() < self.end { Ok(()) } else { Err(Overdue) }
    }

    /// Ready once the next part has been waited for too long.
    pub(crate) fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let until = (Instant::now() + self.patience).min(self.end);
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        waiting.as_mut().poll(context)
    }
}

/// It took too long.
#[derive(Debug)]
pub(crate) struct Overdue;
