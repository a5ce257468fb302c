//! Runs one test: by the decisions that the gate and `explain` make.

use fed_types::Claims;

use super::report::Found;
use super::subject::Subject;
use super::{Test, keys};
use crate::answer::Decision;
use crate::arn_form::{checked_arn, referred_arn};
use crate::assume_role;
use crate::context::Context;
use crate::evaluate::{asks_trust_policy, evaluate, needs_resource_policy};
use crate::explain::{Verdict, explain, explain_on_all};
use crate::given_value::check_compared_values;
use crate::own_rules::{Barred, apply_own_rules, barred};
use crate::policy::Policy;
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::principal::Principal;
use crate::request::Request;
use crate::resource_control::{RESOURCE_CONTROL_LIST, bears_resource_control};
use crate::resource_policy::may_have_policy;
use crate::sts::{Outcome, Report, ResourceControl, RoleFact, RoleFacts, Trust, check_tags};
use crate::web_identity::{
    self, Clock, Parameters, Presented, Providers, Question, Signature, doubt_caller,
};

const SESSION: &str = "session";

/// Decides.
///
/// # Errors
/// In words, why it cannot be decided.
pub(super) fn decide(test: &Test, subject: &Subject) -> Result<Found, String> {
    match (&test.token, &test.principal) {
        (Some(token), None) => {
            let trust =
                subject.trust.as_ref().ok_or("a test with a token needs a trust policy to test")?;
            belongs_to_a_token(test, &subject.role_arn)?;
            of_token(test, &Claims::from(token.clone()), trust, subject)
        }
        (None, Some(principal)) => of_principal(test, principal, subject),
        _ => Err("expected either `token` or `principal`".to_owned()),
    }
}

/// Whether the token may assume the role. A token of a test is genuine and current; where the
/// file names no providers, its issuer is one, with the token's audience as a client id.
fn of_token(
    test: &Test,
    claims: &Claims,
    trust: &Policy,
    subject: &Subject,
) -> Result<Found, String> {
    if !test.session_tags.is_empty() || test.source_identity.is_some() {
        return Err("the tags and the source identity of a token's session are claims of the \
                    token: `https://aws.amazon.com/tags`, `https://aws.amazon.com/source_identity`"
            .to_owned());
    }
    let mut surroundings = keys::of_a_request();
    doubt_caller(&mut surroundings);
    keys::give(&mut surroundings, test)?;
    let role = RoleFacts {
        trust: Trust::Policy(trust),
        max_session_duration: subject.max_session_duration,
    };
    let name = test.role_session_name.as_deref().unwrap_or(SESSION);
    let report = web_identity::decide(&Question {
        parameters: Parameters {
            duration: test.duration,
            ..Parameters::new(&subject.role_arn, name)
        },
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: match &subject.providers {
            Some(providers) => Providers::Are(providers),
            None => Providers::IncludeTheIssuer,
        },
        role: RoleFact::Exists(role),
        resource_control: ResourceControl::Are(&subject.policies.resource_control),
        surroundings: &surroundings,
    });
    outcome(&report)
}

/// Refuses what a call with a token does not have: it asks for one action of the role alone.
fn belongs_to_a_token(test: &Test, role_arn: &str) -> Result<(), String> {
    let other = |given: &Option<String>, only: &str| {
        given.as_deref().is_some_and(|given| !given.eq_ignore_ascii_case(only))
    };
    let foreign = [
        ("action", other(&test.action, web_identity::ACTION)),
        ("resource", test.resource.as_deref().is_some_and(|given| given != role_arn)),
        ("resource_account", test.resource_account.is_some()),
        ("external_id", test.external_id.is_some()),
        ("transitive_tag_keys", !test.transitive_tag_keys.is_empty()),
    ];
    match foreign.iter().find(|(_, is_foreign)| *is_foreign) {
        None => Ok(()),
        Some((field, _)) => Err(format!(
            "`{field}` does not belong to a test with a `token`: what that asks for is `{}` of \
             the role `{role_arn}`",
            web_identity::ACTION
        )),
    }
}

/// What STS answers: a policy's decision, or a refusal before or after the policies.
fn outcome<F>(report: &Report<F>) -> Result<Found, String> {
    match report.outcome() {
        Outcome::Allowed => Ok(Found::Decision(Decision::Allowed)),
        Outcome::Denied { denial, .. } => {
            let by_policy =
                report.obstacle().filter(|it| it.explanation.answer.decision != Decision::Allowed);
            Ok(match by_policy {
                Some(obstacle) => Found::Decision(obstacle.explanation.answer.decision),
                None => Found::Refused(denial.message),
            })
        }
        Outcome::CannotTell(open) => {
            Err(open.into_iter().map(|open| open.question).collect::<Vec<_>>().join("; "))
        }
    }
}

fn of_principal(test: &Test, principal: &str, subject: &Subject) -> Result<Found, String> {
    let principal = Principal::parse(principal).map_err(|error| error.to_string())?;
    let action = test.action.as_deref().ok_or("a test with a principal needs an `action`")?;
    let trust = subject.trust.as_ref().filter(|_| asks_trust_policy(action));
    let resource = match (&test.resource, trust) {
        (Some(resource), _) => resource.as_str(),
        (None, Some(_)) => &subject.role_arn,
        (None, None) => "*",
    };
    let trust = trust.filter(|_| resource == subject.role_arn);
    is_checked_on(action, resource)?;
    let resource = &*checked_arn(action, resource);
    if let Some(refused) = refused(&principal, action, resource)? {
        return Ok(refused);
    }
    let mut context = keys::of_a_request();
    keys::of_the_resource(&mut context, resource, test.resource_account.as_deref());
    principal.describe(&mut context);
    if let (Some(trust), true) = (trust, action.eq_ignore_ascii_case(assume_role::ACTION)) {
        keys::give(&mut context, test)?;
        return assumes(test, &principal, trust, subject, &context);
    }
    check_session_tags(test)?;
    for (key, value) in &test.session_tags {
        context.set(format!("aws:PrincipalTag/{key}"), value.as_str());
    }
    if let Some(identity) = &test.source_identity {
        context.set("aws:SourceIdentity", identity.as_str());
    }
    if test.role_session_name.is_some() {
        return Err("`role_session_name` belongs to a call that assumes the role".to_owned());
    }
    if test.duration.is_some() || test.external_id.is_some() || !test.transitive_tag_keys.is_empty()
    {
        return Err("`duration`, `external_id` and `transitive_tag_keys` belong to a call that \
                    assumes the role"
            .to_owned());
    }
    keys::give(&mut context, test)?;
    let mut policies = subject.policies.clone();
    if policies.resource.is_some() && trust.is_none() && !may_have_policy(action, resource) {
        return Err(format!(
            "what `{action}` is on has no policy of its own, so `resource_policy` is none of \
             `{resource}`: test it in a file without one"
        ));
    }
    if let Some(trust) = trust {
        policies.resource = Some(NamedPolicy::new("trust policy", trust.clone()));
    }
    let request = Request {
        principal: &principal,
        action,
        resource,
        resource_account: test.resource_account.as_deref(),
        context: &context,
    };
    decision(&policies, &request)
}

/// What nobody can call so, whatever the policies say.
fn refused(principal: &Principal, action: &str, resource: &str) -> Result<Option<Found>, String> {
    match barred(principal, action, resource) {
        Some(with_token @ Barred::WithToken { .. }) => {
            Err(format!("{with_token}: give the token's claims as `token`"))
        }
        Some(barred) => Ok(Some(Found::Refused(barred.to_string()))),
        None => Ok(None),
    }
}

/// What the policies say, where it hangs on nothing else.
fn decision(policies: &PolicySet, request: &Request<'_>) -> Result<Found, String> {
    let Request { action, resource, .. } = *request;
    let mut explanation = explain(policies, request);
    check_compared_values(&explanation, |_| true)
        .map_err(|misfit| format!("in `context`, {misfit}"))?;
    apply_own_rules(action, &mut explanation);
    let decision = explanation.answer.decision;
    if !decision.is_allowed() && hangs_on_resource_control(policies, request) {
        return Err(format!(
            "cannot tell: resource control policies forbid `{action}`, and AWS did not list its \
             service for them on {RESOURCE_CONTROL_LIST}: leave them out where it still does not"
        ));
    }
    if explanation.verdict == Verdict::CannotTell {
        return Err(keys::lacking(&explanation.unsettled));
    }
    if names_none_alone(action, resource)
        && explain_on_all(policies, request).hangs_on_the_resource()
    {
        return Err(format!(
            "cannot tell: the policies name resources for `{action}`, and `{resource}` is none \
             alone, name one as `resource`"
        ));
    }
    let open = policies.resource.is_none() && needs_resource_policy(action);
    if decision.is_allowed() && open {
        return Err(lacking(action, resource));
    }
    Ok(Found::Decision(decision))
}

/// Whether it is denied by resource control policies alone, of which it is not known whether they
/// bear on the service by now.
fn hangs_on_resource_control(policies: &PolicySet, request: &Request<'_>) -> bool {
    let without = PolicySet { resource_control: Vec::new(), ..policies.clone() };
    !policies.resource_control.is_empty()
        && !bears_resource_control(request.action)
        && evaluate(&without, request).decision.is_allowed()
}

/// Refuses an action that its service does not have, and a resource that an action is never
/// checked on: a yes about either is none of AWS's.
///
/// Source: Service Authorization Reference, by `aws-model`.
fn is_checked_on(action: &str, resource: &str) -> Result<(), String> {
    let service = action.split(':').next().unwrap_or_default();
    if aws_model::authorization(service).is_none() {
        return Ok(());
    }
    let Some(known) = aws_model::action(action) else {
        return Err(format!("`{action}` is no action of AWS (as of {})", aws_model::data_date()));
    };
    if resource == "*" || known.resource_type_of(&referred_arn(resource)).is_some() {
        return Ok(());
    }
    Err(match known.resource_types() {
        [] => format!("`{action}` is checked on no resource, so not on `{resource}`: leave it out"),
        types => {
            let forms: Vec<_> =
                types.iter().map(|one| format!("`{}`", one.resource_type.arn)).collect();
            format!(
                "`{action}` is never checked on `{resource}`: it is checked on {}",
                forms.join(", ")
            )
        }
    })
}

/// Whether the action is on resources and none of them alone is asked about.
fn names_none_alone(action: &str, resource: &str) -> bool {
    let has_none = aws_model::action(action).is_some_and(|known| {
        known.resource_types().iter().all(|one| one.resource_type.names_none())
    });
    resource.contains(['*', '?']) && !has_none
}

/// What would have to be given for a yes.
fn lacking(action: &str, resource: &str) -> String {
    if asks_trust_policy(action) {
        format!(
            "cannot tell: `{action}` is allowed on `{resource}` only by its own trust policy as \
             well, give that as `trust_policy` and its `role_arn`"
        )
    } else {
        format!(
            "cannot tell: `{action}` is allowed on `{resource}` only by its own policy as well, \
             give that as `resource_policy`"
        )
    }
}

/// Whether the principal may assume the role.
fn assumes(
    test: &Test,
    principal: &Principal,
    trust: &Policy,
    subject: &Subject,
    surroundings: &Context,
) -> Result<Found, String> {
    if test.resource_account.is_some() {
        return Err("`resource_account` does not belong to a call that assumes the role: its ARN \
                    says whose it is"
            .to_owned());
    }
    let tags: Vec<(String, String)> =
        test.session_tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let name = test.role_session_name.as_deref().unwrap_or(SESSION);
    // A role calls by its sessions alone.
    let is_session = matches!(principal, Principal::AssumedRole { .. } | Principal::Role { .. });
    let session = assume_role::Session {
        is_role: true,
        tags: &[],
        transitive_tag_keys: &[],
        source_identity: None,
    };
    let report = assume_role::decide(&assume_role::Question {
        caller: assume_role::Caller {
            principal,
            arn: principal.name(),
            session: is_session.then_some(session),
        },
        parameters: assume_role::Parameters {
            duration: test.duration,
            external_id: test.external_id.as_deref(),
            source_identity: test.source_identity.as_deref(),
            tags: &tags,
            transitive_tag_keys: &test.transitive_tag_keys,
            ..assume_role::Parameters::new(&subject.role_arn, name)
        },
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(trust),
            max_session_duration: subject.max_session_duration,
        }),
        policies: Some(&subject.policies),
        surroundings,
    });
    outcome(&report)
}

/// Refuses tags that no session has.
fn check_session_tags(test: &Test) -> Result<(), String> {
    let tags: Vec<_> =
        test.session_tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    check_tags(&tags, &[]).map_err(|fault| format!("no session has these `session_tags`: {fault}"))
}
