//! What stands in braces in the rows: names, times, repetitions.

use serde_json::{Map, Value};

use crate::lab::{ACCOUNT, CLIENT, NOW, ROLE, SUBJECT};

pub(super) const USER: &str = "arn:aws:iam::278805249149:user/someone";
const SESSION: &str = "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session";

/// The text with what is in braces filled in: `{role}`, `{now+300}`, `{a*64}`. Other braces
/// are left alone.
pub(super) fn fill(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let meant = after.split_once('}').and_then(|(name, rest)| Some((value(name)?, rest)));
        match meant {
            Some((value, behind)) => {
                filled.push_str(&value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

fn value(name: &str) -> Option<String> {
    Some(match name {
        "role" => ROLE.to_owned(),
        "user" => USER.to_owned(),
        "session" => SESSION.to_owned(),
        "client" => CLIENT.to_owned(),
        "subject" => SUBJECT.to_owned(),
        "account" => ACCOUNT.to_owned(),
        "now" => NOW.to_string(),
        _ => match (name.strip_prefix("now"), name.split_once('*')) {
            (Some(offset), _) => (NOW + offset.parse::<i64>().ok()?).to_string(),
            (None, Some((text, times))) => text.repeat(times.parse().ok()?),
            _ => return None,
        },
    })
}

/// The claims with changes, in which a text `#{now+300}` is a number, and `null` takes the
/// claim out.
pub(super) fn change(mut claims: Value, changes: &Map<String, Value>) -> Value {
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes {
        match value {
            Value::Null => members.remove(&fill(name)),
            value => members.insert(fill(name), filled(value)),
        };
    }
    claims
}

/// A value with all its texts filled in.
pub(super) fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let text = fill(text);
            match text.strip_prefix('#') {
                Some(number) => serde_json::from_str(number).unwrap(),
                None => Value::String(text),
            }
        }
        Value::Array(items) => items.iter().map(filled).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (fill(name), filled(value))).collect()
        }
        other => other.clone(),
    }
}
