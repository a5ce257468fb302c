//! The smallest change of the trust policy that would admit the token.

use iam_policy::{ConditionTrace, Effect, Explanation, Found, StatementTrace, Truth};

/// The change in words. Of several statements the one that comes nearest is changed; a
/// Deny that applies has to go first.
pub(super) fn smallest(explanation: &Explanation) -> String {
    let denying = explanation
        .statements
        .iter()
        .find(|statement| statement.effect == Effect::Deny && statement.applies == Truth::True);
    if let Some(statement) = denying {
        return format!("the Deny statement on line {} must no longer apply to it", statement.line);
    }
    match explanation.nearest_allow() {
        None => "add an Allow statement: `fed-cli bootstrap plan` shows one".to_owned(),
        Some(statement) => {
            let changes = changes(statement);
            if changes.is_empty() {
                "add an Allow statement: `fed-cli bootstrap plan` shows one".to_owned()
            } else {
                changes.join("; and ")
            }
        }
    }
}

fn changes(statement: &StatementTrace) -> Vec<String> {
    let mut changes = Vec::new();
    if !statement.principal {
        changes.push(format!(
            "name the token's issuer under `Principal`: `Federated` on line {}",
            statement.line
        ));
    }
    if !statement.action {
        changes.push(format!(
            "add `{}` to `Action` of the statement on line {}",
            super::ACTION,
            statement.line
        ));
    }
    changes.extend(
        statement
            .conditions
            .iter()
            .filter(|condition| condition.outcome != Truth::True)
            .map(|condition| change(condition, "token")),
    );
    changes
}

/// How a condition would have to be for what `whose` (the token, the request) has.
pub(super) fn change(condition: &ConditionTrace, whose: &str) -> String {
    let ConditionTrace { operator, key, line, required, found, .. } = condition;
    match found {
        Found::Values(values)
            if required.iter().any(|value| value.contains(['*', '?']))
                && operator.starts_with("StringEquals") =>
        {
            format!(
                "on line {line}, `{operator}` takes `*` and `?` literally: write `StringLike`, or \
                 `{key}` as `{}`",
                values.join("`, `")
            )
        }
        Found::Values(values) if operator.contains("Not") => {
            format!("on line {line}, take `{}` out of `{key}`", values.join("`, `"))
        }
        Found::Values(values) => {
            format!("on line {line}, add `{}` to `{key}`", values.join("`, `"))
        }
        Found::Absent | Found::Unknown => {
            format!("the {whose} has no `{key}`: take the condition on line {line} out")
        }
    }
}
