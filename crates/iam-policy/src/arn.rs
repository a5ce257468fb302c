//! ARNs compared as the Arn operators compare them: segment by segment.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", ARN
//! condition operators: each of the six parts is checked separately and each may
//! hold `*` and `?`; `ArnEquals` and `ArnLike` behave alike.

use crate::wildcard;

/// The six parts of an ARN, as bytes of a compiled pattern.
fn split(pattern: &[u8]) -> Option<[&[u8]; 6]> {
    let mut parts = pattern.splitn(6, |byte| *byte == b':');
    let six =
        [parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    Some(six)
}

/// Whether the ARN `text` matches `pattern`, part by part. A text that is no ARN, and a
/// pattern that is none, match nothing; a lone `*` matches every ARN.
pub(crate) fn matches(pattern: &[u8], text: &str) -> bool {
    if !text.starts_with("arn:") {
        return false;
    }
    let mut parts = text.splitn(6, ':');
    let Some(pattern) = split(pattern) else {
        return parts.count() == 6
            && !pattern.is_empty()
            && pattern.iter().all(|byte| *byte == wildcard::RUN);
    };
    pattern
        .iter()
        .all(|expected| parts.next().is_some_and(|part| wildcard::matches(expected, part)))
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
