//! What is asked of STS, checked before anything is sent.

use fed_types::{Proxies, RoleArn, WebIdentityToken};

use crate::http::CertificateAuthorities;
use crate::{InvalidProxy, RoleSessionName, SessionDuration};

/// A token, the role it is for, and how the session shall be.
#[derive(Clone, Debug)]
pub struct ExchangeRequest {
    /// The ID token; STS verifies it.
    pub token: WebIdentityToken,
    /// The role to assume with it.
    pub role_arn: RoleArn,
    /// The session's name, for every role of the chain.
    pub session_name: RoleSessionName,
    /// How long the last session lasts; the role's or AWS's default when `None`.
    pub duration: Option<SessionDuration>,
    /// Narrows what the last session may do.
    pub session_policy: SessionPolicy,
    /// Roles to assume one after the other, each with the credentials of the one before.
    pub chain: Vec<RoleArn>,
}

/// Policies that only take away: a session may do what the role *and* these allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A policy document (JSON).
    pub document: Option<String>,
    /// ARNs of managed policies, at most ten.
    pub arns: Vec<String>,
}

/// Where STS is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsEndpoint {
    /// The region, whose own endpoint is called.
    pub region: String,
    /// Called instead of the region's endpoint, where given.
    pub endpoint_url: Option<String>,
    /// The proxies on the way there.
    pub proxies: Proxies,
    /// Trusted there beside the system's.
    pub certificate_authorities: Option<CertificateAuthorities>,
}

/// A request STS would refuse, so that it is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// `WebIdentityToken` out of bounds.
    #[error("expected an ID token of 4 to 20000 characters, found {0}")]
    TokenLength(usize),
    /// The role's ARN out of bounds.
    #[error("expected a role ARN of 20 to 2048 characters, found {0}")]
    RoleArnLength(usize),
    /// Too many managed session policies.
    #[error("expected at most 10 session policy ARNs, found {0}")]
    PolicyArns(usize),
    /// Inline and managed plaintext too long.
    #[error("expected a session policy of 1 to 2048 characters, found {0}")]
    PolicyLength(usize),
    /// Longer than role chaining allows.
    #[error("expected at most 3600 s for a role chain, found {0} s")]
    ChainDuration(u32),
    /// No region.
    #[error("expected a region like `ap-northeast-2`, found `{0}`")]
    Region(String),
    /// The proxy's URL is none.
    #[error(transparent)]
    Proxy(#[from] InvalidProxy),
}

impl InvalidRequest {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TokenLength(20_001..) => Some(
                "STS takes no longer token: have the issuer put less into it, such as fewer groups"
                    .to_owned(),
            ),
            Self::TokenLength(_) => Some("pass an ID token, not an access token".to_owned()),
            Self::ChainDuration(_) => {
                Some("ask for an hour at most, or leave the chain out".to_owned())
            }
            Self::Region(_) => Some("name one as AWS writes it".to_owned()),
            Self::PolicyLength(_) => {
                Some("shorten it, or put it into a managed policy and name its ARN".to_owned())
            }
            Self::Proxy(_) => Some("look at `HTTPS_PROXY` and `HTTP_PROXY`".to_owned()),
            Self::RoleArnLength(_) | Self::PolicyArns(_) => None,
        }
    }
}

impl ExchangeRequest {
    /// Checks the limits of aws-truth.md that the types do not already keep.
    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let token = self.token.expose().chars().count();
        if !(4..=20_000).contains(&token) {
            return Err(InvalidRequest::TokenLength(token));
        }
        for role in std::iter::once(&self.role_arn).chain(&self.chain) {
            let length = role.as_str().chars().count();
            if !(20..=2048).contains(&length) {
                return Err(InvalidRequest::RoleArnLength(length));
            }
        }
        if self.session_policy.arns.len() > 10 {
            return Err(InvalidRequest::PolicyArns(self.session_policy.arns.len()));
        }
        if let Some(document) = &self.session_policy.document {
            let length = document.chars().count();
            if !(1..=2048).contains(&length) {
                return Err(InvalidRequest::PolicyLength(length));
            }
        }
        match self.duration {
            Some(duration)
                if !self.chain.is_empty() && duration > SessionDuration::LONGEST_IN_CHAIN =>
            {
                Err(InvalidRequest::ChainDuration(duration.seconds()))
            }
            _ => Ok(()),
        }
    }
}

impl StsEndpoint {
    /// A region becomes part of a host name, so it must look like one.
    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        if fed_types::is_region(&self.region) {
            Ok(())
        } else {
            Err(InvalidRequest::Region(self.region.clone()))
        }
    }
}

#[cfg(test)]
mod tests;
