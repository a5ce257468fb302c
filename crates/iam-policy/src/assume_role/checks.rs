//! The checks, each on its own.

use super::{ACTION, Found, Question};
use crate::context::Context;
use crate::explain::{Verdict, explain, open_question};
use crate::policy_set::NamedPolicy;
use crate::principal::Principal;
use crate::request::Request;
use crate::sts::{
    ActionTrust, Check, Denial, Faults, OpenQuestion, RoleFact, Step, TextLimits, Trust,
    check_tags, duration_within, role_arn,
};

const DEFAULT_DURATION: u32 = 3600;
/// The longest session that a role's session may begin.
const CHAINED: u32 = 3600;

/// Their limits, all told at once; then whether the ARN is a role's.
pub(super) fn parameters(question: &Question<'_>, found: &mut Found) -> Step {
    let parameters = &question.parameters;
    let mut faults = Faults::default();
    faults.hold("roleArn", parameters.role_arn, TextLimits::arn());
    faults.hold("roleSessionName", parameters.role_session_name, TextLimits::name(2, 64));
    let duration = parameters.duration.unwrap_or(i64::from(DEFAULT_DURATION));
    faults.hold_duration(duration, 900, 43_200);
    if let Some(id) = parameters.external_id {
        faults.hold("externalId", id, TextLimits::external_id());
    }
    if let Some(identity) = parameters.source_identity {
        faults.hold("sourceIdentity", identity, TextLimits::name(2, 64));
    }
    faults.hold_count("tags", parameters.tags.len(), 50);
    for (index, (key, value)) in parameters.tags.iter().enumerate() {
        let number = index + 1;
        faults.hold(&format!("tags.{number}.member.key"), key, TextLimits::tag_key());
        faults.hold(&format!("tags.{number}.member.value"), value, TextLimits::tag_value());
    }
    found.duration = u32::try_from(duration).unwrap_or(DEFAULT_DURATION);
    let checked = faults.check(Check::Parameters).and_then(|()| role_arn(parameters.role_arn));
    checked.map(|_| ()).into()
}

/// Tags among themselves and with those that go on from the caller's session, and its source
/// identity.
pub(super) fn carried(question: &Question<'_>, found: &mut Found) -> Step {
    let parameters = &question.parameters;
    let tags: Vec<_> =
        parameters.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let transitive: Vec<_> = parameters.transitive_tag_keys.iter().map(String::as_str).collect();
    let invalid = |message: &str| {
        Step::Failed(Denial::new(Check::SessionClaims, 400, "InvalidParameterValue", message))
    };
    if let Err(message) = check_tags(&tags, &transitive) {
        return invalid(message);
    }
    let session = question.caller.session;
    let goes_on = |key: &str| {
        session.is_some_and(|session| {
            session.transitive_tag_keys.iter().any(|held| held.eq_ignore_ascii_case(key))
        })
    };
    if tags.iter().any(|(key, _)| goes_on(key)) {
        return invalid(
            "One of the specified transitive tag keys can't be set because it conflicts with a \
             transitive tag key from the calling session.",
        );
    }
    let held = session.and_then(|session| session.source_identity);
    if let (Some(held), Some(asked)) = (held, parameters.source_identity)
        && held != asked
    {
        return Step::Failed(Denial::access_denied(
            Check::SessionClaims,
            "The source identity of a session cannot be changed.",
        ));
    }
    let carried: Vec<_> = session
        .iter()
        .flat_map(|session| session.tags)
        .filter(|(key, _)| goes_on(key))
        .cloned()
        .collect();
    found.transitive_tag_keys = parameters.transitive_tag_keys.to_vec();
    found.transitive_tag_keys.extend(carried.iter().map(|(key, _)| key.clone()));
    found.tags = parameters.tags.iter().cloned().chain(carried).collect();
    found.source_identity = held.or(parameters.source_identity).map(str::to_owned);
    Step::Passed
}

fn not_authorized(question: &Question<'_>, check: Check, action: &str) -> Step {
    let (arn, role) = (question.caller.arn, question.parameters.role_arn);
    Step::Failed(Denial::access_denied(
        check,
        format!("User: {arn} is not authorized to perform: {action} on resource: {role}"),
    ))
}

/// Neither an account's root user nor a federated user assumes a role.
pub(super) fn caller(question: &Question<'_>) -> Step {
    match question.caller.principal {
        Principal::Root { .. } => Step::Failed(Denial::access_denied(
            Check::Caller,
            "Roles may not be assumed by root accounts.",
        )),
        Principal::FederatedUser { .. } => not_authorized(question, Check::Caller, ACTION),
        _ => Step::Passed,
    }
}

/// It exists. Who is not let in does not learn whether it does.
pub(super) fn exists(question: &Question<'_>) -> Step {
    match question.role {
        RoleFact::Exists(_) => Step::Passed,
        RoleFact::Missing => not_authorized(question, Check::Role, ACTION),
        RoleFact::Unknown => Step::Open(OpenQuestion {
            check: Check::Role,
            question: format!("whether `{}` exists", question.parameters.role_arn),
        }),
    }
}

/// The caller's policies and the role's trust policy together allow every action of the call.
/// The denial names the first that they do not.
pub(super) fn permission(
    question: &Question<'_>,
    found: &Found,
    trust: &mut Vec<ActionTrust>,
) -> Step {
    let RoleFact::Exists(role) = question.role else { return Step::Unreached };
    let Trust::Policy(policy) = role.trust else {
        return not_authorized(question, Check::Permission, ACTION);
    };
    let Some(policies) = question.policies else {
        return Step::Open(OpenQuestion {
            check: Check::Permission,
            question: format!("what the policies of `{}` allow", question.caller.arn),
        });
    };
    let mut policies = policies.clone();
    policies.resource = Some(NamedPolicy::new("trust policy", policy.clone()));
    let role_arn = question.parameters.role_arn;
    let context = keys(question, found);
    let mut actions = vec![ACTION];
    if !found.tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if found.source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    for action in actions {
        let explanation = explain(
            &policies,
            &Request {
                principal: question.caller.principal,
                action,
                resource: role_arn,
                resource_account: crate::arn::account(role_arn),
                context: &context,
            },
        );
        trust.push(ActionTrust { action, explanation });
    }
    let first = |verdict| trust.iter().find(|it| it.explanation.verdict == verdict);
    if let Some(denied) = first(Verdict::Denied) {
        return not_authorized(question, Check::Permission, denied.action);
    }
    match first(Verdict::CannotTell) {
        None => Step::Passed,
        Some(open) => Step::Open(OpenQuestion {
            check: Check::Permission,
            question: open_question(&open.explanation.unsettled),
        }),
    }
}

/// What the call itself says, as condition keys.
fn keys(question: &Question<'_>, found: &Found) -> Context {
    let parameters = &question.parameters;
    let mut context = question.surroundings.clone();
    context.set("sts:RoleSessionName", parameters.role_session_name);
    if let Some(account) = crate::arn::account(parameters.role_arn) {
        context.set("aws:ResourceAccount", account);
    }
    if let Some(id) = parameters.external_id {
        context.set("sts:ExternalId", id);
    }
    if let Some(identity) = &found.source_identity {
        context.set("sts:SourceIdentity", identity.as_str());
    }
    if !found.tags.is_empty() {
        context.set_all("aws:TagKeys", found.tags.iter().map(|(key, _)| key.as_str()));
        for (key, value) in &found.tags {
            context.set(format!("aws:RequestTag/{key}"), value.as_str());
        }
    }
    if !found.transitive_tag_keys.is_empty() {
        context
            .set_all("sts:TransitiveTagKeys", found.transitive_tag_keys.iter().map(String::as_str));
    }
    context
}

/// An hour for what a role's session begins; else the role's own limit.
pub(super) fn duration(question: &Question<'_>, found: &Found) -> Step {
    let chained = question.caller.session.is_some_and(|session| session.is_role);
    if chained && found.duration > CHAINED {
        return Step::Failed(Denial::validation(
            Check::Duration,
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining.",
        ));
    }
    match &question.role {
        RoleFact::Exists(role) => duration_within(found.duration, role),
        RoleFact::Missing | RoleFact::Unknown => Step::Unreached,
    }
}
