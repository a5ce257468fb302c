//! Judges a presented signature.

use fed_types::{Secret, UnixTime};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use time::macros::format_description;

use super::canonical::{PathStyle, TokenInQuery, canonical_request};
use super::sign::signature;
use super::{Place, Presented, SignatureError, sha256_hex};
use crate::wire::WireRequest;

/// How far the client's clock may be off, in seconds.
const TOLERANCE: i64 = 15 * 60;

/// Checks the time, the scope's date, the signed headers, the body and the signature, in
/// this order.
///
/// # Errors
/// The first of these that fails, as AWS words it.
pub(crate) fn verify(
    request: &WireRequest,
    presented: &Presented,
    secret: &Secret,
    now: UnixTime,
    style: PathStyle,
) -> Result<(), SignatureError> {
    in_time(presented, now)?;
    let day = presented.timestamp.get(..8).unwrap_or_default();
    if presented.scope.date != day {
        return Err(SignatureError::OutOfScope(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '{}' != '{day}', from '{}'.",
            presented.scope.date, presented.timestamp
        )));
    }
    headers_signed(request, presented)?;
    let payload_hash = payload_hash(request)?;
    let matches = |token| {
        let canonical = canonical_request(request, presented, &payload_hash, style, token)?;
        let expected = signature(secret, &presented.scope, &presented.timestamp, &canonical);
        Ok(bool::from(expected.as_bytes().ct_eq(presented.signature.as_bytes())))
    };
    let token_may_follow =
        matches!(presented.place, Place::Query { .. }) && presented.session_token.is_some();
    if matches(TokenInQuery::Signed)?
        || (token_may_follow && matches(TokenInQuery::AddedAfterwards)?)
    {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

fn in_time(presented: &Presented, now: UnixTime) -> Result<(), SignatureError> {
    let signed_at = presented.signed_at.seconds();
    let out_of_time = |text| Err(SignatureError::OutOfTime(text));
    if signed_at > now.seconds().saturating_add(TOLERANCE) {
        return out_of_time(format!(
            "Signature not yet current: {} is still later than {} ({} + 15 min.)",
            presented.timestamp,
            basic_format(now.seconds().saturating_add(TOLERANCE)),
            basic_format(now.seconds())
        ));
    }
    match presented.place {
        Place::Header if signed_at < now.seconds().saturating_sub(TOLERANCE) => {
            out_of_time(format!(
                "Signature expired: {} is now earlier than {} ({} - 15 min.)",
                presented.timestamp,
                basic_format(now.seconds().saturating_sub(TOLERANCE)),
                basic_format(now.seconds())
            ))
        }
        Place::Query { expires } if signed_at + i64::from(expires) < now.seconds() => {
            out_of_time(format!(
                "Signature expired: {} is now earlier than {} ({} - {expires} sec.)",
                presented.timestamp,
                basic_format(now.seconds() - i64::from(expires)),
                basic_format(now.seconds())
            ))
        }
        _ => Ok(()),
    }
}

fn basic_format(seconds: i64) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|moment| moment.format(format).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// The host and every `x-amz-` header must be under the signature, except for the session
/// token, which is checked by itself and which some clients add after signing.
fn headers_signed(request: &WireRequest, presented: &Presented) -> Result<(), SignatureError> {
    let is_signed = |name: &str| presented.signed_headers.iter().any(|signed| signed == name);
    if !is_signed("host") {
        return Err(SignatureError::OutOfScope(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        ));
    }
    let loose = request.headers.iter().map(|(name, _)| name.as_str()).find(|name| {
        name.starts_with("x-amz-") && *name != "x-amz-security-token" && !is_signed(name)
    });
    match loose {
        Some(name) => Err(SignatureError::OutOfScope(format!(
            "'{name}' must be a 'SignedHeader' in the AWS Authorization."
        ))),
        None => Ok(()),
    }
}

/// The hash of the body that came. Where the client states one, it must be this one:
/// unsigned and streamed payloads are for S3 alone.
fn payload_hash(request: &WireRequest) -> Result<String, SignatureError> {
    let actual = sha256_hex(&request.body);
    let mut stated = request.header_values("x-amz-content-sha256");
    match (stated.next(), stated.next()) {
        (None, _) => Ok(actual),
        (Some(stated), None) if stated == actual => Ok(actual),
        _ => Err(SignatureError::Mismatch),
    }
}
