//! A check of STS's order, and the error with which it ends a call.

/// The checks, by their names. Which of them an operation makes, and in which order, is the
/// operation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The parameters keep their limits.
    Parameters,
    /// The token is a JWT with the claims that no ID token lacks.
    TokenForm,
    /// The token's issuer is a provider of the role's account.
    Issuer,
    /// The token is signed with one of the issuer's keys.
    Signature,
    /// The token is not over, too old, or ahead of its time.
    Expiry,
    /// The token is for a client id of the provider.
    Audience,
    /// The role is among those that the token lists.
    RolesClaim,
    /// The session tags and the source identity are what STS takes.
    SessionClaims,
    /// The caller is one who may assume roles at all.
    Caller,
    /// The role exists.
    Role,
    /// The role's trust policy allows every action of the call.
    TrustPolicy,
    /// The resource control policies of the organization allow every action of the call.
    ResourceControl,
    /// The caller's policies and the role's trust policy together allow every action.
    Permission,
    /// The session is no longer than the role, or role chaining, allows.
    Duration,
    /// The session policies and tags can be read and fit.
    SessionPolicies,
}

impl Check {
    /// What it asks, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::TokenForm => "form of the token",
            Self::Issuer => "issuer",
            Self::Signature => "signature",
            Self::Expiry => "expiry",
            Self::Audience => "audience",
            Self::RolesClaim => "roles claim",
            Self::SessionClaims => "session tags and source identity",
            Self::Caller => "caller",
            Self::Role => "role",
            Self::TrustPolicy => "trust policy",
            Self::ResourceControl => "resource control policies",
            Self::Permission => "policies",
            Self::Duration => "duration",
            Self::SessionPolicies => "session policies",
        }
    }
}

/// AWS's error, and the check that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The check that was not passed.
    pub check: Check,
    /// The HTTP status.
    pub status: u16,
    /// The error code, such as `AccessDenied`.
    pub code: &'static str,
    /// The message, to the letter.
    pub message: String,
}

impl Denial {
    pub(crate) fn new(
        check: Check,
        status: u16,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { check, status, code, message: message.into() }
    }

    pub(crate) fn validation(check: Check, message: impl Into<String>) -> Self {
        Self::new(check, 400, "ValidationError", message)
    }

    pub(crate) fn invalid_token(check: Check, message: impl Into<String>) -> Self {
        Self::new(check, 400, "InvalidIdentityToken", message)
    }

    pub(crate) fn access_denied(check: Check, message: impl Into<String>) -> Self {
        Self::new(check, 403, "AccessDenied", message)
    }
}
