//! Moments in time, to the second, as AWS and JWTs count them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Whole seconds since 1970-01-01T00:00:00Z, as in a JWT's `exp` and in the
/// second-resolution timestamps of AWS. Printed as `2026-11-23T10:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(i64);

impl UnixTime {
    /// From seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Parses RFC 3339 text such as `2026-11-23T10:00:00Z`, fractions dropped.
    /// `None` when the text is no such date.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(|moment| Self(moment.unix_timestamp()))
    }

    /// The moment `duration` later, saturating.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)))
    }

    /// How long it is from `earlier` to this moment; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl From<SystemTime> for UnixTime {
    fn from(moment: SystemTime) -> Self {
        let seconds = match moment.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        Self(seconds)
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} s since 1970", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc3339_in_whole_seconds() {
        let moment = UnixTime::from_seconds(1_795_428_000);
        assert_eq!(moment.to_string(), "2026-11-23T10:00:00Z");
        assert_eq!(UnixTime::parse_rfc3339("2026-11-23T11:00:00.999+01:00"), Some(moment));
        assert_eq!(UnixTime::parse_rfc3339("23.11.2026"), None);
    }

    #[test]
    fn a_clock_before_1970_counts_backwards() {
        let (later, earlier) = (UnixTime::from_seconds(9), UnixTime::from_seconds(5));
        assert_eq!((later.seconds(), later.since(earlier)), (9, Duration::from_secs(4)));
        let seven = Duration::from_secs(7);
        assert_eq!(UnixTime::from(UNIX_EPOCH + seven), UnixTime::from_seconds(7));
        assert_eq!(UnixTime::from(UNIX_EPOCH - seven), UnixTime::from_seconds(-7));
    }

    #[test]
    fn arithmetic_saturates() {
        let late = UnixTime::from_seconds(i64::MAX);
        assert_eq!(late.plus(Duration::from_secs(1)), late);
        assert_eq!(UnixTime::from_seconds(5).since(UnixTime::from_seconds(9)), Duration::ZERO);
        assert_eq!(late.to_string(), format!("{} s since 1970", i64::MAX));
    }
}
