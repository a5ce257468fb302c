//! The smallest change of the policies that would allow the action.

use iam_policy::{
    A_DENY, DecidingStatement, DenialReason, EMPTY_VALUE, EVERYBODY_ELSE, Effect, Explanation,
    PolicyKind, RESOURCE_CONTROL_LIST, ROOT_ACCESS, StatementTrace, Truth, UNREADABLE_VALUE,
    Verdict, needs_resource_policy,
};
use serde_json::json;

use super::Question;
use super::condition::change;
use super::doubt::{
    NO_SUCH_ACTION, RESOURCE, RESOURCE_ACCOUNT, RESOURCE_CONTROL, RESOURCE_POLICY, SERVICE_CONTROL,
    SESSION, SHARED,
};
use super::keys::is_not_vouched_for;

/// The changes in words, one a policy type that stands in the way. Empty when it is allowed.
pub(super) fn smallest(explanation: &Explanation, question: &Question<'_>) -> Vec<String> {
    match explanation.verdict {
        Verdict::Allowed => Vec::new(),
        Verdict::CannotTell => {
            let policies: Vec<&str> =
                explanation.unsettled.iter().filter_map(|key| option_of(key)).collect();
            let others = explanation.unsettled.iter().filter(|key| option_of(key).is_none());
            let mut mends: Vec<String> = others.map(|key| settle(key, question.action)).collect();
            if !policies.is_empty() {
                let options = policies.join("`, `");
                let or = match is_known_to_be(&explanation.unsettled, question) {
                    true => "",
                    false => ", or say with `--no-other-policies` that there is none",
                };
                mends.push(format!("give what was not read with `{options}`{or}"));
            }
            mends
        }
        Verdict::Denied => {
            let denying = explanation.answer.deciding.iter();
            let mut mends: Vec<String> = denying.map(stop_denying).collect();
            for kind in [PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session] {
                mends.extend(allow(explanation, question, kind));
            }
            mends.extend(of_others(explanation, question));
            mends
        }
    }
}

/// What others than the principal's own account keep: without it nothing else helps.
fn of_others(explanation: &Explanation, question: &Question<'_>) -> Option<String> {
    let Some(DenialReason::NoAllow(kind)) = explanation.answer.reason else { return None };
    let is_there = explanation.statements.iter().any(|statement| statement.kind == kind);
    let Question { action, resource, .. } = question;
    match kind {
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => Some(format!(
            "no {} allows `{action}` at some level of the organization: whoever keeps those \
             policies must allow it",
            kind.name()
        )),
        PolicyKind::Resource | PolicyKind::Trust if is_there => Some(format!(
            "the {} of `{resource}` does not allow `{action}`: whoever keeps it must allow it",
            kind.name()
        )),
        PolicyKind::Resource | PolicyKind::Trust => Some(format!(
            "`{resource}` has no policy of its own that allows it: whoever keeps it must put one"
        )),
        _ => None,
    }
}

/// Whether a policy that was not read is there for certain: what only its own policy opens has
/// one, and every member of an organization has service control policies.
fn is_known_to_be(unread: &[String], question: &Question<'_>) -> bool {
    let lacks = |name: &str| unread.iter().any(|key| key == name);
    (lacks(RESOURCE_POLICY) && needs_resource_policy(question.action))
        || (lacks(SERVICE_CONTROL) && question.is_member)
}

/// The option that gives a policy which was not read.
fn option_of(key: &str) -> Option<&'static str> {
    Some(match key {
        RESOURCE_POLICY => "--resource-policy-file FILE",
        SERVICE_CONTROL => "--service-control-policy-file FILE",
        RESOURCE_CONTROL => "--resource-control-policy-file FILE",
        SESSION => "--session-policy-file FILE",
        _ => return None,
    })
}

fn settle(key: &str, action: &str) -> String {
    match key {
        RESOURCE => "name it with `--resource ARN`".to_owned(),
        NO_SUCH_ACTION => {
            format!("nothing is known of the service as of {}", aws_model::data_date())
        }
        key if is_not_vouched_for(action, key) => format!(
            "AWS says that a condition on `{key}` has no reliable results with `{action}`: name the \
             roles under `Resource` instead"
        ),
        RESOURCE_ACCOUNT => {
            format!("say whose it is with `--context {RESOURCE_ACCOUNT}=VALUE`")
        }
        EVERYBODY_ELSE => {
            "AWS does not support it there: name who is let in under `Principal`".to_owned()
        }
        key if key.starts_with(EMPTY_VALUE) => {
            "AWS does not say for every condition: try the call itself".to_owned()
        }
        key if key.starts_with(UNREADABLE_VALUE) => {
            "`fed-cli policy lint` names the value: write it as its operator reads it".to_owned()
        }
        A_DENY => "AWS says that no policy controls it: try the call itself".to_owned(),
        ROOT_ACCESS => "its organization says so: `aws organizations \
                        list-delegated-administrators --service-principal iam.amazonaws.com`"
            .to_owned(),
        key if key.starts_with(SHARED) => {
            format!("ask {key}: what is shared is used by the policies of the principal alone")
        }
        key if key.starts_with("whether resource control") => format!(
            "AWS did not list the service for them on {RESOURCE_CONTROL_LIST}, and the list grows: \
             look {key} by now"
        ),
        key if key.starts_with("whether the call needs") => {
            "AWS does not say for every service: allow it, too".to_owned()
        }
        key if !key.contains(':') => {
            format!("{key} must be allowed too: explain it with `--resource` of one")
        }
        key => {
            format!("say what it is with `--context {key}=VALUE`, or `--context-absent {key}`")
        }
    }
}

fn stop_denying(statement: &DecidingStatement) -> String {
    format!(
        "{} (line {}) of the {} `{}` must no longer deny it",
        statement.label(),
        statement.line,
        statement.kind.name(),
        statement.policy
    )
}

/// What the policies of one type would need. `None` where they allow already, or where there
/// are none and none is needed.
fn allow(explanation: &Explanation, question: &Question<'_>, kind: PolicyKind) -> Option<String> {
    let of_kind = || explanation.statements.iter().filter(move |statement| statement.kind == kind);
    if kind != PolicyKind::Identity && of_kind().next().is_none() {
        return None;
    }
    let allows = || of_kind().filter(|statement| statement.effect == Effect::Allow);
    if allows().any(|statement| statement.applies == Truth::True) {
        return None;
    }
    let near = allows()
        .filter(|statement| statement.action && statement.resource == Truth::True)
        .min_by_key(|statement| statement.obstacles());
    Some(match near {
        Some(statement) => relax(statement),
        None => add(question, kind),
    })
}

/// Everything but conditions fits: they are what to change.
fn relax(statement: &StatementTrace) -> String {
    let changes: Vec<String> = statement
        .conditions
        .iter()
        .filter(|condition| condition.outcome != Truth::True)
        .map(change)
        .collect();
    format!("in the {} `{}`: {}", statement.kind.name(), statement.policy, changes.join("; and "))
}

/// A statement that allows this and nothing else.
fn add(question: &Question<'_>, kind: PolicyKind) -> String {
    let (action, resource) = (json!(question.action), json!(question.resource));
    let statement =
        format!("{{\"Effect\": \"Allow\", \"Action\": {action}, \"Resource\": {resource}}}");
    let place = match kind {
        PolicyKind::Identity => format!("a policy of `{}`", question.actor.name()),
        kind => format!("the {}", kind.name()),
    };
    format!("add to {place}: `{statement}`")
}
