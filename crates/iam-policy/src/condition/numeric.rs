//! Numbers, exact: whole numbers and decimals of up to twenty digits before and
//! seventeen behind the point. What is larger or finer is no number here and never
//! matches; no rounding decides a policy.

/// A decimal number, in units of 10⁻¹⁷.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i128);

const WHOLE_DIGITS: usize = 20;
const FRACTION_DIGITS: usize = 17;

impl Decimal {
    /// Reads `-12`, `+3`, `10.50`, `.5`. Exponents are not read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        if whole.len() > WHOLE_DIGITS || fraction.len() > FRACTION_DIGITS {
            return None;
        }
        let mut units = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            units = units * 10 + i128::from(byte - b'0');
        }
        for _ in fraction.len()..FRACTION_DIGITS {
            units *= 10;
        }
        Some(Self(if negative { -units } else { units }))
    }
}

#[cfg(test)]
mod tests;
