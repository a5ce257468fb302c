//! Whether a value that somebody gives for a condition key can be one of it.

use aws_model::KeyType;

use crate::condition::{Family, Operator, fits, reads_as};
use crate::explain::{Explanation, Found};

/// A value that the key never has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` is {expected}, found `{value}`")]
pub struct MisfitValue {
    /// The key.
    pub key: String,
    /// What its values are.
    pub expected: &'static str,
    /// The value.
    pub value: String,
}

/// Refuses a value that is not of the key's type, where that is known to be an address, a
/// number, a moment or a truth value.
///
/// # Errors
/// [`MisfitValue`]. Source of the types: Service Authorization Reference, by `aws-model`.
pub fn check_given_value(key: &str, value: &str) -> Result<(), MisfitValue> {
    let known = aws_model::condition_key(key).and_then(|known| known.key_type);
    let expected = match known {
        Some(KeyType::IpAddress) => "an IP address",
        Some(KeyType::Numeric) => "a number",
        Some(KeyType::Date) => "a moment like 2026-11-23T10:00:00Z",
        Some(KeyType::Bool | KeyType::ArrayOfBool) => "`true` or `false`",
        _ => return Ok(()),
    };
    match known.is_some_and(|key_type| reads_as(key_type, value)) {
        true => Ok(()),
        false => Err(MisfitValue { key: key.to_owned(), expected, value: value.to_owned() }),
    }
}

/// Refuses a value that a condition cannot compare: no address under `NotIpAddress`, no number
/// under `NumericLessThan`. It meets neither an operator nor its negation, so that a Deny passes
/// it over.
///
/// # Errors
/// [`MisfitValue`], of the first of the keys that `is_given` names.
pub fn check_compared_values(
    explanation: &Explanation,
    is_given: impl Fn(&str) -> bool,
) -> Result<(), MisfitValue> {
    let conditions = explanation.statements.iter().flat_map(|statement| &statement.conditions);
    for condition in conditions.filter(|condition| is_given(&condition.key)) {
        let (Found::Values(values), Some(operator)) =
            (&condition.found, Operator::parse(&condition.operator))
        else {
            continue;
        };
        if matches!(operator.family, Family::Arn { .. } | Family::Null) {
            continue;
        }
        for value in values {
            fits(operator.family, value).map_err(|expected| MisfitValue {
                key: condition.key.clone(),
                expected,
                value: value.clone(),
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, value: &str) -> String {
        check_given_value(key, value).map_or_else(|misfit| misfit.to_string(), |()| String::new())
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for (key, value, expected) in [
            ("aws:SourceIp", "home", "an IP address"),
            ("AWS:sourceip", "203.0.113.256", "an IP address"),
            ("aws:SourceIp", "", "an IP address"),
            ("aws:MultiFactorAuthAge", "ten", "a number"),
            ("aws:CurrentTime", "now", "a moment like 2026-11-23T10:00:00Z"),
            ("aws:SecureTransport", "yes", "`true` or `false`"),
            ("s3:max-keys", "1e3", "a number"),
        ] {
            assert_eq!(told(key, value), format!("`{key}` is {expected}, found `{value}`"));
        }
    }

    #[test]
    fn values_that_a_key_can_have_are_taken() {
        for (key, value) in [
            ("aws:SourceIp", "203.0.113.7"),
            ("aws:SourceIp", "2001:db8::1"),
            ("aws:EpochTime", "1795456800"),
            ("aws:CurrentTime", "2026-11-23T10:00:00Z"),
            ("aws:SecureTransport", "True"),
            ("aws:MultiFactorAuthAge", "10.5"),
            ("aws:username", "ten"),
            ("accounts.google.com:sub", "home"),
            ("no-key", "home"),
        ] {
            assert_eq!(told(key, value), "");
        }
    }
}
