//! May this token assume this role? What is known of the call.

use fed_types::{Claims, UnixTime};

use super::OidcProvider;
use crate::context::Context;
use crate::sts::{ResourceControl, RoleFact};

/// A call of AssumeRoleWithWebIdentity, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What the call says beside the token.
    pub parameters: Parameters<'a>,
    /// The token.
    pub token: Presented<'a>,
    /// Whether the issuer has signed it.
    pub signature: Signature,
    /// When it is asked.
    pub clock: Clock,
    /// The OIDC providers of the role's account.
    pub providers: Providers<'a>,
    /// The role.
    pub role: RoleFact<'a>,
    /// What the organization lets be done with the role.
    pub resource_control: ResourceControl<'a>,
    /// The condition keys of the request that the token does not give: when, whence.
    pub surroundings: &'a Context,
}

/// The parameters of the call.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a> {
    /// `RoleArn`
    pub role_arn: &'a str,
    /// `RoleSessionName`
    pub role_session_name: &'a str,
    /// `DurationSeconds`; an hour where it is left out.
    pub duration: Option<i64>,
    /// `Policy`
    pub policy: Option<&'a str>,
    /// `PolicyArns`
    pub policy_arns: &'a [String],
    /// `ProviderId`
    pub provider_id: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// A call without optional parameters.
    pub fn new(role_arn: &'a str, role_session_name: &'a str) -> Self {
        Self {
            role_arn,
            role_session_name,
            duration: None,
            policy: None,
            policy_arns: &[],
            provider_id: None,
        }
    }
}

/// The token.
#[derive(Debug, Clone, Copy)]
pub enum Presented<'a> {
    /// The text that STS is sent.
    Jwt(&'a str),
    /// The claims of a well-formed JWT.
    Claims(&'a Claims),
}

/// Whether the token is signed by a key that its issuer publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// It is.
    Verified,
    /// It is not.
    Failed(SignatureFailure),
    /// Nobody has looked.
    NotChecked,
}

/// Why a signature is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFailure {
    /// The issuer publishes no such key, or none at all.
    NoKey,
    /// The signature is not by the key, or of a kind that AWS does not take.
    Invalid,
}

/// When it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Now.
    At(UnixTime),
    /// At a time when the token is current.
    WhileTokenIsCurrent,
    /// Nobody knows.
    Unknown,
}

/// The OIDC providers of the role's account.
#[derive(Debug, Clone, Copy)]
pub enum Providers<'a> {
    /// These and no others.
    Are(&'a [OidcProvider]),
    /// Among them is the token's issuer, with the token's audience as a client id.
    IncludeTheIssuer,
    /// Nobody has looked.
    Unknown,
}
