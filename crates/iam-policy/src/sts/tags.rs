//! Session tags.

/// What no tag's key or value begins with, in whatever case.
/// Source: IAM user guide, "Rules for tagging in IAM and AWS STS".
const RESERVED: &str = "aws:";

/// Tags as AWS takes them: none that is AWS's own, no two keys that differ in case alone, and
/// only tags of the session go on with it.
///
/// # Errors
/// The message of `InvalidParameterValue`.
pub fn check_tags(tags: &[(&str, &str)], transitive: &[&str]) -> Result<(), &'static str> {
    if tags.iter().any(|(key, value)| is_reserved_tag(key) || is_reserved_tag(value)) {
        return Err("Tag keys and values that begin with 'aws:' are reserved.");
    }
    let is_same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let twice = tags
        .iter()
        .enumerate()
        .any(|(index, (key, _))| tags.iter().take(index).any(|(other, _)| is_same(other, key)));
    if twice {
        return Err("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    let is_there = |key: &&str| tags.iter().any(|(other, _)| is_same(other, key));
    if transitive.iter().all(is_there) {
        Ok(())
    } else {
        Err("The specified transitive tag key must be included in the requested tags.")
    }
}

/// Whether a tag's key or value is one that only AWS gives.
pub fn is_reserved_tag(text: &str) -> bool {
    text.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED))
}
