//! When to try again, how long to wait before, and how long for each answer.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How often to try, how long each time, and the bounds of the pause in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included; at least one is made.
    pub attempts: u32,
    /// The pause before the second try is a random part of this; it doubles each time.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
    /// For one try, from connecting to the last byte.
    pub answer_time: Duration,
}

impl RetryPolicy {
    /// Four tries with pauses of up to 0.2, 0.4 and 0.8 s: well within the five seconds
    /// an SDK waits for a credential process.
    pub const STANDARD: Self = Self {
        attempts: 4,
        first_pause: Duration::from_millis(200),
        longest_pause: Duration::from_secs(2),
        // STS itself waits up to 5 s for an issuer's keys.
        answer_time: Duration::from_secs(10),
    };

    /// One try.
    pub const NONE: Self = Self {
        attempts: 1,
        first_pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
        ..Self::STANDARD
    };

    /// The pause after the `failed`th try (counted from 1), somewhere between nothing and
    /// the bound ("full jitter"), so that many clients do not come back at once.
    pub(crate) fn pause(&self, failed: u32) -> Duration {
        self.bound(failed).mul_f64(random_part())
    }

    fn bound(&self, failed: u32) -> Duration {
        let doubled = self.first_pause.saturating_mul(1 << failed.saturating_sub(1).min(16));
        doubled.min(self.longest_pause)
    }
}

/// From 0 to 1. The standard library seeds each `RandomState` differently; that is
/// random enough to spread retries.
fn random_part() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 32;
    bits as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_longest() {
        let bounds: Vec<_> =
            (1..=6).map(|failed| RetryPolicy::STANDARD.bound(failed).as_millis()).collect();
        assert_eq!(bounds, [200, 400, 800, 1600, 2000, 2000]);
    }

    #[test]
    fn none_is_one_try_without_a_pause() {
        let RetryPolicy { attempts, first_pause, longest_pause, answer_time } = RetryPolicy::NONE;
        assert_eq!((attempts, first_pause, longest_pause), (1, Duration::ZERO, Duration::ZERO));
        assert_eq!(answer_time, RetryPolicy::STANDARD.answer_time);
    }

    /// Those who failed at the same moment do not come back at the same moment.
    #[test]
    fn no_two_pauses_need_be_alike() {
        let pauses: std::collections::BTreeSet<_> =
            (0..64).map(|_| RetryPolicy::STANDARD.pause(4)).collect();
        assert!(pauses.len() > 32, "{pauses:?}");
    }

    #[test]
    fn the_pause_stays_within_the_bound() {
        for failed in [1, 2, 3, u32::MAX] {
            assert!(RetryPolicy::STANDARD.pause(failed) <= RetryPolicy::STANDARD.bound(failed));
        }
    }
}
