//! Web identities: from an ID token's claims to the condition keys that a trust policy can
//! test, and the whole decision whether a token may assume a role.
//!
//! Source: IAM user guide, "IAM and AWS STS condition context keys", available keys for
//! AWS OIDC federation; "Create a role for OpenID Connect federation"; "Pass session
//! tags in AWS STS". A claim that is not listed there gives no key.

mod cause;
mod claims;
mod decide;
mod difference;
mod issuer;
mod provider;
mod question;
mod roles_claim;
mod surroundings;
mod token;

pub use cause::{Cause, causes, told};
pub use claims::{InvalidClaim, SessionClaims, context, principal_tags, source_identity};
pub use decide::{ACTION, Found, decide};
pub(crate) use difference::is_claims_key;
pub use difference::{Difference, difference};
pub use issuer::OidcProvider;
pub use provider::Provider;
pub(crate) use provider::identifying_key;
pub use question::{
    Clock, Parameters, Presented, Providers, Question, Signature, SignatureFailure,
};
pub use roles_claim::RolesClaim;
pub use surroundings::{doubt_caller, surroundings};
pub use token::{Algorithm, TokenContent, UnverifiedToken};

#[cfg(test)]
mod tests;
