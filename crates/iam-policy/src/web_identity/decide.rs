//! STS's whole order for AssumeRoleWithWebIdentity: check after check, as one list.
//!
//! Source: docs/aws-truth.md, "sts:AssumeRoleWithWebIdentity", [order].

mod call;
mod role;
mod token;

use super::Provider;
use super::claims::SessionClaims;
use super::question::Question;
use super::token::TokenContent;
use crate::context::Context;
use crate::sts::{Check, Progress, Report};

/// The action that a web identity calls.
pub const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// What was found out about a call on the way; what is not known stays empty.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What the token says.
    pub token: Option<TokenContent>,
    /// Its provider.
    pub provider: Option<Provider>,
    /// The condition keys of the call.
    pub keys: Option<Context>,
    /// Session tags and source identity.
    pub session: SessionClaims,
    /// Seconds.
    pub duration: u32,
}

/// Decides whether the token may assume the role: gate, `explain` and tests of policies ask
/// here, so that they cannot disagree.
pub fn decide(question: &Question<'_>) -> Report<Found> {
    let mut found = Found::default();
    let mut trust = Vec::new();
    let mut checks = Progress::new();
    checks.run(Check::Parameters, || call::parameters(question, &mut found));
    checks.run(Check::TokenForm, || token::form(question, &mut found));
    checks.run(Check::Issuer, || token::issuer(question, &mut found));
    checks.run(Check::Signature, || token::signature(question));
    checks.run(Check::Expiry, || token::expiry(question, &found));
    checks.run(Check::Audience, || token::audience(question, &found));
    checks.run(Check::RolesClaim, || token::roles_claim(question, &found));
    checks.run(Check::SessionClaims, || token::session_claims(&mut found));
    checks.run(Check::Role, || role::exists(question));
    checks.run(Check::TrustPolicy, || role::trust_policy(question, &mut found, &mut trust));
    checks.run(Check::ResourceControl, || role::resource_control(question, &found, &mut trust));
    checks.run(Check::Duration, || role::duration(question, &found));
    checks.run(Check::SessionPolicies, || call::session_policies(question, &found));
    Report { steps: checks.steps(), trust, found }
}

#[cfg(test)]
mod tests;
