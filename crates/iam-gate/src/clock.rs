//! The gate's idea of what time it is, which tests may set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use fed_types::UnixTime;

/// A clock shared by all parts of a gate: a source of time and an offset that can be
/// changed while the gate runs. Clones share the offset.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let clock = iam_gate::Clock::new(|| UNIX_EPOCH + Duration::from_secs(100));
/// clock.set_offset(-40);
/// assert_eq!(clock.now().seconds(), 60);
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    source: fn() -> SystemTime,
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that shows what `source` shows, most often `SystemTime::now`.
    pub fn new(source: fn() -> SystemTime) -> Self {
        Self { source, offset: Arc::new(AtomicI64::new(0)) }
    }

    /// The source's time plus the offset.
    pub fn now(&self) -> UnixTime {
        UnixTime::from_seconds(self.real().seconds().saturating_add(self.offset()))
    }

    /// The source's time without the offset, which is what the emulator goes by.
    pub(crate) fn real(&self) -> UnixTime {
        UnixTime::from((self.source)())
    }

    /// Seconds added to the source's time; negative when the clock is slow.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    /// Sets how many seconds the clock is ahead of its source (or behind, if negative).
    pub fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }
}
