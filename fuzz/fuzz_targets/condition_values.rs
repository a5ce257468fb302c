//! Any operator with any values: a value never meets an operator and its negation both,
//! and `IfExists` changes nothing when the key is there.
#![no_main]

use fuzz::{allows, fields, policy};
use iam_policy::Context;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const OPERATORS: [(&str, &str); 11] = [
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("NumericEquals", "NumericNotEquals"),
    ("NumericLessThan", "NumericGreaterThanEquals"),
    ("NumericGreaterThan", "NumericLessThanEquals"),
    ("DateEquals", "DateNotEquals"),
    ("DateLessThan", "DateGreaterThanEquals"),
    ("IpAddress", "NotIpAddress"),
    ("ArnLike", "ArnNotLike"),
    ("ArnEquals", "ArnNotEquals"),
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Some([required, value]) = fields::<2>(rest) else { return };
    let (operator, negated) = OPERATORS[usize::from(*first) % OPERATORS.len()];
    let mut context = Context::new();
    context.set("key:of-the-request", value);
    let holds = |operator: &str| {
        let condition = json!({operator: {"key:of-the-request": required}});
        policy("*", condition).map(|policy| allows(policy, "*", &context))
    };
    let (Some(positive), Some(negative)) = (holds(operator), holds(negated)) else { return };
    assert!(!(positive && negative), "{operator} and {negated} both hold");
    assert_eq!(holds(&format!("{operator}IfExists")), Some(positive));
    assert_eq!(holds(&format!("ForAnyValue:{operator}")), Some(positive));
    for other in ["Bool", "BinaryEquals", "Null"] {
        holds(other);
    }
});
