//! How a renewal fails (RFC 6749 section 6, OpenID Connect Core section 12).

use std::fmt;

use fed_types::Hint;

use crate::redirect::IssuerRefusal;
use crate::sign_in::SignInError;
use crate::token_endpoint::{PLAIN_TEXT, TokenEndpointError};
use crate::verify::VerifyError;

/// Why there is no new ID token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// The refresh token gets no ID token any more: a person has to sign in.
    #[error("somebody has to sign in again: {0}")]
    SignInNeeded(SignInNeeded),
    /// The issuer was out of reach, busy or broken. The refresh token stays; try again later.
    #[error(transparent)]
    Transient(SignInError),
    /// Anything else, which neither a sign-in nor another try mends by itself. The refresh
    /// token stays.
    #[error(transparent)]
    Failed(SignInError),
}

/// Why a refresh token gets no ID token any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInNeeded {
    /// The issuer takes it no more, or wants to see the person. Issuers have many names for
    /// it: `invalid_grant`, `invalid_request`, `interaction_required`, …
    Refused(IssuerRefusal),
    /// The issuer says no, and not in words that it should have.
    WithoutReason {
        /// 400 or 401.
        status: u16,
        /// Whether the answer was of the issuer's kind: nothing, or JSON. Plain text may be of
        /// what stands before it.
        is_its_own: bool,
    },
    /// The issuer renews the access token alone (Core section 12.2).
    NoIdToken,
    /// The person showed who they are longer ago than was asked for, or nobody says when.
    AuthenticationTooOld,
}

impl fmt::Display for SignInNeeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "the issuer refused to renew: {refusal}"),
            Self::WithoutReason { status, .. } => {
                write!(
                    f,
                    "the issuer refused to renew with status {status} and no reason that can be read"
                )
            }
            Self::NoIdToken => f.write_str("the issuer renews without an ID token"),
            Self::AuthenticationTooOld => f.write_str("it is too long ago that they signed in"),
        }
    }
}

impl SignInNeeded {
    /// Whether the refresh token will get nothing later, either.
    pub fn is_for_good(&self) -> bool {
        !matches!(self, Self::WithoutReason { is_its_own: false, .. })
    }
}

impl From<SignInError> for RefreshError {
    fn from(error: SignInError) -> Self {
        let is_transient = match &error {
            SignInError::TokenEndpoint(TokenEndpointError::NoIdToken) => {
                return Self::SignInNeeded(SignInNeeded::NoIdToken);
            }
            // A page is of what stands before the issuer; anything else is its own no.
            SignInError::TokenEndpoint(TokenEndpointError::Unreadable {
                status: status @ (400 | 401),
                found,
                ..
            }) if *found != "HTML" => {
                let is_its_own = *found != PLAIN_TEXT;
                return Self::SignInNeeded(SignInNeeded::WithoutReason {
                    status: *status,
                    is_its_own,
                });
            }
            SignInError::TokenEndpoint(endpoint @ TokenEndpointError::Refused(refusal))
                if !endpoint.is_transient()
                    && (!endpoint.is_misconfigured_client() || may_not_renew(refusal)) =>
            {
                return Self::SignInNeeded(SignInNeeded::Refused(refusal.clone()));
            }
            SignInError::Verify(
                VerifyError::AuthenticationTooOld { .. }
                | VerifyError::MissingClaim { claim: "auth_time" },
            ) => return Self::SignInNeeded(SignInNeeded::AuthenticationTooOld),
            SignInError::TokenEndpoint(endpoint) => endpoint.is_transient(),
            SignInError::Keys(keys) => keys.is_transient(),
            _ => false,
        };
        if is_transient { Self::Transient(error) } else { Self::Failed(error) }
    }
}

/// Whether the client may do all but renew: signing in is left.
fn may_not_renew(refusal: &IssuerRefusal) -> bool {
    ["unauthorized_client", "unsupported_grant_type"].contains(&refusal.error())
}

impl RefreshError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::SignInNeeded(_) => Some(Hint::sign_in_again()),
            Self::Transient(error) | Self::Failed(error) => error.hint(),
        }
    }

    /// Why somebody has to sign in, if so.
    pub fn sign_in_needed(&self) -> Option<&SignInNeeded> {
        match self {
            Self::SignInNeeded(reason) => Some(reason),
            Self::Transient(_) | Self::Failed(_) => None,
        }
    }
}
