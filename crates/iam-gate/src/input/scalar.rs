//! Values that are no structure, list or map, as text has them.

use aws_model::Shape;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value};

/// What a shape is called where something else is found.
pub(super) fn name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Structure(_) => "a structure",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a map",
        Shape::String(_) => "a String",
        Shape::Blob(_) => "a ByteBuffer",
        Shape::Boolean => "a Boolean",
        Shape::Integer(_) => "an Integer",
        Shape::Long(_) => "a Long",
        Shape::Float(_) => "a Float",
        Shape::Double(_) => "a Double",
        Shape::Timestamp(_) => "a Date",
    }
}

/// Whether a text can be a moment, in whatever format: nothing but what dates are written with.
pub(super) fn is_moment(text: &str) -> bool {
    let of_dates = |byte: u8| byte.is_ascii_alphanumeric() || b"-+:., ".contains(&byte);
    (1..=40).contains(&text.len())
        && text.bytes().all(of_dates)
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The bytes that are written so, written in the one way; `None` where it is no base64.
pub(super) fn blob(text: &str) -> Option<String> {
    STANDARD.decode(text).ok().map(|bytes| STANDARD.encode(bytes))
}

/// Reads a text; `None` where it is no value of the shape.
pub(super) fn read(shape: &Shape, text: &str) -> Option<Value> {
    Some(match shape {
        Shape::String(_) => text.into(),
        Shape::Blob(_) => blob(text)?.into(),
        Shape::Boolean if text.eq_ignore_ascii_case("true") => true.into(),
        Shape::Boolean if text.eq_ignore_ascii_case("false") => false.into(),
        Shape::Integer(_) => i64::from(text.parse::<i32>().ok()?).into(),
        Shape::Long(_) => text.parse::<i64>().ok()?.into(),
        Shape::Float(_) | Shape::Double(_) => Value::Number(Number::from_f64(text.parse().ok()?)?),
        Shape::Timestamp(_) if is_moment(text) => text.into(),
        _ => return None,
    })
}

/// Writes a value.
pub(super) fn write(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
