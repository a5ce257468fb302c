//! The code of an error that the emulator answers, whatever the protocol.

use http::HeaderMap;
use serde_json::Value;

/// The longest code told, in characters.
const LONGEST: usize = 128;

/// The code, such as `NoSuchBucket`; `None` where the answer has none.
pub(super) fn error_code(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = match header {
        Some(code) => code.to_owned(),
        None => in_body(std::str::from_utf8(body).ok()?)?,
    };
    // `com.amazonaws.sqs#QueueDoesNotExist:http://…`
    let code = code.rsplit('#').next().unwrap_or_default();
    let code = code.split(':').next().unwrap_or_default().trim();
    let is_code = !code.is_empty()
        && code.len() <= LONGEST
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    is_code.then(|| code.to_owned())
}

fn in_body(body: &str) -> Option<String> {
    if body.trim_start().starts_with('{') {
        let members: Value = serde_json::from_str(body).ok()?;
        let code = members.get("__type").or_else(|| members.get("code"))?;
        return code.as_str().map(str::to_owned);
    }
    let (_, behind) = body.split_once("<Code>")?;
    let (code, _) = behind.split_once("</Code>")?;
    Some(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_every_protocol() {
        let none = HeaderMap::new();
        let mut header = HeaderMap::new();
        header.insert("x-amzn-errortype", "ResourceNotFoundException:http://x".parse().unwrap());
        for (headers, body, code) in [
            (&none, "<Error><Code>NoSuchBucket</Code></Error>", Some("NoSuchBucket")),
            (
                &none,
                "{\"__type\": \"com.amazonaws.sqs#QueueDoesNotExist\"}",
                Some("QueueDoesNotExist"),
            ),
            (&header, "", Some("ResourceNotFoundException")),
            (&none, "", None),
            (&none, "<html>", None),
            (&none, "<Code>\u{1b}[31m</Code>", None),
        ] {
            assert_eq!(error_code(headers, body.as_bytes()).as_deref(), code, "{body}");
        }
    }
}
