//! How long a role session lasts.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// `DurationSeconds`: 900 to 43200 (aws-truth.md); the role's own maximum, which only AWS
/// knows, may be lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionDuration(u32);

/// The text is no duration AWS takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSessionDuration {
    /// Not a duration.
    #[error("expected a duration like `1h`, `90m` or `3600s`, found `{0}`")]
    Shape(String),
    /// Too short or too long.
    #[error("expected a session duration of 900 to 43200 seconds, found `{0}`")]
    Range(String),
}

impl InvalidSessionDuration {
    /// What to do about it.
    pub fn hint(&self) -> String {
        "between `15m` and `12h`; the role's own maximum may be lower".to_owned()
    }
}

impl SessionDuration {
    /// The shortest AWS gives: a quarter of an hour.
    pub const SHORTEST: Self = Self(900);
    /// The longest AWS gives: twelve hours.
    pub const LONGEST: Self = Self(43_200);
    /// What AWS gives when nothing is asked for: an hour.
    pub const DEFAULT: Self = Self(3_600);
    /// The longest in a role chain, whatever the role's maximum: an hour.
    pub const LONGEST_IN_CHAIN: Self = Self(3_600);

    /// From a duration; fractions of a second are dropped.
    ///
    /// # Errors
    /// [`InvalidSessionDuration::Range`].
    pub fn new(duration: Duration) -> Result<Self, InvalidSessionDuration> {
        let seconds = duration.as_secs();
        Self::from_seconds(seconds, &format!("{seconds}s"))
    }

    /// In seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }

    fn from_seconds(seconds: u64, text: &str) -> Result<Self, InvalidSessionDuration> {
        match u32::try_from(seconds).map(Self) {
            Ok(duration) if (Self::SHORTEST..=Self::LONGEST).contains(&duration) => Ok(duration),
            _ => Err(InvalidSessionDuration::Range(text.to_owned())),
        }
    }
}

impl FromStr for SessionDuration {
    type Err = InvalidSessionDuration;

    /// As [`fed_types::read_duration`] reads it: `1h`, `90m`, `1h30m`, `3600s`; a bare number
    /// is seconds.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let duration = fed_types::read_duration(text)
            .map_err(|_| InvalidSessionDuration::Shape(text.to_owned()))?;
        Self::from_seconds(duration.as_secs(), text)
    }
}

impl fmt::Display for SessionDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hours_minutes_and_seconds() {
        for (text, seconds) in [
            ("1h", 3600),
            ("90m", 5400),
            ("1h30m", 5400),
            ("1h0m1s", 3601),
            ("3600", 3600),
            ("900s", 900),
            ("12h", 43200),
            (" 1h ", 3600),
        ] {
            assert_eq!(text.parse::<SessionDuration>().unwrap().seconds(), seconds, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in [
            "",
            "h",
            "1",
            "1x",
            "1h1h",
            "30m1h",
            "1h30",
            "-1h",
            "1.5h",
            "1 h",
            "99999999999999999999h",
        ] {
            let error = text.parse::<SessionDuration>().unwrap_err();
            let shape = format!("expected a duration like `1h`, `90m` or `3600s`, found `{text}`");
            let range =
                format!("expected a session duration of 900 to 43200 seconds, found `{text}`");
            assert_eq!(error.to_string(), if text == "1" { range } else { shape });
        }
    }

    #[test]
    fn is_written_in_seconds_and_a_wrong_one_says_what_is_taken() {
        assert_eq!(SessionDuration::DEFAULT.to_string(), "3600s");
        let hint = "between `15m` and `12h`; the role's own maximum may be lower";
        assert_eq!("x".parse::<SessionDuration>().unwrap_err().hint(), hint);
    }

    #[test]
    fn refuses_what_aws_refuses() {
        for text in ["899s", "14m", "43201", "13h", "0s"] {
            let range = InvalidSessionDuration::Range(text.to_owned());
            assert_eq!(text.parse::<SessionDuration>(), Err(range));
        }
        assert_eq!(
            SessionDuration::new(Duration::from_secs(899)).unwrap_err().to_string(),
            "expected a session duration of 900 to 43200 seconds, found `899s`"
        );
    }
}
