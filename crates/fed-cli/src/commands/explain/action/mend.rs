//! The smallest change of the policies that would allow the action.

use iam_policy::{
    DecidingStatement, Effect, Explanation, PolicyKind, StatementTrace, Truth, Verdict,
};
use serde_json::json;

use super::Question;
use super::condition::change;
use super::doubt::{NO_SUCH_ACTION, RESOURCE, RESOURCE_POLICY};

/// The changes in words, one a policy type that stands in the way. Empty when it is allowed.
pub(super) fn smallest(explanation: &Explanation, question: &Question<'_>) -> Vec<String> {
    match explanation.verdict {
        Verdict::Allowed => Vec::new(),
        Verdict::CannotTell => explanation.unsettled.iter().map(|key| settle(key)).collect(),
        Verdict::Denied => {
            let denying = explanation.answer.deciding.iter();
            let mut mends: Vec<String> = denying.map(stop_denying).collect();
            for kind in [PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session] {
                mends.extend(allow(explanation, question, kind));
            }
            if mends.is_empty() {
                mends.extend(explanation.answer.because(question.action).map(|because| {
                    format!("it is denied {because}: whoever keeps that policy must allow it")
                }));
            }
            mends
        }
    }
}

fn settle(key: &str) -> String {
    match key {
        RESOURCE => "name it with `--resource ARN`".to_owned(),
        RESOURCE_POLICY => "give it with `--resource-policy-file FILE`".to_owned(),
        NO_SUCH_ACTION => {
            format!("nothing is known of the service as of {}", aws_model::data_date())
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
