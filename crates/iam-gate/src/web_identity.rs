//! Web identity tokens: their form, their issuers' keys, and the check of one by the other.
//!
//! Source: RFC 7515 (JWS), RFC 7517 (JWK), RFC 7519 (JWT), and aws-truth.md for what AWS
//! demands beyond them and how it words its refusals.

mod issuer;
mod key;
mod key_set;
mod token;

pub(crate) use issuer::{Issuer, find_issuer};
pub(crate) use key_set::KeySets;
pub(crate) use token::UnverifiedToken;

use fed_types::UnixTime;

use crate::error_response::ErrorResponse;

/// AWS accepts a token for this long after its `exp`, and this much clock skew otherwise.
const GRACE_SECONDS: i64 = 300;

/// AWS takes no token that was issued longer ago than this, whatever its `exp` says.
const OLDEST_SECONDS: i64 = 24 * 3600;

const NOT_A_JWT: &str = "The ID Token provided is not a valid JWT. (You may see this error if \
                         you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";
/// The API model's own description of `InvalidIdentityToken`.
const NOT_VALID: &str = "The web identity token that was passed could not be validated by AWS. \
                         Get a new identity token from the identity provider and then retry the \
                         request.";

/// `InvalidIdentityToken` with a message.
pub(crate) fn invalid(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::answered(400, "InvalidIdentityToken", message)
}

/// Checks `iat`, `nbf` and `exp` against the clock.
///
/// # Errors
/// `ExpiredTokenException` when the token is over or too old, `InvalidIdentityToken` when it
/// is not valid yet.
pub(crate) fn check_times(token: &UnverifiedToken, now: UnixTime) -> Result<(), ErrorResponse> {
    let now = now.seconds();
    if now > token.expires.seconds().saturating_add(GRACE_SECONDS) {
        return Err(ErrorResponse::answered(
            400,
            "ExpiredTokenException",
            format!(
                "Token expired: current date/time {now} must be before the expiration date/time {}",
                token.expires.seconds()
            ),
        ));
    }
    let age = now.saturating_sub(token.issued.seconds());
    if age > OLDEST_SECONDS {
        let message = format!("Token too old: {age}");
        return Err(ErrorResponse::answered(400, "ExpiredTokenException", message));
    }
    let latest = now.saturating_add(GRACE_SECONDS);
    let early = |moment: Option<UnixTime>| moment.is_some_and(|moment| moment.seconds() > latest);
    match early(Some(token.issued)) || early(token.not_before) {
        true => Err(invalid(NOT_VALID)),
        false => Ok(()),
    }
}
