//! Policies of buckets that S3 calls public: those that let in more than a fixed number of
//! principals, networks or accounts.
//!
//! Source: S3 user guide, "Blocking public access to your Amazon S3 storage", "The meaning of
//! 'public'".

use serde_json::{Map, Value};

/// Operators that a value has to meet for a statement to apply.
const OPERATORS: [&str; 6] =
    ["ArnEquals", "ArnLike", "IpAddress", "StringEquals", "StringEqualsIgnoreCase", "StringLike"];

/// Keys in lower case whose fixed values make a statement one for few.
const KEYS: [&str; 10] = [
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Whether a bucket's policy is public; one that cannot be read is.
pub(crate) fn is_public(policy: &str) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(policy) else { return true };
    let statements = match document.get("Statement") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    statements.iter().any(|statement| statement.as_object().is_none_or(lets_many_in))
}

fn lets_many_in(statement: &Map<String, Value>) -> bool {
    let allows = statement.get("Effect").and_then(Value::as_str) != Some("Deny");
    let names_few =
        !statement.contains_key("NotPrincipal") && statement.get("Principal").is_some_and(is_few);
    allows && !names_few && !statement.get("Condition").is_some_and(is_for_few)
}

/// Whether a Principal element names no wildcard.
fn is_few(principal: &Value) -> bool {
    match principal {
        Value::String(one) => !one.contains('*'),
        Value::Array(several) => several.iter().all(is_few),
        Value::Object(kinds) => kinds.values().all(is_few),
        _ => false,
    }
}

/// Whether one of the conditions, all of which must be met, is met by few.
fn is_for_few(condition: &Value) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    operators.filter(|(operator, _)| is_of_few(operator)).any(|(_, keys)| {
        keys.as_object().into_iter().flatten().any(|(key, values)| {
            let key = key.to_ascii_lowercase();
            KEYS.contains(&key.as_str()) && are_fixed(&key, values)
        })
    })
}

/// Whether a key that is absent does not meet an operator, nor one with other values besides.
fn is_of_few(operator: &str) -> bool {
    let plain = operator.strip_prefix("ForAnyValue:").unwrap_or(operator);
    OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(plain))
}

fn are_fixed(key: &str, values: &Value) -> bool {
    match values {
        Value::String(value) if key == "aws:sourceip" => is_narrow(value),
        Value::String(value) => !value.is_empty() && !value.contains(['*', '?', '$']),
        Value::Array(several) => {
            !several.is_empty() && several.iter().all(|value| are_fixed(key, value))
        }
        _ => false,
    }
}

/// Whether a range of addresses is none that S3 calls very broad.
fn is_narrow(range: &str) -> bool {
    let (address, bits) = match range.split_once('/') {
        Some((address, bits)) => (address, bits.parse::<u8>().ok()),
        None => (range, Some(128)),
    };
    match (address.parse::<std::net::IpAddr>(), bits) {
        (Ok(std::net::IpAddr::V4(_)), Some(bits)) => bits >= 8,
        (Ok(std::net::IpAddr::V6(_)), Some(bits)) => bits >= 32,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(changes: &Value) -> bool {
        let mut statement = json!({ "Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*" });
        for (name, value) in changes.as_object().unwrap() {
            statement[name] = value.clone();
        }
        let few = json!({ "Effect": "Allow", "Principal": { "AWS": "111122223333" },
            "Action": "*", "Resource": "*" });
        is_public(&json!({ "Statement": [few, statement] }).to_string())
    }

    #[test]
    fn who_lets_many_in_is_public() {
        for changes in [
            json!({}),
            json!({ "Principal": { "AWS": "*" } }),
            json!({ "Principal": { "AWS": ["111122223333", "*"] } }),
            json!({ "Principal": { "Federated": "*" } }),
            json!({ "NotPrincipal": { "AWS": "111122223333" }, "Principal": null }),
            json!({ "Condition": {} }),
            json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-*" } } }),
            json!({ "Condition": { "StringEquals": { "aws:SourceVpc": [] } } }),
            json!({ "Condition": { "StringEquals": { "aws:SourceVpc": ["vpc-1", "*"] } } }),
            json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "${aws:SourceVpc}" } } }),
            json!({ "Condition": { "StringEqualsIfExists": { "aws:SourceVpc": "vpc-1" } } }),
            json!({ "Condition": { "StringNotEquals": { "aws:SourceVpc": "vpc-1" } } }),
            json!({ "Condition": { "ForAllValues:StringEquals": { "aws:SourceVpc": "vpc-1" } } }),
            json!({ "Condition": { "StringLike": { "aws:userid": "AROAEXAMPLE:*" } } }),
            json!({ "Condition": { "StringEquals": { "aws:UserAgent": "mine" } } }),
            json!({ "Condition": { "Bool": { "aws:SecureTransport": "true" } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": ["10.0.0.0/8", "12.0.0.0/7"] } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "2001::/16" } } }),
            json!({ "Condition": { "NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }),
        ] {
            assert!(with(&changes), "{changes}");
        }
        assert!(is_public("{"));
    }

    #[test]
    fn who_lets_few_in_is_not() {
        for changes in [
            json!({ "Effect": "Deny" }),
            json!({ "Principal": { "AWS": "arn:aws:iam::111122223333:user/u" } }),
            json!({ "Principal": { "Service": "cloudfront.amazonaws.com" } }),
            json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-1" } } }),
            json!({ "Condition": { "StringLike": { "AWS:SourceVpce": ["vpce-1", "vpce-2"] } } }),
            json!({ "Condition": { "ForAnyValue:StringEquals": { "aws:SourceAccount": "1" } } }),
            json!({ "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1" } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.7" } } }),
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "2001:db8::/32" } } }),
        ] {
            assert!(!with(&changes), "{changes}");
        }
        assert!(!is_public(r#"{"Statement":[]}"#));
    }
}
