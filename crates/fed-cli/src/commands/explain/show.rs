//! How explanations look.

use std::fmt::Write as _;

use fed_types::{Claims, RoleArn};
use iam_policy::{ConditionTrace, Effect, Explanation, Found, StatementTrace, Truth, Verdict};
use serde_json::{Value, json};

use super::mend;

/// For a person: the verdict, every statement with every condition, then the mend.
pub(super) fn text(explanation: &Explanation, role: &RoleArn, claims: &Claims) -> String {
    let subject = claims.text("email").or(claims.subject()).unwrap_or("this token");
    let verdict = match explanation.verdict {
        Verdict::Allowed => "allowed: the trust policy admits",
        Verdict::Denied => "denied: the trust policy does not admit",
        Verdict::CannotTell => "cannot tell whether the trust policy admits",
    };
    let mut text = format!("{verdict} `{subject}` to `{role}`\n");
    if !explanation.unsettled.is_empty() {
        let _ = writeln!(text, "it hangs on `{}`", explanation.unsettled.join("`, `"));
    }
    for statement in &explanation.statements {
        text.push('\n');
        statement_text(statement, &mut text);
    }
    if explanation.verdict == Verdict::Denied {
        let _ = writeln!(text, "\nto admit it: {}", mend::smallest(explanation));
    }
    text
}

fn statement_text(statement: &StatementTrace, text: &mut String) {
    let effect = effect(statement.effect);
    let name = statement.sid.as_ref().map_or_else(
        || format!("statement {}", statement.index + 1),
        |sid| format!("statement `{sid}`"),
    );
    let applies = match statement.applies {
        Truth::True => "applies",
        Truth::False => "does not apply",
        Truth::Unknown => "may apply",
    };
    let _ = writeln!(text, "{name} (line {}), {effect}: {applies}", statement.line);
    let _ = writeln!(text, "  {}  Principal", sign(met(statement.principal)));
    let _ = writeln!(text, "  {}  Action", sign(met(statement.action)));
    for condition in &statement.conditions {
        condition_text(condition, "token has", text);
    }
}

fn met(met: bool) -> Truth {
    if met { Truth::True } else { Truth::False }
}

pub(super) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    }
}

/// As wide as its longest value.
pub(super) fn sign(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met    ",
        Truth::False => "not met",
        Truth::Unknown => "unknown",
    }
}

/// The condition, what it asks for, and after `has` what is there.
pub(super) fn condition_text(condition: &ConditionTrace, has: &str, text: &mut String) {
    let outcome = sign(condition.outcome);
    let _ = writeln!(
        text,
        "  {outcome}  {} {} (line {})\n             asked for: {}\n             {has}: {}",
        condition.operator,
        condition.key,
        condition.line,
        condition.required.join(", "),
        match &condition.found {
            Found::Values(values) => values.join(", "),
            Found::Absent => "nothing".to_owned(),
            Found::Unknown => "unknown".to_owned(),
        }
    );
}

/// For a program.
pub(super) fn json(explanation: &Explanation, role: &RoleArn) -> Value {
    let statements: Vec<Value> = explanation
        .statements
        .iter()
        .map(|statement| {
            let conditions: Vec<Value> = statement.conditions.iter().map(condition_json).collect();
            json!({
                "sid": statement.sid,
                "index": statement.index,
                "line": statement.line,
                "effect": effect(statement.effect),
                "principal": statement.principal,
                "action": statement.action,
                "conditions": conditions,
                "applies": truth(statement.applies),
            })
        })
        .collect();
    json!({
        "verdict": verdict(explanation.verdict),
        "role_arn": role,
        "action": super::ACTION,
        "unsettled": explanation.unsettled,
        "statements": statements,
        "mend": (explanation.verdict == Verdict::Denied).then(|| mend::smallest(explanation)),
    })
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Denied => "denied",
        Verdict::CannotTell => "cannot tell",
    }
}

/// `null` where it is not known.
pub(super) fn truth(truth: Truth) -> Value {
    match truth {
        Truth::True => Value::Bool(true),
        Truth::False => Value::Bool(false),
        Truth::Unknown => Value::Null,
    }
}

pub(super) fn condition_json(condition: &ConditionTrace) -> Value {
    json!({
        "operator": condition.operator,
        "key": condition.key,
        "line": condition.line,
        "required": condition.required,
        "found": match &condition.found {
            Found::Values(values) => json!(values),
            Found::Absent => json!([]),
            Found::Unknown => Value::Null,
        },
        "met": truth(condition.outcome),
    })
}
