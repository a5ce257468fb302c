//! S3's own words: its errors are older than those of the other services.
//!
//! Source: S3 API reference, "Error responses", and aws-truth.md, "S3".

use super::ErrorResponse;
use crate::signature::{SignatureError, WrongTime};

/// Status, code and message; `None` where S3 says what the others say.
pub(super) fn words(error_response: &ErrorResponse) -> Option<(u16, &'static str, String)> {
    let (status, code, message) = match error_response {
        ErrorResponse::MissingAuthentication => (403, "AccessDenied", "Access Denied"),
        ErrorResponse::UnknownKey => (
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        ErrorResponse::WrongToken => {
            (400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        }
        ErrorResponse::SessionExpired => (400, "ExpiredToken", "The provided token has expired."),
        ErrorResponse::Signature(error) => return Some(signature(error)),
        ErrorResponse::OtherRegion { given, expected, in_query } => {
            return Some(other_region(given, expected, *in_query));
        }
        ErrorResponse::TooLarge => {
            (400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        }
        ErrorResponse::Internal(message) => return Some((500, "InternalError", message.clone())),
        ErrorResponse::Busy => (503, "SlowDown", "Please reduce your request rate."),
        ErrorResponse::TooSlow => (
            400,
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the \
             timeout period. Idle connections will be closed.",
        ),
        _ => return None,
    };
    Some((status, code, message.to_owned()))
}

/// Sent to whatever endpoint: no other service has this error.
pub(super) fn other_region(
    given: &str,
    expected: &str,
    in_query: bool,
) -> (u16, &'static str, String) {
    let wrong = format!("the region '{given}' is wrong; expecting '{expected}'");
    match in_query {
        true => (
            400,
            "AuthorizationQueryParametersError",
            format!("Error parsing the X-Amz-Credential parameter; {wrong}"),
        ),
        false => (
            400,
            "AuthorizationHeaderMalformed",
            format!("The authorization header is malformed; {wrong}"),
        ),
    }
}

fn signature(error: &SignatureError) -> (u16, &'static str, String) {
    let (status, code, message) = match error {
        SignatureError::Payload(fault) => {
            let (status, code) = fault.status_and_code();
            return (status, code, fault.to_string());
        }
        SignatureError::Incomplete { message, in_query: true } => {
            return (400, "AuthorizationQueryParametersError", message.clone());
        }
        SignatureError::Incomplete { message, in_query: false }
        | SignatureError::OutOfScope(message) => {
            let message = format!("The authorization header is malformed; {message}");
            return (400, "AuthorizationHeaderMalformed", message);
        }
        SignatureError::NotSigned(_) => {
            (403, "AccessDenied", "There were headers present in the request which were not signed")
        }
        SignatureError::OutOfTime { wrong: WrongTime::Skewed, .. } => (
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
        SignatureError::OutOfTime { wrong: WrongTime::Early, .. } => {
            (403, "AccessDenied", "Request is not valid yet")
        }
        SignatureError::OutOfTime { wrong: WrongTime::Expired, .. } => {
            (403, "AccessDenied", "Request has expired")
        }
        SignatureError::Mismatch | SignatureError::Differs(_) => (
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check \
             your key and signing method.",
        ),
    };
    (status, code, message.to_owned())
}
