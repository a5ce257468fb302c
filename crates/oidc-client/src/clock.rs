//! The clock this crate is given, and how far it is from the issuer's.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use fed_types::UnixTime;

/// Tells the time and waits. Passed in, because this crate reads no clock of its own.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> UnixTime;

    /// Waits; by tokio's timer unless overridden.
    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How far this machine's clock is from the issuer's, in seconds, as an HTTP `Date`
/// header (RFC 9110 section 6.6.1) showed it; positive when this machine's is ahead.
/// Good to a few seconds: the header has whole seconds and was some time under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew(i64);

impl ClockSkew {
    /// From the `Date` of an answer and our time when it came.
    pub fn measure(server_date: UnixTime, now: UnixTime) -> Self {
        Self(now.seconds().saturating_sub(server_date.seconds()))
    }

    /// Seconds; positive when this machine's clock is ahead.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Whether it is more than `tolerance`.
    pub fn exceeds(self, tolerance: Duration) -> bool {
        self.0.unsigned_abs() > tolerance.as_secs()
    }
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.0 < 0 { "behind" } else { "ahead of" };
        write!(f, "{} s {side} the issuer's", self.0.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_side() {
        let at = UnixTime::from_seconds;
        assert_eq!(ClockSkew::measure(at(100), at(160)).to_string(), "60 s ahead of the issuer's");
        assert_eq!(ClockSkew::measure(at(160), at(100)).to_string(), "60 s behind the issuer's");
        assert!(!ClockSkew::measure(at(160), at(100)).exceeds(Duration::from_secs(60)));
        assert!(ClockSkew::measure(at(161), at(100)).exceeds(Duration::from_secs(60)));
    }
}
