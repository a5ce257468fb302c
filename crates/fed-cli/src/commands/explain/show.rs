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
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
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
    let _ = writeln!(text, "  {}  Principal", sign(statement.principal));
    let _ = writeln!(text, "  {}  Action", sign(statement.action));
    for condition in &statement.conditions {
        condition_text(condition, text);
    }
}

fn sign(met: bool) -> &'static str {
    if met { "met    " } else { "not met" }
}

fn condition_text(condition: &ConditionTrace, text: &mut String) {
    let outcome = match condition.outcome {
        Truth::Unknown => "unknown",
        outcome => sign(outcome == Truth::True),
    };
    let _ = writeln!(
        text,
        "  {outcome}  {} {} (line {})\n             asked for: {}\n             token has: {}",
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
    let truth = |truth: Truth| match truth {
        Truth::True => Value::Bool(true),
        Truth::False => Value::Bool(false),
        Truth::Unknown => Value::Null,
    };
    let statements: Vec<Value> = explanation
        .statements
        .iter()
        .map(|statement| {
            let conditions: Vec<Value> = statement
                .conditions
                .iter()
                .map(|condition| {
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
                })
                .collect();
            json!({
                "sid": statement.sid,
                "index": statement.index,
                "line": statement.line,
                "effect": if statement.effect == Effect::Allow { "Allow" } else { "Deny" },
                "principal": statement.principal,
                "action": statement.action,
                "conditions": conditions,
                "applies": truth(statement.applies),
            })
        })
        .collect();
    json!({
        "verdict": match explanation.verdict {
            Verdict::Allowed => "allowed",
            Verdict::Denied => "denied",
            Verdict::CannotTell => "cannot tell",
        },
        "role_arn": role,
        "action": super::ACTION,
        "unsettled": explanation.unsettled,
        "statements": statements,
        "mend": (explanation.verdict == Verdict::Denied).then(|| mend::smallest(explanation)),
    })
}
