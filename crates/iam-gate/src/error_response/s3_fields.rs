//! What S3 tells of an error beside its code and message.
//!
//! Source: aws-truth.md, "S3".

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fed_types::UnixTime;

use super::ErrorResponse;
use super::xml::xml_text;
use crate::signature::{SignatureError, Times, WrongTime, sha256_hex};

/// The further elements of the error.
pub(super) fn further(error_response: &ErrorResponse) -> String {
    let mut text = String::new();
    for (name, value) in fields(error_response) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "<{name}>{}</{name}>", xml_text(&value));
    }
    text
}

/// What S3's support asks for beside the request's id, and nobody else can read.
pub(super) fn host_id(request_id: &str) -> String {
    STANDARD.encode(sha256_hex(request_id.as_bytes()))
}

fn fields(error_response: &ErrorResponse) -> Vec<(&'static str, String)> {
    match error_response {
        ErrorResponse::OtherRegion { expected, .. } => vec![("Region", expected.clone())],
        ErrorResponse::Signature(SignatureError::Differs(calculated)) => calculated.fields(),
        ErrorResponse::Signature(SignatureError::NotSigned(headers)) => {
            vec![("HeadersNotSigned", headers.join(", "))]
        }
        ErrorResponse::Signature(SignatureError::OutOfTime { wrong, times, .. }) => {
            of_times(*wrong, *times)
        }
        _ => Vec::new(),
    }
}

fn of_times(wrong: WrongTime, times: Times) -> Vec<(&'static str, String)> {
    let server_time = ("ServerTime", times.now.to_string());
    match (wrong, times.expires) {
        (WrongTime::Expired, Some(expires)) => {
            let end = times.signed_at.seconds().saturating_add(i64::from(expires));
            let end = UnixTime::from_seconds(end).to_string();
            vec![("X-Amz-Expires", expires.to_string()), ("Expires", end), server_time]
        }
        (WrongTime::Skewed, _) => {
            let tolerated = u64::from(times.tolerance) * 1000;
            let signed_at = times.signed_at.to_string();
            vec![
                ("RequestTime", signed_at),
                server_time,
                ("MaxAllowedSkewMilliseconds", tolerated.to_string()),
            ]
        }
        _ => Vec::new(),
    }
}
