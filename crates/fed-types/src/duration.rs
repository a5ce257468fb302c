//! Lengths of time as people write them.

use std::time::Duration;

/// The text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration like `90s`, `5m` or `1h30m`, found `{0}`")]
pub struct InvalidDuration(String);

/// Reads `90s`, `5m`, `1h`, `1h30m`: hours, minutes and seconds, in this order, each at most
/// once. A bare number is seconds. White space around it does not count.
///
/// # Errors
/// [`InvalidDuration`] for anything else, and for what does not fit into 64 bits of seconds.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(fed_types::read_duration("1h30m"), Ok(Duration::from_secs(5400)));
/// assert!(fed_types::read_duration("30m1h").is_err());
/// ```
pub fn read_duration(text: &str) -> Result<Duration, InvalidDuration> {
    let seconds = match text.trim() {
        bare if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) => {
            bare.parse().ok()
        }
        with_units => read_units(with_units),
    };
    seconds.map(Duration::from_secs).ok_or_else(|| InvalidDuration(text.to_owned()))
}

fn read_units(text: &str) -> Option<u64> {
    let (mut rest, mut total, mut read_any) = (text, 0_u64, false);
    for (unit, seconds) in [('h', 3600), ('m', 60), ('s', 1)] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = number.parse::<u64>().ok()?.checked_mul(seconds)?;
        total = total.checked_add(part)?;
        (rest, read_any) = (after, true);
    }
    (read_any && rest.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, seconds) in [
            ("90s", 90),
            ("5m", 300),
            ("1h", 3600),
            ("1h30m", 5400),
            ("1h0m1s", 3601),
            ("1h1s", 3601),
            ("3600", 3600),
            ("0s", 0),
            (" 1h ", 3600),
        ] {
            assert_eq!(read_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            " ",
            "h",
            "1d",
            "1h30",
            "-5m",
            "+5m",
            "1.5h",
            "1m1h",
            "1h1h",
            "1 h",
            "1h 30m",
            "99999999999999999999s",
            "9999999999999999h",
            "1h+1m",
            "٣s",
        ] {
            assert_eq!(
                read_duration(text).unwrap_err().to_string(),
                format!("expected a duration like `90s`, `5m` or `1h30m`, found `{text}`")
            );
        }
    }
}
