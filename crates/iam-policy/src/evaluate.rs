//! The evaluation logic: which policies must allow, and what a Deny outranks.
//!
//! Source: IAM user guide, "Policy evaluation logic": "How AWS enforcement code logic
//! evaluates requests to allow or deny access", "Policy evaluation for requests within
//! a single account", "Cross-account policy evaluation logic"; "Permissions boundaries
//! for IAM entities"; "Session policies"; STS API reference, GetFederationToken.

use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;

use crate::answer::{Answer, DecidingStatement, DecidingStatements};
use crate::own_account::{is_for_own_account_alone, makes_what_would_allow};
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::principal::Principal;
use crate::principals::PrincipalMatch;
use crate::request::Request;
use crate::resource_control::bears_resource_control;
use crate::statement::{Asked, Effect, Statement};
use crate::truth::Truth;

/// What an answer calls the trust policy that it was asked about.
pub(crate) static TRUST_POLICY: LazyLock<Arc<str>> = LazyLock::new(|| "trust policy".into());

/// What to make of a statement of which it cannot be told whether it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assume {
    /// A Deny applies, an Allow does not.
    Worst,
    /// An Allow applies, a Deny does not.
    Best,
}

impl Assume {
    fn applies(self, truth: Truth, effect: Effect) -> bool {
        match truth {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => (effect == Effect::Deny) == (self == Self::Worst),
        }
    }
}

/// Decides a request. Where the context does not know a key, the answer is the one that
/// denies; use [`explain`](crate::explain()) to learn of it.
pub fn evaluate(policies: &PolicySet, request: &Request<'_>) -> Answer {
    decide(policies, request, Asked::One(request.resource), Assume::Worst)
}

/// A policy and its name, borrowed.
#[derive(Clone, Copy)]
pub(crate) struct Labelled<'p> {
    pub(crate) name: &'p Arc<str>,
    pub(crate) policy: &'p Policy,
}

impl<'p> From<&'p NamedPolicy> for Labelled<'p> {
    fn from(named: &'p NamedPolicy) -> Self {
        Self { name: &named.name, policy: &named.policy }
    }
}

/// The Allow statements of one policy type that apply, and how the strongest of them
/// names the principal. The first few need no heap.
struct Grants<'p> {
    statements: SmallVec<[(Labelled<'p>, usize, &'p Statement); 4]>,
    named: PrincipalMatch,
}

struct Evaluation<'r> {
    request: &'r Request<'r>,
    asked: Asked<'r>,
    assume: Assume,
    /// Whether the principal has a permissions boundary.
    bounded: bool,
    denials: DecidingStatements,
}

impl<'r> Evaluation<'r> {
    fn new(request: &'r Request<'r>, asked: Asked<'r>, assume: Assume, bounded: bool) -> Self {
        Self { request, asked, assume, bounded, denials: DecidingStatements::new() }
    }

    /// Goes through every statement once: denials are kept, grants returned.
    fn read<'p, P: Into<Labelled<'p>>>(
        &mut self,
        policies: impl IntoIterator<Item = P>,
    ) -> Grants<'p> {
        let mut grants = Grants::none();
        self.read_into(&mut grants, policies);
        grants
    }

    /// Goes through the levels of an organization, each of which must allow: `None` when
    /// one does not.
    fn read_levels<'p>(&mut self, levels: &'p [Vec<NamedPolicy>]) -> Option<Grants<'p>> {
        let mut grants = Grants::none();
        let mut every = true;
        for level in levels {
            let before = grants.statements.len();
            self.read_into(&mut grants, level);
            every &= grants.statements.len() > before;
        }
        every.then_some(grants)
    }

    fn read_into<'p, P: Into<Labelled<'p>>>(
        &mut self,
        grants: &mut Grants<'p>,
        policies: impl IntoIterator<Item = P>,
    ) {
        for policy in policies {
            let policy = policy.into();
            for (index, statement) in policy.policy.statements.iter().enumerate() {
                let (truth, named) = statement.applies(self.request, self.asked, self.bounded);
                if !self.assume.applies(truth, statement.effect) {
                    continue;
                }
                match statement.effect {
                    Effect::Deny => self.denials.push(deciding(policy, index, statement)),
                    Effect::Allow => {
                        grants.named = grants.named.max(named);
                        grants.statements.push((policy, index, statement));
                    }
                }
            }
        }
    }
}

fn deciding(policy: Labelled<'_>, index: usize, statement: &Statement) -> DecidingStatement {
    DecidingStatement {
        kind: policy.policy.kind,
        policy: policy.name.clone(),
        sid: statement.sid.clone(),
        index,
        line: statement.line,
        effect: statement.effect,
    }
}

impl Grants<'_> {
    fn none() -> Self {
        Self { statements: SmallVec::new(), named: PrincipalMatch::Not }
    }

    fn any(&self) -> bool {
        !self.statements.is_empty()
    }

    fn into(self, deciding_statements: &mut DecidingStatements) {
        deciding_statements.extend(
            self.statements
                .iter()
                .map(|(policy, index, statement)| deciding(*policy, *index, statement)),
        );
    }
}

pub(crate) fn decide(
    policies: &PolicySet,
    request: &Request<'_>,
    asked: Asked<'_>,
    assume: Assume,
) -> Answer {
    let mut evaluation = Evaluation::new(request, asked, assume, policies.boundary.is_some());
    // Where AWS does not list the service, they bear on it at worst.
    let controls = match assume == Assume::Best && !bears_resource_control(request.action) {
        true => &[],
        false => resource_control(policies, request.principal),
    };
    // `RCPFullAWSAccess` is on every level and cannot be detached: they only deny.
    evaluation.read(controls.iter().flatten());
    let service_control = evaluation.read_levels(service_control(policies, request.principal));
    let resource = evaluation.read(&policies.resource);
    let identity = evaluation.read(&policies.identity);
    let boundary = policies.boundary.as_ref().map(|boundary| evaluation.read([boundary]));
    // Without a session policy a federated user may do nothing but what names it itself.
    let session = match (&policies.session, request.principal) {
        (Some(session), _) => Some(evaluation.read(session)),
        (None, Principal::FederatedUser { .. }) => Some(Grants::none()),
        (None, _) => None,
    };

    if !evaluation.denials.is_empty() {
        return Answer::explicitly_denied(evaluation.denials);
    }
    let Some(service_control) = service_control else {
        return Answer::implicitly_denied(PolicyKind::ServiceControl);
    };

    let needs = match needs(policies, request, resource.named) {
        Ok(needs) => needs,
        Err(kind) => return Answer::implicitly_denied(kind),
    };
    if needs.identity && !identity.any() && !is_root(request.principal) {
        return Answer::implicitly_denied(PolicyKind::Identity);
    }
    if needs.boundary && boundary.as_ref().is_some_and(|boundary| !boundary.any()) {
        return Answer::implicitly_denied(PolicyKind::Boundary);
    }
    if needs.session && session.as_ref().is_some_and(|session| !session.any()) {
        return Answer::implicitly_denied(PolicyKind::Session);
    }

    let mut statements = DecidingStatements::new();
    resource.into(&mut statements);
    if needs.identity {
        identity.into(&mut statements);
    }
    if let (true, Some(boundary)) = (needs.boundary, boundary) {
        boundary.into(&mut statements);
    }
    if let (true, Some(session)) = (needs.session, session) {
        session.into(&mut statements);
    }
    service_control.into(&mut statements);
    Answer::allowed(statements)
}

/// The service control policies that bear on `principal`. They limit the users and roles
/// of the organization's accounts, the root users too; not service-linked roles, and
/// nobody who is in no account.
/// Source: AWS Organizations user guide, "Service control policies (SCPs)".
pub(crate) fn service_control<'p>(
    policies: &'p PolicySet,
    principal: &Principal,
) -> &'p [Vec<NamedPolicy>] {
    match principal {
        Principal::Federated { .. } | Principal::Service { .. } | Principal::Anonymous => &[],
        _ if principal.is_service_linked_role() => &[],
        _ => &policies.service_control,
    }
}

/// The resource control policies that bear on `principal`: everybody but service-linked
/// roles.
/// Source: AWS Organizations user guide, "Resource control policies (RCPs)".
pub(crate) fn resource_control<'p>(
    policies: &'p PolicySet,
    principal: &Principal,
) -> &'p [Vec<NamedPolicy>] {
    if principal.is_service_linked_role() { &[] } else { &policies.resource_control }
}

fn is_root(principal: &Principal) -> bool {
    matches!(principal, Principal::Root { .. })
}

/// Which policy types must still allow, beside the organization's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Needs {
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Needs {
    const ALL: Self = Self { identity: true, boundary: true, session: true };
    const NONE: Self = Self { identity: false, boundary: false, session: false };
}

/// What the resource's policy leaves to others; the error is the policy type for whose
/// lack of an allow the request is denied already.
fn needs(
    policies: &PolicySet,
    request: &Request<'_>,
    granted: PrincipalMatch,
) -> Result<Needs, PolicyKind> {
    let principal = request.principal;
    let no_allow = || {
        let trust = policies
            .resource
            .as_ref()
            .is_some_and(|policy| policy.policy.kind == PolicyKind::Trust);
        if trust { PolicyKind::Trust } else { PolicyKind::Resource }
    };
    let is_elsewhere =
        request.crosses_accounts() && !matches!(principal, Principal::Service { .. });
    if is_elsewhere && is_for_own_account_alone(request.action) {
        return Err(no_allow());
    }
    let granted = match makes_what_would_allow(request.action, policies) {
        true => PrincipalMatch::Not,
        false => granted,
    };
    if principal.account().is_none() || matches!(principal, Principal::Federated { .. }) {
        // No identity of this account: only the resource's policy can allow.
        return if granted == PrincipalMatch::Not { Err(no_allow()) } else { Ok(Needs::NONE) };
    }
    if request.crosses_accounts() {
        // Both accounts must allow.
        return if granted == PrincipalMatch::Not { Err(no_allow()) } else { Ok(Needs::ALL) };
    }
    if granted == PrincipalMatch::Not && must_allow(policies, request) {
        return Err(no_allow());
    }
    Ok(match (principal, granted) {
        (_, PrincipalMatch::Not | PrincipalMatch::Perhaps | PrincipalMatch::ByAccount) => {
            Needs::ALL
        }
        // A role's ARN: the grant is to the role, and what limits the role limits it.
        (_, PrincipalMatch::ByRole) => Needs { identity: false, boundary: true, session: true },
        // A user's or a session's own ARN, or everybody.
        (_, PrincipalMatch::Directly) => Needs::NONE,
    })
}

/// Roles and KMS keys are used only by whom their own policy allows, also within the
/// account.
fn must_allow(policies: &PolicySet, request: &Request<'_>) -> bool {
    let Some(policy) = &policies.resource else { return false };
    policy.policy.kind == PolicyKind::Trust
        || asks_trust_policy(request.action)
        || is_of_kms(request.action)
}

/// Whether an action is on what only its own policy opens: a KMS key, or a role that is assumed.
/// Identity-based policies alone allow none of these.
///
/// Source: IAM user guide, "Policy evaluation for requests within a single account": trust
/// policies of roles and key policies must allow.
pub fn needs_resource_policy(action: &str) -> bool {
    asks_trust_policy(action) || (is_of_kms(action) && !has_no_resource(action))
}

fn is_of_kms(action: &str) -> bool {
    action.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("kms:"))
}

/// Whether a role's trust policy is asked about an action.
pub(crate) fn asks_trust_policy(action: &str) -> bool {
    const PREFIX: &str = "sts:AssumeRole";
    let assumes = action.get(..PREFIX.len()).is_some_and(|it| it.eq_ignore_ascii_case(PREFIX));
    assumes
        || ["sts:TagSession", "sts:SetSourceIdentity"]
            .iter()
            .any(|with| with.eq_ignore_ascii_case(action))
}

/// Whether an action is known to be on no resource at all, as making one is.
fn has_no_resource(action: &str) -> bool {
    aws_model::action(action).is_some_and(|known| known.resource_types().is_empty())
}

/// Decides whether a role's trust policy admits `provider` (or another principal) to
/// `action`, such as `sts:AssumeRoleWithWebIdentity`.
///
/// Only the trust policy is asked: for a web identity nothing else bears on it, for a
/// principal of another account its own identity-based policies do too
/// ([`evaluate`] with the trust policy as [`PolicySet::resource`]).
pub fn evaluate_trust(
    trust: &Policy,
    provider: &Principal,
    action: &str,
    role_arn: &str,
    context: &crate::Context,
) -> Answer {
    let request = Request {
        principal: provider,
        action,
        resource: role_arn,
        resource_account: None,
        context,
    };
    decide_trust(Labelled { name: &TRUST_POLICY, policy: trust }, &request, Assume::Worst)
}

pub(crate) fn decide_trust(trust: Labelled<'_>, request: &Request<'_>, assume: Assume) -> Answer {
    let asked = Asked::One(request.resource);
    // A role's trust policy has no `NotPrincipal`, for which it would matter.
    let mut evaluation = Evaluation::new(request, asked, assume, false);
    let grants = evaluation.read([trust]);
    if !evaluation.denials.is_empty() {
        return Answer::explicitly_denied(evaluation.denials);
    }
    if !grants.any() {
        return Answer::implicitly_denied(trust.policy.kind);
    }
    let mut statements = DecidingStatements::new();
    grants.into(&mut statements);
    Answer::allowed(statements)
}

#[cfg(test)]
mod tests;
