//! How explanations of actions look.

use std::fmt::Write as _;

use iam_policy::{DecidingStatement, StatementTrace, Truth, Verdict};
use serde_json::{Value, json};

use super::super::show::{condition_json, condition_text, effect, sign, truth, verdict_word};
use super::checked_on::CheckedType;
use super::{Explained, Question, mend, whole};

/// For a person: for each resource the verdict, what decided, the statements that bear on the
/// action with every condition, and the mend; then what was not looked at.
pub(super) fn text(explained: &[Explained<'_>], notes: &[String]) -> String {
    let mut text = String::new();
    if explained.len() > 1 {
        let verdict = super::super::show::verdict(whole(explained));
        let count = explained.len();
        let what =
            match explained.iter().all(|it| it.question.action == explained[0].question.action) {
                true => format!("is on {count} resources"),
                false => format!("needs {count} permissions"),
            };
        let _ = writeln!(text, "{verdict}: the call {what}\n");
    }
    let each: Vec<String> = explained.iter().map(one_text).collect();
    text.push_str(&each.join("\n"));
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn one_text(explained: &Explained<'_>) -> String {
    let Explained { question, explanation, on_types, by_what_was_read } = explained;
    let Question { actor, action, resource, .. } = question;
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
    if (explanation.verdict, *by_what_was_read) == (Verdict::CannotTell, Verdict::Allowed) {
        text.push_str("the policies that were read allow it\n");
    }
    types_text(on_types, &mut text);
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
    text
}

/// Each of the types that a call is checked on, and what the policies that were read say of it.
fn types_text(on_types: &[(CheckedType, Verdict)], text: &mut String) {
    if on_types.is_empty() {
        return;
    }
    let (always, named): (Vec<_>, Vec<_>) = on_types.iter().partition(|(one, _)| one.always);
    let count = always.len();
    let _ = writeln!(text, "the call is checked on {count} types of resources, all of them needed");
    type_rows(&always, text);
    if !named.is_empty() {
        text.push_str("and on each of these that it names\n");
        type_rows(&named, text);
    }
}

fn type_rows(on_types: &[&(CheckedType, Verdict)], text: &mut String) {
    for (one, verdict) in on_types {
        let verdict = super::super::show::verdict(*verdict);
        let _ = writeln!(text, "  {verdict:<11}  {} `{}`", one.name, one.resources);
    }
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
    if statement.principal != Truth::True {
        let _ = writeln!(text, "  {}  Principal", sign(statement.principal));
    }
    let _ = writeln!(text, "  {}  Resource", sign(statement.resource));
    for condition in &statement.conditions {
        condition_text(condition, "request has", text);
    }
}

/// For a program: one object, or for several resources one with a list of such.
pub(super) fn json(explained: &[Explained<'_>], notes: &[String]) -> Value {
    if let [one] = explained {
        let mut object = one_json(one);
        object["notes"] = json!(notes);
        return object;
    }
    json!({
        "verdict": verdict_word(whole(explained)),
        "resources": explained.iter().map(one_json).collect::<Vec<_>>(),
        "notes": notes,
    })
}

fn one_json(explained: &Explained<'_>) -> Value {
    let Explained { question, explanation, .. } = explained;
    let deciding: Vec<Value> = match explanation.verdict {
        Verdict::CannotTell => Vec::new(),
        _ => explanation.answer.deciding.iter().map(deciding_json).collect(),
    };
    let statements: Vec<Value> = explanation.statements.iter().map(statement_json).collect();
    let type_json = |(one, verdict): &(CheckedType, Verdict)| {
        json!({
            "type": one.name,
            "resources": one.resources,
            "needed": if one.always { "always" } else { "where_named" },
            "verdict": verdict_word(*verdict),
        })
    };
    json!({
        "verdict": verdict_word(explanation.verdict),
        "resource_types": explained.on_types.iter().map(type_json).collect::<Vec<_>>(),
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
        "principal": truth(statement.principal),
        "action": statement.action,
        "resource": truth(statement.resource),
        "conditions": conditions,
        "applies": truth(statement.applies),
    })
}
