//! The issuer's idea of the time: a base and an offset that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A settable clock; clones share the offset.
#[derive(Clone, Debug)]
pub struct Clock {
    base: Base,
    offset_milliseconds: Arc<AtomicI64>,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    System,
    Fixed(i64),
}

impl Clock {
    /// Follows the machine's clock.
    pub fn system() -> Self {
        Self { base: Base::System, offset_milliseconds: Arc::default() }
    }

    /// Stands still at `seconds` since 1970; only [`Clock::advance`] and
    /// [`Clock::set_offset_seconds`] move it.
    pub fn fixed(seconds: i64) -> Self {
        Self { base: Base::Fixed(seconds), offset_milliseconds: Arc::default() }
    }

    /// Seconds since 1970, offset included.
    pub fn now(&self) -> i64 {
        self.milliseconds().div_euclid(1000)
    }

    /// How far the clock has been moved from its base.
    pub fn offset_seconds(&self) -> i64 {
        self.offset_milliseconds.load(Ordering::SeqCst).div_euclid(1000)
    }

    /// Moves the clock to its base plus `seconds` (negative: into the past).
    pub fn set_offset_seconds(&self, seconds: i64) {
        self.offset_milliseconds.store(seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    /// Moves the clock on by `seconds` from where it is.
    pub fn advance(&self, seconds: i64) {
        self.offset_milliseconds.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    pub(crate) fn milliseconds(&self) -> i64 {
        let base = match self.base {
            Base::Fixed(seconds) => seconds.saturating_mul(1000),
            Base::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
        };
        base.saturating_add(self.offset_milliseconds.load(Ordering::SeqCst))
    }
}
