//! Judges a presented signature.

use fed_types::{Secret, UnixTime};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use time::macros::format_description;

use super::canonical::{PathStyle, TokenInQuery, canonical_request};
use super::payload::{Decoded, Payload};
use super::sign::SigningKey;
use super::{Place, Presented, SignatureError, WrongTime};
use crate::wire::WireRequest;

/// How far the client's clock may be off, in seconds.
const TOLERANCE: i64 = 15 * 60;

/// Checks the time, the scope's date, the signed headers, the signature and the body, in
/// this order. `None` when the body is as it came.
///
/// # Errors
/// The first of these that fails, as AWS words it.
pub(crate) fn verify(
    request: &WireRequest,
    presented: &Presented,
    secret: &Secret,
    now: UnixTime,
    style: PathStyle,
) -> Result<Option<Decoded>, SignatureError> {
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
    let payload = Payload::of(request, presented)?;
    let key = SigningKey::derive(secret, &presented.scope);
    let matches = |token| -> Result<bool, SignatureError> {
        let canonical = canonical_request(request, presented, &payload.stated, style, token)?;
        let expected = key.sign_request(&presented.scope, &presented.timestamp, &canonical);
        Ok(bool::from(expected.as_bytes().ct_eq(presented.signature.as_bytes())))
    };
    let token_may_follow =
        matches!(presented.place, Place::Query { .. }) && presented.session_token.is_some();
    if matches(TokenInQuery::Signed)?
        || (token_may_follow && matches(TokenInQuery::AddedAfterwards)?)
    {
        payload.open(request, presented, &key)
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// For how many seconds after its date a signature holds. STS looks at no `X-Amz-Expires`.
fn life(presented: &Presented) -> i64 {
    match presented.place {
        Place::Query { expires } if presented.scope.service != "sts" => i64::from(expires),
        _ => TOLERANCE,
    }
}

fn in_time(presented: &Presented, now: UnixTime) -> Result<(), SignatureError> {
    let signed_at = presented.signed_at.seconds();
    let presigned = matches!(presented.place, Place::Query { .. });
    let out_of_time = |wrong, message| {
        let wrong = if presigned { wrong } else { WrongTime::Skewed };
        Err(SignatureError::OutOfTime { message, wrong })
    };
    if signed_at > now.seconds().saturating_add(TOLERANCE) {
        let message = format!(
            "Signature not yet current: {} is still later than {} ({} + 15 min.)",
            presented.timestamp,
            basic_format(now.seconds().saturating_add(TOLERANCE)),
            basic_format(now.seconds())
        );
        return out_of_time(WrongTime::Early, message);
    }
    let life = life(presented);
    let earliest = now.seconds().saturating_sub(life);
    if signed_at >= earliest {
        return Ok(());
    }
    let allowed = match life {
        TOLERANCE => "15 min.".to_owned(),
        seconds => format!("{seconds} sec."),
    };
    let message = format!(
        "Signature expired: {} is now earlier than {} ({} - {allowed})",
        presented.timestamp,
        basic_format(earliest),
        basic_format(now.seconds())
    );
    out_of_time(WrongTime::Expired, message)
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
        return Err(SignatureError::NotSigned("Host' or ':authority".to_owned()));
    }
    let loose = request.headers.iter().map(|(name, _)| name.as_str()).find(|name| {
        name.starts_with("x-amz-") && *name != "x-amz-security-token" && !is_signed(name)
    });
    match loose {
        Some(name) => Err(SignatureError::NotSigned(name.to_owned())),
        None => Ok(()),
    }
}
