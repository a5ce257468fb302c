//! ARNs compared as the Arn operators compare them: segment by segment.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", ARN
//! condition operators: each of the six parts is checked separately and each may
//! hold `*` and `?`; `ArnEquals` and `ArnLike` behave alike.

use crate::truth::Truth;
use crate::wildcard;

/// The six parts of an ARN, as bytes of a compiled pattern.
fn split(pattern: &[u8]) -> Option<[&[u8]; 6]> {
    let mut parts = pattern.splitn(6, |byte| *byte == b':');
    let six =
        [parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    Some(six)
}

/// Whether a compiled pattern is one of ARNs: of six parts, or stars alone.
pub(crate) fn is_pattern(pattern: &[u8]) -> bool {
    split(pattern).is_some() || is_any(pattern)
}

fn is_any(pattern: &[u8]) -> bool {
    !pattern.is_empty() && pattern.iter().all(|byte| *byte == wildcard::RUN)
}

/// Whether the ARN `text` matches `pattern`, part by part. A text that is no ARN matches nothing; a
/// lone `*` matches every ARN. What a pattern of fewer parts matches, AWS does not say.
pub(crate) fn matches(pattern: &[u8], text: &str) -> Truth {
    if !text.starts_with("arn:") {
        return Truth::False;
    }
    let mut parts = text.splitn(6, ':');
    let Some(pattern) = split(pattern) else {
        return match is_any(pattern) {
            true => Truth::from(parts.count() == 6),
            false => Truth::Unknown,
        };
    };
    let all = pattern
        .iter()
        .all(|expected| parts.next().is_some_and(|part| wildcard::matches(expected, part)));
    Truth::from(all)
}

/// The offset behind the `count`th colon of an ARN.
fn behind_colon(arn: &str, count: usize) -> Option<usize> {
    if !arn.starts_with("arn:") {
        return None;
    }
    let mut seen = 0;
    let at = arn.bytes().position(|byte| {
        seen += usize::from(byte == b':');
        seen == count
    })?;
    Some(at + 1)
}

/// The account of an ARN: its fifth part. `None` when the text is no ARN.
pub(crate) fn account(arn: &str) -> Option<&str> {
    let start = behind_colon(arn, 4)?;
    let end = behind_colon(arn, 5)?;
    arn.get(start..end - 1)
}

/// What follows the fifth colon.
pub(crate) fn resource(arn: &str) -> Option<&str> {
    arn.get(behind_colon(arn, 5)?..)
}

#[cfg(test)]
mod tests;
