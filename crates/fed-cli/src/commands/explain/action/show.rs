//! How explanations of actions look.

use std::fmt::Write as _;

use iam_policy::{DecidingStatement, Explanation, StatementTrace, Truth, Verdict};
use serde_json::{Value, json};

use super::super::show::{condition_json, condition_text, effect, sign, truth};
use super::{Question, mend};

/// For a person: the verdict, what decided, the statements that bear on the action with every
/// condition, the mend, and what was not looked at.
pub(super) fn text(explanation: &Explanation, question: &Question<'_>, notes: &[String]) -> String {
    let Question { actor, action, resource } = question;
    let verdict = super::super::show::verdict(explanation.verdict);
    let because = match explanation.verdict {
        Verdict::Denied => explanation.answer.because(action),
        Verdict::Allowed | Verdict::CannotTell => None,
    };
    let because = because.map(|because| format!(", {because}")).unwrap_or_default();
    let mut text =
        format!("{verdict}: `{action}` on `{resource}` by `{}`{because}\n", actor.name());
    if !explanation.unsettled.is_empty() {
        let _ = writeln!(text, "it hangs on `{}`", explanation.unsettled.join("`, `"));
    }
    if explanation.verdict != Verdict::CannotTell {
        for statement in &explanation.answer.deciding {
            let _ = writeln!(text, "decided by {}", deciding_text(statement));
        }
    }
    let bearing = explanation.statements.iter().filter(|statement| statement.action);
    let mut shown = 0;
    for statement in bearing {
        shown += 1;
        text.push('\n');
        statement_text(statement, &mut text);
    }
    let others = explanation.statements.len() - shown;
    if others > 0 {
        let statements = if others == 1 { "statement is" } else { "statements are" };
        let _ = writeln!(text, "\n{others} other {statements} about other actions");
    }
    let mends = mend::smallest(explanation, question);
    if !mends.is_empty() {
        let what = match explanation.verdict {
            Verdict::CannotTell => "to settle it",
            _ => "to allow it",
        };
        let _ = writeln!(text, "\n{what}: {}", mends.join("; and "));
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn deciding_text(statement: &DecidingStatement) -> String {
    let label = match &statement.sid {
        Some(sid) => format!("statement `{sid}`"),
        None => statement.label(),
    };
    format!(
        "{label} (line {}) of the {} `{}`",
        statement.line,
        statement.kind.name(),
        statement.policy
    )
}

fn statement_text(statement: &StatementTrace, text: &mut String) {
    let name = statement.sid.as_ref().map_or_else(
        || format!("statement {}", statement.index + 1),
        |sid| format!("statement `{sid}`"),
    );
    let applies = match statement.applies {
        Truth::True => "applies",
        Truth::False => "does not apply",
        Truth::Unknown => "may apply",
    };
    let _ = writeln!(
        text,
        "{name} (line {}) of the {} `{}`, {}: {applies}",
        statement.line,
        statement.kind.name(),
        statement.policy,
        effect(statement.effect)
    );
    if !statement.principal {
        let _ = writeln!(text, "  {}  Principal", sign(Truth::False));
    }
    let _ = writeln!(text, "  {}  Resource", sign(statement.resource));
    for condition in &statement.conditions {
        condition_text(condition, "request has", text);
    }
}

/// For a program.
pub(super) fn json(explanation: &Explanation, question: &Question<'_>, notes: &[String]) -> Value {
    let deciding: Vec<Value> = match explanation.verdict {
        Verdict::CannotTell => Vec::new(),
        _ => explanation.answer.deciding.iter().map(deciding_json).collect(),
    };
    let statements: Vec<Value> = explanation.statements.iter().map(statement_json).collect();
    json!({
        "verdict": super::super::show::verdict(explanation.verdict),
        "principal": question.actor.name(),
        "action": question.action,
        "resource": question.resource,
        "because": match explanation.verdict {
            Verdict::Denied => explanation.answer.because(question.action),
            _ => None,
        },
        "unsettled": explanation.unsettled,
        "deciding": deciding,
        "statements": statements,
        "mend": mend::smallest(explanation, question),
        "notes": notes,
    })
}

fn deciding_json(statement: &DecidingStatement) -> Value {
    json!({
        "policy_type": statement.kind.name(),
        "policy": statement.policy.as_ref(),
        "sid": statement.sid.as_deref(),
        "index": statement.index,
        "line": statement.line,
        "effect": effect(statement.effect),
    })
}

fn statement_json(statement: &StatementTrace) -> Value {
    let conditions: Vec<Value> = statement.conditions.iter().map(condition_json).collect();
    json!({
        "policy_type": statement.kind.name(),
        "policy": statement.policy,
        "sid": statement.sid,
        "index": statement.index,
        "line": statement.line,
        "effect": effect(statement.effect),
        "principal": statement.principal,
        "action": statement.action,
        "resource": truth(statement.resource),
        "conditions": conditions,
        "applies": truth(statement.applies),
    })
}
