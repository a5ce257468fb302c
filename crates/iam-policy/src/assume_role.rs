//! May this principal assume this role? STS's whole order for AssumeRole.
//!
//! Source: STS API reference, `AssumeRole`; IAM user guide, "Roles terms and concepts" (role
//! chaining) and "Pass session tags in AWS STS"; docs/aws-truth.md.

mod checks;

use crate::context::Context;
use crate::policy_set::PolicySet;
use crate::principal::Principal;
use crate::sts::{Check, Progress, Report, RoleFact};

/// The action.
pub const ACTION: &str = "sts:AssumeRole";

/// A call of AssumeRole, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub caller: Caller<'a>,
    /// What the call says.
    pub parameters: Parameters<'a>,
    /// The role.
    pub role: RoleFact<'a>,
    /// The caller's policies, as far as they were read; `None` where nobody has looked. A
    /// resource policy in it is put aside for the role's trust policy.
    pub policies: Option<&'a PolicySet>,
    /// The condition keys of the request that the call itself does not give: who, when,
    /// whence, the role's tags.
    pub surroundings: &'a Context,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// As policies see it.
    pub principal: &'a Principal,
    /// As messages name it.
    pub arn: &'a str,
    /// The session that signs the call, where one does.
    pub session: Option<Session<'a>>,
}

/// What a session brings along.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    /// Whether it is a role's: what it begins is role chaining.
    pub is_role: bool,
    /// Its tags.
    pub tags: &'a [(String, String)],
    /// The keys of those that go on.
    pub transitive_tag_keys: &'a [String],
    /// Its source identity, which cannot be changed.
    pub source_identity: Option<&'a str>,
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
    /// `ExternalId`
    pub external_id: Option<&'a str>,
    /// `SourceIdentity`
    pub source_identity: Option<&'a str>,
    /// `Tags`
    pub tags: &'a [(String, String)],
    /// `TransitiveTagKeys`
    pub transitive_tag_keys: &'a [String],
}

impl<'a> Parameters<'a> {
    /// A call without optional parameters.
    pub fn new(role_arn: &'a str, role_session_name: &'a str) -> Self {
        Self {
            role_arn,
            role_session_name,
            duration: None,
            external_id: None,
            source_identity: None,
            tags: &[],
            transitive_tag_keys: &[],
        }
    }
}

/// What the new session would be.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Seconds.
    pub duration: u32,
    /// The tags asked for, and those that go on from the caller's session.
    pub tags: Vec<(String, String)>,
    /// The keys of those that go on from it.
    pub transitive_tag_keys: Vec<String>,
    /// The one asked for, or the caller's.
    pub source_identity: Option<String>,
}

/// Decides whether the caller may assume the role.
pub fn decide(question: &Question<'_>) -> Report<Found> {
    let mut found = Found::default();
    let mut trust = Vec::new();
    let mut run = Progress::new();
    run.run(Check::Parameters, || checks::parameters(question, &mut found));
    run.run(Check::SessionClaims, || checks::carried(question, &mut found));
    run.run(Check::Caller, || checks::caller(question));
    run.run(Check::Role, || checks::exists(question));
    run.run(Check::Permission, || checks::permission(question, &found, &mut trust));
    run.run(Check::Duration, || checks::duration(question, &found));
    Report { steps: run.steps(), trust, found }
}

#[cfg(test)]
mod tests;
