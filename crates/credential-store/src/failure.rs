//! A renewal that failed, remembered so that a hundred processes do not all try again.

use std::time::Duration;

use fed_types::UnixTime;
use serde::{Deserialize, Serialize};

/// Whether trying again by itself can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Only a person can mend it, by signing in.
    SignInNeeded,
    /// A person began to sign in and did not finish.
    SignInAbandoned,
    /// AWS or a policy said no.
    Denied,
    /// Anything else: network, throttling, a broken answer.
    Other,
}

/// A failed renewal. Until [`Failure::retry_at`] nobody should try again; the reason
/// can be repeated instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// The message as it was shown; holds no secret.
    pub reason: String,
    /// When it happened.
    pub at: UnixTime,
    /// How many in a row, this one included.
    pub count: u32,
    /// The earliest moment at which another try makes sense.
    pub retry_at: UnixTime,
}

/// The pause after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

impl Failure {
    /// The failure that follows `previous`, if any.
    pub(crate) fn after(
        previous: Option<&Self>,
        kind: FailureKind,
        reason: &str,
        now: UnixTime,
    ) -> Self {
        let count = previous.map_or(0, |failure| failure.count).saturating_add(1);
        let pause = FIRST_PAUSE.saturating_mul(1 << (count - 1).min(16)).min(LONGEST_PAUSE);
        Self { kind, reason: reason.to_owned(), at: now, count, retry_at: now.plus(pause) }
    }

    /// Whether the pause is still on. A failure dated later than `now` (the clock was
    /// set back) does not hold.
    pub fn holds(&self, now: UnixTime) -> bool {
        self.at <= now && now < self.retry_at
    }

    /// Whether it happened while someone who began at `began` was waiting for the lock.
    /// Of many who wait for a person to sign in, one asks; if that comes to nothing, the
    /// others repeat its reason instead of opening a browser each. Whoever begins later
    /// asks anew, at once.
    pub fn happened_since(&self, began: UnixTime) -> bool {
        self.at >= began
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixTime {
        UnixTime::from_seconds(seconds)
    }

    #[test]
    fn each_failure_doubles_the_pause_up_to_five_minutes() {
        let mut previous: Option<Failure> = None;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let failure = Failure::after(previous.as_ref(), FailureKind::Other, "r", at(100));
            pauses.push(failure.retry_at.since(failure.at).as_secs());
            previous = Some(failure);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn a_count_from_a_strange_file_does_not_overflow() {
        let strange =
            Failure { count: u32::MAX, ..Failure::after(None, FailureKind::Other, "", at(0)) };
        let next = Failure::after(Some(&strange), FailureKind::Other, "", at(0));
        assert_eq!(next.retry_at, at(300));
    }

    #[test]
    fn who_waited_repeats_it_and_who_comes_later_does_not() {
        let failure = Failure::after(None, FailureKind::SignInAbandoned, "r", at(100));
        assert!(failure.happened_since(at(99)) && failure.happened_since(at(100)));
        assert!(!failure.happened_since(at(101)));
    }

    #[test]
    fn it_holds_from_its_moment_until_the_retry() {
        let failure = Failure::after(None, FailureKind::SignInNeeded, "r", at(100));
        assert!(failure.holds(at(100)) && failure.holds(at(104)));
        assert!(!failure.holds(at(105)));
        assert!(!failure.holds(at(99)), "a clock set back must not lock anyone out");
    }
}
