//! From an ID token's claims to the condition keys that a trust policy can test.
//!
//! Source: IAM user guide, "IAM and AWS STS condition context keys", available keys for
//! AWS OIDC federation; "Create a role for OpenID Connect federation"; "Pass session
//! tags in AWS STS". A claim that is not listed there gives no key.

mod claims;
mod provider;

pub use claims::{
    InvalidClaim, authorizes_role, context, further_actions, principal_tags, source_identity,
};
pub use provider::Provider;
pub(crate) use provider::identifying_key;

#[cfg(test)]
mod tests;
