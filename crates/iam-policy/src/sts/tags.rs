//! Session tags.

/// Tags as AWS takes them: no two keys that differ in case alone, and only tags of the
/// session go on with it.
///
/// # Errors
/// The message of `InvalidParameterValue`.
pub fn check_tags(tags: &[(&str, &str)], transitive: &[&str]) -> Result<(), &'static str> {
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
