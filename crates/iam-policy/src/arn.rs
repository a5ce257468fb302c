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

/// The account of an ARN: its fifth part. `None` when the text is no ARN.
pub(crate) fn account(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let account = parts.nth(3)?;
    parts.next().map(|_| account)
}

/// What follows the fifth colon.
pub(crate) fn resource(arn: &str) -> Option<&str> {
    arn.starts_with("arn:").then(|| arn.splitn(6, ':').nth(5)).flatten()
}
