//! Puts an error response in the words and the wire format of a service.

use http::HeaderMap;
use serde_json::json;

use super::xml::xml_text;
use super::{ErrorResponse, s3, s3_fields};
use crate::protocol::Protocol;
use crate::signature::SignatureError;

/// An error as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

/// Renders `error_response` as the protocol's services do.
pub(crate) fn render(
    error_response: &ErrorResponse,
    protocol: Protocol,
    request_id: &str,
) -> Rendered {
    let (status, code, message) = words(error_response, protocol);
    let (content_type, body) = match protocol {
        Protocol::Ec2 => (
            "text/xml;charset=UTF-8",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{}\
                 </Code><Message>{}</Message></Error></Errors><RequestID>{request_id}</RequestID>\
                 </Response>",
                xml_text(&code),
                xml_text(&message)
            ),
        ),
        Protocol::Query { namespace } => (
            "text/xml",
            format!(
                "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{}</Type>\n    \
                 <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
                 <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
                if status < 500 { "Sender" } else { "Receiver" },
                xml_text(&code),
                xml_text(&message)
            ),
        ),
        Protocol::RestXml => (
            "application/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}\
                 </Message>{}<RequestId>{request_id}</RequestId><HostId>{}</HostId></Error>",
                xml_text(&code),
                xml_text(&message),
                s3_fields::further(error_response),
                s3_fields::host_id(request_id)
            ),
        ),
        Protocol::RestJson => {
            ("application/json", json!({ "__type": code, "message": message }).to_string())
        }
        Protocol::Cbor => ("application/cbor", String::new()),
        Protocol::Json { content_type, .. } => {
            (content_type, json!({ "__type": code, "message": message }).to_string())
        }
    };
    let body = match protocol {
        Protocol::Cbor => cbor(&code, &message),
        _ => body.into_bytes(),
    };
    Rendered { status, code, message, content_type, body }
}

fn cbor(code: &str, message: &str) -> Vec<u8> {
    let text = |text: &str| ciborium::Value::Text(text.to_owned());
    let members = [("__type", code), ("message", message)];
    let members = members.map(|(name, value)| (text(name), text(value)));
    let mut bytes = Vec::new();
    // A vector takes whatever is written.
    let _ = ciborium::into_writer(&ciborium::Value::Map(members.into()), &mut bytes);
    bytes
}

const INVALID_TOKEN: &str = "The security token included in the request is invalid.";
const EXPIRED_TOKEN: &str = "The security token included in the request is expired";
const MISSING_TOKEN: &str = "Request is missing Authentication Token";
const BUSY: &str = "The server is overloaded and cannot handle the request.";
const EC2_BAD_CREDENTIALS: &str = "AWS was not able to validate the provided access credentials";

/// Status, code and message. Source: aws-truth.md, "Denials".
// Long: one arm an error, each AWS's words for it.
fn words(error_response: &ErrorResponse, protocol: Protocol) -> (u16, String, String) {
    if protocol == Protocol::RestXml
        && let Some((status, code, message)) = s3::words(error_response)
    {
        return (status, code.to_owned(), message);
    }
    let by_protocol =
        |ec2: (u16, &str, &str), query: (u16, &str, &str), json: (u16, &str, &str)| {
            let (status, code, message) = match protocol {
                Protocol::Ec2 => ec2,
                Protocol::Query { .. }
                | Protocol::RestXml
                | Protocol::Json { as_query: true, .. } => query,
                // REST tells by the status what JSON services tell by 400.
                Protocol::RestJson => (json.0.max(403), json.1, json.2),
                Protocol::Json { .. } | Protocol::Cbor => json,
            };
            (status, code.to_owned(), message.to_owned())
        };
    let unavailable = |message: &str| {
        by_protocol(
            (503, "Unavailable", message),
            (503, "ServiceUnavailable", message),
            (503, "ServiceUnavailableException", message),
        )
    };
    let ec2_bad = (401, "AuthFailure", EC2_BAD_CREDENTIALS);
    match error_response {
        ErrorResponse::MissingAuthentication => by_protocol(
            ec2_bad,
            (403, "MissingAuthenticationToken", MISSING_TOKEN),
            (400, "MissingAuthenticationTokenException", MISSING_TOKEN),
        ),
        ErrorResponse::Signature(error @ SignatureError::Incomplete { .. }) => by_protocol(
            ec2_bad,
            (400, "IncompleteSignature", &error.to_string()),
            (400, "IncompleteSignatureException", &error.to_string()),
        ),
        ErrorResponse::Signature(SignatureError::Payload(fault)) => {
            let (status, code) = fault.status_and_code();
            (status, code.to_owned(), fault.to_string())
        }
        ErrorResponse::Signature(error) => by_protocol(
            ec2_bad,
            (403, "SignatureDoesNotMatch", &error.to_string()),
            (400, "InvalidSignatureException", &error.to_string()),
        ),
        ErrorResponse::UnknownKey | ErrorResponse::WrongToken => by_protocol(
            ec2_bad,
            (403, "InvalidClientTokenId", INVALID_TOKEN),
            (400, "UnrecognizedClientException", INVALID_TOKEN),
        ),
        ErrorResponse::SessionExpired => by_protocol(
            (400, "RequestExpired", "Request has expired."),
            (403, "ExpiredToken", EXPIRED_TOKEN),
            (400, "ExpiredTokenException", EXPIRED_TOKEN),
        ),
        ErrorResponse::NotAuthorized { sentence, encoded } => by_protocol(
            (403, "UnauthorizedOperation", &ec2_denial(sentence, encoded.as_deref())),
            (403, denied_by_query(protocol), sentence),
            (400, "AccessDeniedException", sentence),
        ),
        ErrorResponse::DryRun => (
            412,
            "DryRunOperation".to_owned(),
            "Request would have succeeded, but DryRun flag is set.".to_owned(),
        ),
        ErrorResponse::Answered { status, code, message } => {
            (*status, code.clone(), message.clone())
        }
        ErrorResponse::OtherRegion { given, expected, in_query } => {
            let (status, code, message) = s3::other_region(given, expected, *in_query);
            (status, code.to_owned(), message)
        }
        ErrorResponse::Undecidable(message) => by_protocol(
            (403, "UnauthorizedOperation", message),
            (403, "AccessDenied", message),
            (400, "AccessDeniedException", message),
        ),
        ErrorResponse::TooLarge => (
            413,
            "RequestEntityTooLarge".to_owned(),
            "The request is larger than this endpoint accepts.".to_owned(),
        ),
        ErrorResponse::TooSlow => (
            408,
            "RequestTimeout".to_owned(),
            "The request was not received within the time this endpoint waits.".to_owned(),
        ),
        ErrorResponse::Busy => unavailable(BUSY),
        ErrorResponse::BeingFilled(account) => unavailable(&format!(
            "account `{account}` is being emptied or filled; ask again, and where that has \
             failed have it done again"
        )),
        ErrorResponse::Upstream(message) => unavailable(message),
        ErrorResponse::Internal(message) => by_protocol(
            (500, "InternalError", message),
            (500, "InternalFailure", message),
            (500, "InternalFailure", message),
        ),
    }
}

/// Headers by which clients go beside the body.
pub(crate) fn headers(
    error_response: &ErrorResponse,
    rendered: &Rendered,
    protocol: Protocol,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // For a client that has asked for no body.
    if let ErrorResponse::OtherRegion { expected, .. } = error_response
        && let Ok(region) = expected.parse()
    {
        headers.insert("x-amz-bucket-region", region);
    }
    if matches!(protocol, Protocol::Json { as_query: true, .. }) {
        let fault = if rendered.status < 500 { "Sender" } else { "Receiver" };
        if let Ok(error) = format!("{};{fault}", rendered.code).parse() {
            headers.insert("x-amzn-query-error", error);
        }
    }
    headers
}

/// SNS alone has a code of its own.
fn denied_by_query(protocol: Protocol) -> &'static str {
    match protocol == Protocol::of_query("sns") {
        true => "AuthorizationError",
        false => "AccessDenied",
    }
}

fn ec2_denial(sentence: &str, encoded: Option<&str>) -> String {
    let start = "You are not authorized to perform this operation.";
    match encoded {
        Some(encoded) => {
            format!("{start} {sentence}. Encoded authorization failure message: {encoded}")
        }
        None => format!("{start} {sentence}"),
    }
}
