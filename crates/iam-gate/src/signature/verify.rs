//! Judges a presented signature.

use fed_types::{Secret, UnixTime};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use time::macros::format_description;

use super::canonical::{PathStyle, TokenInQuery, canonical_request};
use super::passage::Passage;
use super::payload::Payload;
use super::sign::{SigningKey, string_to_sign};
use super::{Calculated, Content, Place, Presented, SignatureError, Times, WrongTime};
use crate::wire::WireRequest;

/// Minutes that the client's clock may be off.
const TOLERANCE: i64 = 5;
/// The same where a service grants more.
const LONGER_TOLERANCE: i64 = 15;
/// Those services. Source: aws-truth.md, "Signature Version 4", [clock-window].
const GRANTING_MORE: [&str; 10] =
    ["dynamodb", "ec2", "ecr", "elasticache", "iam", "rds", "s3", "sns", "sqs", "sts"];

/// Checks the time, the scope's date, the signed headers and the signature, in this order. What
/// comes of it is what has yet to be checked of the body; `None` when nothing has.
///
/// # Errors
/// The first of these that fails, as AWS words it.
pub(crate) fn verify(
    request: &WireRequest,
    presented: &Presented,
    secret: &Secret,
    now: UnixTime,
    style: PathStyle,
    content: Content,
) -> Result<Option<Passage>, SignatureError> {
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
    let payload = Payload::of(request, presented, content)?;
    let key = SigningKey::derive(secret, &presented.scope);
    let check = |token| -> Result<(), SignatureError> {
        let canonical = canonical_request(request, presented, &payload.stated, style, token)?;
        let text = string_to_sign(&presented.scope, &presented.timestamp, &canonical);
        match bool::from(key.sign(&text).as_bytes().ct_eq(presented.signature.as_bytes())) {
            true => Ok(()),
            false if presented.scope.service == "s3" => {
                Err(SignatureError::Differs(Box::new(Calculated::of(presented, text, canonical))))
            }
            false => Err(SignatureError::Mismatch),
        }
    };
    let token_may_follow =
        matches!(presented.place, Place::Query { .. }) && presented.session_token.is_some();
    check(TokenInQuery::Signed).or_else(|error| match token_may_follow {
        true => check(TokenInQuery::AddedAfterwards).map_err(|_| error),
        false => Err(error),
    })?;
    Ok(payload.passage(request, presented, key)?)
}

/// Minutes that the clock may be off of whoever signs for this service.
fn tolerance(service: &str) -> i64 {
    match GRANTING_MORE.contains(&service) {
        true => LONGER_TOLERANCE,
        false => TOLERANCE,
    }
}

/// For how many seconds after its date a signature holds, and how AWS writes that. STS looks at
/// no `X-Amz-Expires`.
fn life(presented: &Presented, tolerance: i64) -> (i64, String) {
    match presented.place {
        Place::Query { expires } if presented.scope.service != "sts" => {
            (i64::from(expires), format!("{expires} sec."))
        }
        _ => (tolerance * 60, format!("{tolerance} min.")),
    }
}

fn in_time(presented: &Presented, now: UnixTime) -> Result<(), SignatureError> {
    let signed_at = presented.signed_at.seconds();
    let tolerance = tolerance(&presented.scope.service);
    let expires = match presented.place {
        Place::Query { expires } => Some(expires),
        Place::Header => None,
    };
    let presigned = expires.is_some();
    let tolerated = u32::try_from(tolerance * 60).unwrap_or_default();
    let times = Times { signed_at: presented.signed_at, expires, now, tolerance: tolerated };
    let out_of_time = |wrong, message| {
        let wrong = if presigned { wrong } else { WrongTime::Skewed };
        Err(SignatureError::OutOfTime { message, wrong, times })
    };
    let latest = now.seconds().saturating_add(tolerance * 60);
    if signed_at > latest {
        let message = format!(
            "Signature not yet current: {} is still later than {} ({} + {tolerance} min.)",
            presented.timestamp,
            basic_format(latest),
            basic_format(now.seconds())
        );
        return out_of_time(WrongTime::Early, message);
    }
    let (life, allowed) = life(presented, tolerance);
    let earliest = now.seconds().saturating_sub(life);
    if signed_at >= earliest {
        return Ok(());
    }
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
        return Err(SignatureError::NotSigned(vec!["host".to_owned()]));
    }
    let names = request.headers.iter().map(|(name, _)| name);
    let loose = names.filter(|name| {
        name.starts_with("x-amz-") && *name != "x-amz-security-token" && !is_signed(name)
    });
    let loose: Vec<String> = loose.cloned().collect();
    match loose.is_empty() {
        true => Ok(()),
        false => Err(SignatureError::NotSigned(loose)),
    }
}
