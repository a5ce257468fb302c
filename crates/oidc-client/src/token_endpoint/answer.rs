//! An answer of the token endpoint or of the device flow's, as issuers really write them.
//!
//! Numbers come as text or with a fraction, errors with status 200, lists where text is due.
//! What is harmless is read; what is missing is named.

use fed_types::Secret;
use oauth2::http::StatusCode;
use serde_json::{Map, Value};

/// An answer the `oauth2` crate can read.
#[derive(Debug)]
pub(super) struct Readable {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// Known before anything else of the answer is looked at.
    pub(super) refresh_token: Option<Secret>,
}

/// What is wrong with an answer. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) expected: &'static str,
    pub(super) found: &'static str,
}

/// Reads the answer, an error (RFC 6749 section 5.2) at whatever status.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Readable, Wrong> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return Err(Wrong { expected: "a JSON object", found: kind(body) });
    };
    let has_tokens = members.contains_key("access_token") || members.contains_key("device_code");
    match members.get("error") {
        Some(Value::String(_)) if status != 200 || !has_tokens => Ok(error(status, &members)),
        Some(found) if status != 200 => Err(Wrong {
            expected: "an `error` that is text",
            found: if found.is_object() { "an `error` that is an object" } else { "another one" },
        }),
        None if status != 200 => {
            Err(Wrong { expected: "JSON with `error`", found: "JSON without it" })
        }
        _ => {
            let refresh_token = text(&members, "refresh_token").map(Secret::new);
            mend(&mut members);
            let body = Value::Object(members).to_string().into_bytes();
            Ok(Readable { status: StatusCode::OK, body, refresh_token })
        }
    }
}

/// Just what an error may hold, with a status of errors.
fn error(status: u16, members: &Map<String, Value>) -> Readable {
    let known = ["error", "error_description"];
    let kept: Map<String, Value> = known
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), text(members, name)?.into())))
        .collect();
    let status = StatusCode::from_u16(status).ok().filter(StatusCode::is_client_error);
    Readable {
        status: status.unwrap_or(StatusCode::BAD_REQUEST),
        body: Value::Object(kept).to_string().into_bytes(),
        refresh_token: None,
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Makes numbers of numbers written otherwise, and leaves out what is not needed or empty.
fn mend(members: &mut Map<String, Value>) {
    for name in ["expires_in", "interval"] {
        match members.get(name).map(seconds) {
            Some(Some(seconds)) => {
                members.insert(name.to_owned(), seconds.into());
            }
            Some(None) => {
                members.remove(name);
            }
            None => {}
        }
    }
    for name in ["refresh_token", "id_token"] {
        if text(members, name).is_none() {
            members.remove(name);
        }
    }
    members.remove("scope");
    // Who asks for `openid` alone gets an ID token alone from some issuers (Entra External ID).
    if text(members, "id_token").is_some() && text(members, "access_token").is_none() {
        members.insert("access_token".to_owned(), "".into());
        members.entry("token_type").or_insert_with(|| "Bearer".into());
    }
}

/// Whole seconds, also of `"3599"` and `3599.9`.
fn seconds(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    let whole = (0.0..9e15).contains(&number).then_some(number.trunc())?;
    format!("{whole:.0}").parse().ok()
}

/// A body that is neither JSON nor a page.
pub(crate) const PLAIN_TEXT: &str = "text that is not JSON";

/// What a body is that is no JSON object.
fn kind(body: &[u8]) -> &'static str {
    let body = body.trim_ascii();
    match body.first() {
        None => "nothing",
        Some(b'<') => "HTML",
        Some(_) if serde_json::from_slice::<Value>(body).is_ok() => "other JSON",
        Some(_) => PLAIN_TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(status: u16, text: &str) -> (u16, String) {
        let readable = read(status, text.as_bytes()).unwrap();
        (readable.status.as_u16(), String::from_utf8(readable.body).unwrap())
    }

    #[test]
    fn harmless_departures_are_read() {
        for (given, expected) in [
            (
                r#"{"access_token":"a","expires_in":"3599"}"#,
                r#"{"access_token":"a","expires_in":3599}"#,
            ),
            (
                r#"{"access_token":"a","expires_in":3599.9}"#,
                r#"{"access_token":"a","expires_in":3599}"#,
            ),
            (
                r#"{"access_token":"a","expires_in":" 7 "}"#,
                r#"{"access_token":"a","expires_in":7}"#,
            ),
            (r#"{"access_token":"a","expires_in":"soon"}"#, r#"{"access_token":"a"}"#),
            (r#"{"access_token":"a","expires_in":-1}"#, r#"{"access_token":"a"}"#),
            (r#"{"access_token":"a","expires_in":1e99}"#, r#"{"access_token":"a"}"#),
            (r#"{"access_token":"a","expires_in":null}"#, r#"{"access_token":"a"}"#),
            (r#"{"access_token":"a","scope":["openid"]}"#, r#"{"access_token":"a"}"#),
            (
                r#"{"access_token":"a","id_token":"","refresh_token":null}"#,
                r#"{"access_token":"a"}"#,
            ),
            (
                r#"{"id_token":"i","access_token":null}"#,
                r#"{"access_token":"","id_token":"i","token_type":"Bearer"}"#,
            ),
            (r#"{"device_code":"d","interval":"1"}"#, r#"{"device_code":"d","interval":1}"#),
        ] {
            assert_eq!(body(200, given), (200, expected.to_owned()), "{given}");
        }
    }

    #[test]
    fn an_error_is_an_error_at_any_status() {
        let plain = r#"{"error":"invalid_grant"}"#;
        assert_eq!(body(200, plain), (400, plain.to_owned()));
        assert_eq!(body(428, plain), (428, plain.to_owned()));
        let odd = r#"{"error":"invalid_grant","error_description":7,"error_uri":[],"canary":"x"}"#;
        assert_eq!(body(400, odd), (400, plain.to_owned()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (status, text, expected, found) in [
            (400, "", "a JSON object", "nothing"),
            (400, " \n", "a JSON object", "nothing"),
            (403, "<html>canary</html>", "a JSON object", "HTML"),
            (400, "canary", "a JSON object", "text that is not JSON"),
            (200, "[]", "a JSON object", "other JSON"),
            (404, "{}", "JSON with `error`", "JSON without it"),
            (
                400,
                r#"{"error":{"code":1}}"#,
                "an `error` that is text",
                "an `error` that is an object",
            ),
        ] {
            assert_eq!(read(status, text.as_bytes()).unwrap_err(), Wrong { expected, found });
        }
    }

    #[test]
    fn a_refresh_token_is_known_whatever_else_is_missing() {
        let read = read(200, br#"{"refresh_token":"1//0new"}"#).unwrap();
        assert_eq!(read.refresh_token, Some(Secret::new("1//0new")));
    }
}
