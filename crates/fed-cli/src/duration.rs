//! Lengths of time as people write them.

use std::time::Duration;

/// Reads `90s`, `5m`, `1h`, `1h30m` or plain seconds.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("expected a duration like `90s`, `5m` or `1h30m`, found `{text}`");
    let mut seconds: u64 = 0;
    let mut digits = String::new();
    for character in text.chars() {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        let unit = match character {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(wrong()),
        };
        let number: u64 = digits.parse().map_err(|_| wrong())?;
        seconds = number
            .checked_mul(unit)
            .and_then(|part| seconds.checked_add(part))
            .ok_or_else(wrong)?;
        digits.clear();
    }
    match (digits.is_empty(), text.bytes().all(|byte| byte.is_ascii_digit())) {
        (true, false) => Ok(Duration::from_secs(seconds)),
        (false, true) => digits.parse().map(Duration::from_secs).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, seconds) in
            [("90s", 90), ("5m", 300), ("1h", 3600), ("1h30m", 5400), ("3600", 3600), ("0s", 0)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "h", "1d", "1h30", "-5m", "1.5h", "99999999999999999999s"] {
            assert_eq!(
                duration(text),
                Err(format!("expected a duration like `90s`, `5m` or `1h30m`, found `{text}`"))
            );
        }
    }
}
