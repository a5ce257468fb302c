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
//! Policies of every type are named as `policy simulate` names them, here or as a file with
//! `_file` or `_files` at the end: `permissions_boundary`, `session_policies`,
//! `service_control_policies` and `resource_control_policies` (a list for each level),
//! `resource_policy`. `providers` and `max_session_duration` are the account's and the role's.
//!
//! A test's `context` gives condition keys. What it leaves out is absent, but for keys that
//! nearly every request has, as `aws:CurrentTime` and `aws:SourceIp`: where the answer hangs on one
//! of these, the test cannot be run without it (`null` for a request that lacks it).
//!
//! JSON of the same shape is read as well. Files are named, not opened: the caller hands
//! their texts over.

mod decide;
mod keys;
mod report;
mod subject;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use report::{Found, Report, TestOutcome};
use subject::Subject;

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
    /// The file with the permissions boundary of who acts.
    #[serde(default)]
    pub permissions_boundary_file: Option<String>,
    /// The permissions boundary, here.
    #[serde(default)]
    pub permissions_boundary: Option<Value>,
    /// Files with the policies that narrow the session.
    #[serde(default)]
    pub session_policy_files: Vec<String>,
    /// The policies that narrow the session, here.
    #[serde(default)]
    pub session_policies: Vec<Value>,
    /// Files with service control policies, a list for each level of the organization.
    #[serde(default)]
    pub service_control_policy_files: Vec<Vec<String>>,
    /// Service control policies, here.
    #[serde(default)]
    pub service_control_policies: Vec<Vec<Value>>,
    /// Files with resource control policies, a list for each level of the organization.
    #[serde(default)]
    pub resource_control_policy_files: Vec<Vec<String>>,
    /// Resource control policies, here.
    #[serde(default)]
    pub resource_control_policies: Vec<Vec<Value>>,
    /// The file with the resource's own policy.
    #[serde(default)]
    pub resource_policy_file: Option<String>,
    /// The resource's own policy, here.
    #[serde(default)]
    pub resource_policy: Option<Value>,
    /// The OIDC providers of the role's account; where they are left out, each token's issuer is
    /// one, with the token's audience as a client id.
    #[serde(default)]
    pub providers: Option<Vec<ProviderEntry>>,
    /// The role's MaxSessionDuration in seconds.
    #[serde(default)]
    pub max_session_duration: Option<u32>,
    /// The role of the trust policy.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// The expectations.
    pub tests: Vec<Test>,
}

/// An OIDC provider of the account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// Its URL, with or without `https://`.
    pub url: String,
    /// The audiences it is registered for.
    #[serde(default)]
    pub client_ids: Vec<String>,
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
    /// The account that owns the resource, where its ARN does not say.
    #[serde(default)]
    pub resource_account: Option<String>,
    /// Further condition keys.
    #[serde(default)]
    pub context: BTreeMap<String, ContextValue>,
    /// `RoleSessionName` of a call that assumes the role.
    #[serde(default)]
    pub role_session_name: Option<String>,
    /// `DurationSeconds` of a call that assumes the role.
    #[serde(default)]
    pub duration: Option<i64>,
    /// `ExternalId` of `sts:AssumeRole`.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Tags that `sts:AssumeRole` passes; with another action those of the session that acts.
    #[serde(default)]
    pub session_tags: BTreeMap<String, String>,
    /// Which of them go on to further sessions.
    #[serde(default)]
    pub transitive_tag_keys: Vec<String>,
    /// The source identity that `sts:AssumeRole` sets; with another action the session's.
    #[serde(default)]
    pub source_identity: Option<String>,
    /// What must come out.
    #[serde(alias = "expected")]
    pub expect: Expected,
}

/// One value or several, or none.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// `null`: the request does not have the key.
    Absent(()),
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
    #[serde(alias = "Allowed")]
    Allowed,
    /// Denied by the policies in either way.
    #[serde(alias = "Denied")]
    Denied,
    /// Denied by a Deny statement.
    #[serde(alias = "ExplicitlyDenied")]
    ExplicitlyDenied,
    /// Denied because nothing allows it.
    #[serde(alias = "ImplicitlyDenied")]
    ImplicitlyDenied,
    /// Refused by STS whatever the policies say: the token, its provider, the duration.
    #[serde(alias = "Refused")]
    Refused,
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
        let levels = self.service_control_policy_files.iter();
        let levels = levels.chain(&self.resource_control_policy_files).flatten();
        let alone = self.trust_policy_file.iter().chain(&self.permissions_boundary_file);
        let alone = alone.chain(&self.resource_policy_file);
        let lists = self.identity_policy_files.iter().chain(&self.session_policy_files);
        alone.chain(lists).chain(levels).map(String::as_str)
    }

    /// Runs all tests. `read` gives the text of a policy file that the expectations name,
    /// or says why it cannot.
    ///
    /// # Errors
    /// [`InvalidExpectations`] when a policy is missing or malformed. A test that cannot
    /// be run is a failed test, not an error.
    pub fn run(
        &self,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Report, InvalidExpectations> {
        let subject = Subject::of(self, read)?;
        let outcomes = self.tests.iter().map(|test| TestOutcome {
            name: test.name.clone(),
            expected: test.expect,
            found: decide::decide(test, &subject),
        });
        Ok(Report { outcomes: outcomes.collect() })
    }
}

#[cfg(test)]
mod tests;
