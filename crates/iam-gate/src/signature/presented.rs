//! Reads the signature a client presents, in the header or in the query string.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fed_types::{Secret, UnixTime};
use time::macros::format_description;
use time::{PrimitiveDateTime, UtcOffset};

use super::{ALGORITHM, Place, Presented, Scope, SignatureError, sha256_hex};
use crate::region::is_region;
use crate::wire::{WireRequest, decode};

/// A presigned request holds for a week at most.
const LONGEST_EXPIRY: u32 = 7 * 24 * 3600;

/// What the request presents; `None` when it is unsigned.
pub(crate) fn read(request: &WireRequest) -> Result<Option<Presented>, SignatureError> {
    let in_query =
        request.query_pairs().any(|(name, _)| decode(name).is_some_and(|name| is_algorithm(&name)));
    let headers: Vec<&str> = request.header_values("authorization").collect();
    match (headers.as_slice(), in_query) {
        ([], false) => Ok(None),
        ([], true) => from_query(request).map(Some).map_err(of_query),
        ([header], false) => from_header(request, header).map(Some),
        ([_], true) => incomplete(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the \
             Authorization header should be specified.",
        ),
        _ => incomplete("The Authorization header must be given exactly once."),
    }
}

fn is_algorithm(name: &str) -> bool {
    name.eq_ignore_ascii_case("x-amz-algorithm")
}

fn incomplete<T>(message: impl Into<String>) -> Result<T, SignatureError> {
    Err(SignatureError::Incomplete { message: message.into(), in_query: false })
}

fn of_query(error: SignatureError) -> SignatureError {
    match error {
        SignatureError::Incomplete { message, .. } => {
            SignatureError::Incomplete { message, in_query: true }
        }
        other => other,
    }
}

fn from_header(request: &WireRequest, header: &str) -> Result<Presented, SignatureError> {
    let hashed = STANDARD.encode(sha256_hex(header.as_bytes()));
    let ending = format!("(Hashed with SHA-256 and encoded with Base64) Authorization={hashed}");
    let (algorithm, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if algorithm != ALGORITHM {
        return incomplete(format!(
            "Authorization header requires algorithm '{ALGORITHM}'. {ending}"
        ));
    }
    let mut parts = BTreeMap::new();
    for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            return incomplete(format!(
                "Invalid key=value pair (missing equal-sign) in Authorization header {ending}"
            ));
        };
        if parts.insert(name.trim(), value.trim()).is_some() {
            return incomplete(format!("Authorization header repeats a parameter. {ending}"));
        }
    }
    let date = request.header("x-amz-date").or_else(|| request.header("date"));
    let mut missing: Vec<String> = ["Credential", "Signature", "SignedHeaders"]
        .into_iter()
        .filter(|name| parts.get(name).is_none_or(|value| value.is_empty()))
        .map(|name| format!("Authorization header requires '{name}' parameter."))
        .collect();
    if date.is_none() {
        missing.push(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                .to_owned(),
        );
    }
    if !missing.is_empty() {
        return incomplete(format!("{} {ending}", missing.join(" ")));
    }
    let session_token = match request.header_values("x-amz-security-token").count() {
        0 => None,
        1 => request.header("x-amz-security-token").map(Secret::new),
        _ => return incomplete("The X-Amz-Security-Token header must be given exactly once."),
    };
    let part = |name| parts.get(name).copied().unwrap_or_default();
    assemble(Fields {
        place: Place::Header,
        credential: part("Credential"),
        signed_headers: part("SignedHeaders"),
        signature: part("Signature"),
        timestamp: date.unwrap_or_default(),
        session_token,
    })
}

fn from_query(request: &WireRequest) -> Result<Presented, SignatureError> {
    let mut parts = BTreeMap::new();
    for (name, value) in request.query_pairs() {
        let (Some(name), Some(value)) = (decode(name), decode(value)) else { continue };
        let name = name.to_ascii_lowercase();
        if name.starts_with("x-amz-") && parts.insert(name.clone(), value).is_some() {
            return incomplete(format!("AWS query-string parameter '{name}' is given twice."));
        }
    }
    let part = |name: &str| parts.get(name).map(String::as_str).unwrap_or_default();
    if part("x-amz-algorithm") != ALGORITHM {
        return incomplete(format!(
            "AWS query-string parameters must include 'X-Amz-Algorithm' with the value \
             '{ALGORITHM}'."
        ));
    }
    let missing: Vec<String> = ["Credential", "Signature", "SignedHeaders", "Date", "Expires"]
        .into_iter()
        .filter(|name| part(&format!("x-amz-{}", name.to_ascii_lowercase())).is_empty())
        .map(|name| format!("AWS query-string parameters must include 'X-Amz-{name}'."))
        .collect();
    if !missing.is_empty() {
        return incomplete(format!(
            "{} Re-examine the query-string parameters.",
            missing.join(" ")
        ));
    }
    let expires = match part("x-amz-expires").parse::<i64>() {
        Ok(expires) if expires < 1 => return incomplete("X-Amz-Expires must be non-negative"),
        Ok(expires) => u32::try_from(expires).ok().filter(|expires| *expires <= LONGEST_EXPIRY),
        Err(_) => return incomplete("X-Amz-Expires should be a number"),
    };
    let Some(expires) = expires else {
        return incomplete(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires \
             must be less than 604800 seconds",
        );
    };
    let session_token = parts.get("x-amz-security-token").map(Secret::new);
    assemble(Fields {
        place: Place::Query { expires },
        credential: part("x-amz-credential"),
        signed_headers: part("x-amz-signedheaders"),
        signature: part("x-amz-signature"),
        timestamp: part("x-amz-date"),
        session_token,
    })
}

struct Fields<'a> {
    place: Place,
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    timestamp: &'a str,
    session_token: Option<Secret>,
}

fn assemble(fields: Fields<'_>) -> Result<Presented, SignatureError> {
    let elements: Vec<&str> = fields.credential.split('/').collect();
    let &[access_key_id, date, region, service, terminator] = elements.as_slice() else {
        return incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '{}'",
            fields.credential
        ));
    };
    let Some(signed_at) = parse_timestamp(fields.timestamp) else {
        return incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{}'. See \
             http://en.wikipedia.org/wiki/ISO_8601",
            fields.timestamp
        ));
    };
    let signed_headers: Vec<String> = fields.signed_headers.split(';').map(str::to_owned).collect();
    let canonical = signed_headers.is_sorted_by(|left, right| left < right)
        && signed_headers.iter().all(|name| !name.is_empty() && *name == name.to_ascii_lowercase());
    if !canonical {
        return incomplete(
            "SignedHeaders must name each header once, in lower case and alphabetical order.",
        );
    }
    if terminator != "aws4_request" {
        return Err(SignatureError::OutOfScope(format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not \
             '{terminator}'."
        )));
    }
    // Region and service are written anew into what is sent to the emulator.
    for (what, is_right) in
        [("a valid region", is_region(region)), ("a correct service", is_plain(service))]
    {
        if !is_right {
            return Err(SignatureError::OutOfScope(format!(
                "Credential should be scoped to {what}."
            )));
        }
    }
    Ok(Presented {
        place: fields.place,
        access_key_id: access_key_id.to_owned(),
        scope: Scope {
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        },
        signed_headers,
        signature: fields.signature.to_owned(),
        timestamp: fields.timestamp.to_owned(),
        signed_at,
        session_token: fields.session_token,
    })
}

/// Lower-case letters, digits and hyphens, as in `ec2`.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= 64 && name.bytes().all(plain)
}

fn parse_timestamp(text: &str) -> Option<UnixTime> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let moment = PrimitiveDateTime::parse(text, format).ok()?;
    Some(UnixTime::from_seconds(moment.assume_offset(UtcOffset::UTC).unix_timestamp()))
}
