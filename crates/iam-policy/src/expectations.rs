//! `policy test`: a small file of expectations about one policy or trust policy, run like
//! unit tests.
//!
//! ```yaml
//! trust_policy_file: trust.json          # or trust_policy: {…}, identity_policy_files: […]
//! role_arn: arn:aws:iam::278805249149:role/google-oidc-role
//! tests:
//!   - name: the engineer may assume the role
//!     token: {iss: https://accounts.google.com, aud: my-client, sub: "113632458324056836621"}
//!     expect: allowed
//!   - name: another Google user may not
//!     token: {iss: https://accounts.google.com, aud: my-client, sub: "42"}
//!     expect: denied
//! ```
//!
//! JSON of the same shape is read as well. Files are named, not opened: the caller hands
//! their texts over.

mod run;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use run::{Report, TestOutcome};

/// The largest expectations file, in bytes.
pub const MAX_EXPECTATIONS_BYTES: usize = 1024 * 1024;

/// Why a file holds no expectations.
#[derive(Debug, thiserror::Error)]
pub enum InvalidExpectations {
    /// Larger than [`MAX_EXPECTATIONS_BYTES`].
    #[error("expected at most {MAX_EXPECTATIONS_BYTES} bytes of expectations, found {0}")]
    TooLarge(usize),
    /// Neither YAML nor JSON of the right shape; the text names line and column.
    #[error("expected a file of expectations: {0}")]
    Format(String),
    /// Contradictory or missing fields.
    #[error("{0}")]
    Contents(String),
    /// A policy.
    #[error("the policy `{name}` is malformed, {source}")]
    Policy {
        /// The file's name, or where in the expectations it stands.
        name: String,
        /// What is wrong with it.
        source: crate::PolicyError,
    },
}

/// A file of expectations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The file with the trust policy under test.
    #[serde(default)]
    pub trust_policy_file: Option<String>,
    /// The trust policy under test, here.
    #[serde(default)]
    pub trust_policy: Option<Value>,
    /// Files with the identity-based policies under test.
    #[serde(default)]
    pub identity_policy_files: Vec<String>,
    /// The identity-based policies under test, here.
    #[serde(default)]
    pub identity_policies: Vec<Value>,
    /// The role of the trust policy.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// The expectations.
    pub tests: Vec<Test>,
}

/// One expectation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// What it says.
    pub name: String,
    /// The ID token's claims; `iss`, `aud` and `sub` at least. Exclusive with
    /// `principal`.
    #[serde(default)]
    pub token: Option<Map<String, Value>>,
    /// The principal's ARN.
    #[serde(default)]
    pub principal: Option<String>,
    /// The action; with a token it is `sts:AssumeRoleWithWebIdentity` by default.
    #[serde(default)]
    pub action: Option<String>,
    /// The resource; the role with a token, else `*` by default.
    #[serde(default)]
    pub resource: Option<String>,
    /// Further condition keys.
    #[serde(default)]
    pub context: BTreeMap<String, ContextValue>,
    /// What must come out.
    pub expect: Expected,
}

/// One value or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// A single-valued key.
    One(String),
    /// A multivalued key.
    Several(Vec<String>),
}

/// What must come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Allowed.
    Allowed,
    /// Denied in either way.
    Denied,
    /// Denied by a Deny statement.
    ExplicitlyDenied,
    /// Denied because nothing allows it.
    ImplicitlyDenied,
}

impl Expectations {
    /// Reads YAML or JSON.
    ///
    /// # Errors
    /// [`InvalidExpectations`]: an unknown field is one too.
    pub fn parse(text: &str) -> Result<Self, InvalidExpectations> {
        if text.len() > MAX_EXPECTATIONS_BYTES {
            return Err(InvalidExpectations::TooLarge(text.len()));
        }
        if text.trim_start().starts_with('{') {
            return serde_json::from_str(text)
                .map_err(|error| InvalidExpectations::Format(error.to_string()));
        }
        serde_saphyr::from_str(text).map_err(|error| InvalidExpectations::Format(error.to_string()))
    }

    /// The names of the files whose texts [`Expectations::run`] will ask for.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.trust_policy_file.iter().chain(&self.identity_policy_files).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;
