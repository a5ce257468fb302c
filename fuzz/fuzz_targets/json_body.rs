//! Any target and any JSON body: no panic; what is forwarded says what the body said, and
//! reads the same again.
#![no_main]

use fuzz::{fields, post};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const SIGNED: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request, \
     SignedHeaders=host, Signature=0",
);
const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");
const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");

fuzz_target!(|data: &[u8]| {
    let Some([target, body]) = fields::<2>(data) else { return };
    let sent = |body: &str| {
        post(&[("host", "x"), DATE, SIGNED, JSON, ("x-amz-target", target)], body)?.call()
    };
    let Some(call) = sent(body) else { return };
    let forwarded: Value = serde_json::from_str(&call.forwarded).expect("JSON is forwarded");
    let said: Value = match body.is_empty() {
        true => Value::Object(serde_json::Map::new()),
        false => serde_json::from_str(body).expect("what was read is JSON"),
    };
    assert!(same(&forwarded, &said), "{body:?} became {:?}", call.forwarded);
    assert!(said.is_object());
    let operation = target.rsplit('.').next().expect("at least one part");
    assert_eq!(call.action, format!("dynamodb:{operation}"));
    let again = sent(&call.forwarded).expect("what was read reads again");
    let again: Value = serde_json::from_str(&again.forwarded).expect("JSON is forwarded");
    assert!(same(&again, &forwarded), "{:?}", call.forwarded);
});

/// Equal, but for the last bit of a number that is no integer.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().expect("it is"), other.as_f64().expect("it is"));
            one == other || (one - other).abs() <= one.abs() * 1e-15
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}
