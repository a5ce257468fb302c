//! Dates: the W3C profile of ISO 8601, or seconds since 1970.
//!
//! Source: IAM user guide, "Condition operators", date condition operators.

/// A moment, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i128);

const NANOS: i128 = 1_000_000_000;

impl Moment {
    /// Reads `2026`, `2026-11`, `2026-11-23`, `2026-11-23T10:00Z`,
    /// `2026-11-23T10:00:00.5+09:00`, or epoch seconds (other than four digits, which
    /// are a year).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() != 4 && is_epoch(digits) {
            return epoch(text);
        }
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts.next().map_or(Some(1), |part| number(part, 2))?;
        let day_given = parts.next();
        let day = day_given.map_or(Some(1), |part| number(part, 2))?;
        if parts.next().is_some()
            || !(1..=12).contains(&month)
            || day < 1
            || day > days_in(year, month)
        {
            return None;
        }
        let days = days_since_1970(year, month, day);
        let nanos = match time {
            None => 0,
            Some(time) if day_given.is_some() => time_of_day(time)?,
            Some(_) => return None,
        };
        Some(Self(i128::from(days) * 86_400 * NANOS + nanos))
    }
}

fn is_epoch(digits: &str) -> bool {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

fn epoch(text: &str) -> Option<Moment> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > 15 {
        return None;
    }
    let nanos = whole.parse::<i128>().ok()? * NANOS + fraction_nanos(fraction)?;
    Some(Moment(if negative { -nanos } else { nanos }))
}

/// Exactly `length` digits.
fn number(text: &str, length: usize) -> Option<i64> {
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Up to nine digits behind the point.
fn fraction_nanos(digits: &str) -> Option<i128> {
    if digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let read = digits.bytes().fold(0, |nanos, digit| nanos * 10 + i128::from(digit - b'0'));
    Some((digits.len()..9).fold(read, |nanos, _| nanos * 10))
}

/// `10:00`, `10:00:00`, `10:00:00.5`, each with `Z` or an offset.
fn time_of_day(text: &str) -> Option<i128> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at_checked(zone_at)?;
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (whole, fraction) = match part.split_once('.') {
                Some((_, "")) => return None,
                Some((whole, digits)) => (whole, fraction_nanos(digits)?),
                None => (part, 0),
            };
            (number(whole, 2)?, fraction)
        }
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = match zone.as_bytes().first()? {
        b'Z' | b'z' if zone.len() == 1 => 0,
        sign @ (b'+' | b'-') => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    Some(i128::from(hour * 3600 + minute * 60 + second - offset) * NANOS + fraction)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, years 0 to 9999.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Leap days of the years before, the year 0 being a leap year.
    let leap_days = match year - 1 {
        -1 => 0,
        last => last / 4 - last / 100 + last / 400 + 1,
    };
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    let days_from_year_0 = year * 365 + leap_days + months + day - 1;
    // 719_528 days lie between 0000-01-01 and 1970-01-01.
    days_from_year_0 - 719_528
}

#[cfg(test)]
mod tests;
