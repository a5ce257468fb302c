//! How explanations look.

use std::fmt::Write as _;

use iam_policy::lint::{Severity, lint};
use iam_policy::mend::Remedy;
use iam_policy::sts::{OpenQuestion, Outcome, Report, Step};
use iam_policy::web_identity::{ACTION, Cause, Found as Known, Question, causes};
use iam_policy::{ConditionTrace, Effect, Found, PolicyKind, StatementTrace, Truth, Verdict};
use serde_json::{Value, json};

use super::facts::Facts;
use super::mend;

/// What there is to tell.
pub(super) struct Told<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) report: &'a Report<Known>,
    pub(super) remedy: Option<Remedy>,
    pub(super) facts: &'a Facts,
}

/// For a person: STS's answer, the causes, every statement with every condition, the document
/// they refer to, then the mend.
pub(super) fn text(told: &Told<'_>) -> String {
    let role = told.facts.role_arn();
    let subject = subject(told.report);
    let outcome = told.report.outcome();
    let mut text = match &outcome {
        Outcome::Allowed => format!("allowed: STS lets `{subject}` assume `{role}`\n"),
        Outcome::Denied { denial, unless } => {
            let mut text = format!(
                "denied: STS does not let `{subject}` assume `{role}`\n  {} ({}): {}\n  at the \
                 check of the {}\n",
                denial.code,
                denial.status,
                denial.message,
                denial.check.name()
            );
            if !unless.is_empty() {
                let _ = writeln!(text, "  unless it ends before: {}", questions(unless));
            }
            text
        }
        Outcome::CannotTell(open) => {
            let mut text = format!(
                "cannot tell whether STS lets `{subject}` assume `{role}`, because it is open\n"
            );
            for open in open {
                let _ = writeln!(text, "  {}", open.question);
            }
            text
        }
    };
    for (index, cause) in causes(told.question, told.report).iter().enumerate() {
        let place = cause.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let title = if index == 0 { "\ncauses, in the order to mend them\n" } else { "" };
        let _ = writeln!(text, "{title}  {}. {place}{}", index + 1, cause.text);
    }
    trust_text(told, &mut text);
    for note in notes(told) {
        let _ = writeln!(text, "note: {note}");
    }
    if let Some(remedy) = &told.remedy {
        text.push_str(&mend::text(remedy, told.facts.document()));
    }
    text
}

fn subject(report: &Report<Known>) -> String {
    let Some(token) = &report.found.token else { return "this token".to_owned() };
    match token.claims.text("email") {
        Some(email) => format!("{email}` with the sub `{}", token.subject),
        None => token.subject.clone(),
    }
}

fn questions(open: &[OpenQuestion]) -> String {
    open.iter().map(|open| open.question.as_str()).collect::<Vec<_>>().join("; ")
}

/// The trust policy with its lines, and how its statements fare.
fn trust_text(told: &Told<'_>, text: &mut String) {
    let Some(trust) = told.report.obstacle().or(told.report.trust.first()) else { return };
    text.push_str("\nthe trust policy\n");
    for (index, line) in told.facts.document().lines().enumerate() {
        let _ = writeln!(text, "{:>4} | {line}", index + 1);
    }
    let _ = writeln!(text, "\nasked for `{}`", trust.action);
    for statement in &trust.explanation.statements {
        statement_text(statement, text);
    }
}

/// What else the trust policy lets in, and what IAM would not take.
fn notes(told: &Told<'_>) -> Vec<String> {
    lint(told.facts.document(), PolicyKind::Trust)
        .into_iter()
        .filter(|finding| finding.severity != Severity::Suggestion)
        .map(|finding| format!("line {}: {}", finding.line, finding.message))
        .collect()
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
    let _ = writeln!(text, "  {}  Principal", sign(statement.principal));
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
pub(super) fn json(told: &Told<'_>) -> Value {
    let outcome = told.report.outcome();
    let (verdict, error, open) = match &outcome {
        Outcome::Allowed => ("allowed", Value::Null, &[][..]),
        Outcome::Denied { denial, unless } => {
            let error = json!({
                "status": denial.status,
                "code": denial.code,
                "message": denial.message,
                "check": denial.check.name(),
            });
            ("denied", error, unless.as_slice())
        }
        Outcome::CannotTell(open) => {
            (verdict_word(Verdict::CannotTell), Value::Null, open.as_slice())
        }
    };
    let trust = told.report.obstacle().or(told.report.trust.first());
    let statements: Vec<Value> =
        trust.iter().flat_map(|trust| &trust.explanation.statements).map(statement_json).collect();
    let causes: Vec<Value> = causes(told.question, told.report).iter().map(cause_json).collect();
    let checks: Vec<Value> = told
        .report
        .steps
        .iter()
        .map(|(check, step)| json!({"check": check.name(), "result": result(step)}))
        .collect();
    json!({
        "verdict": verdict,
        "role_arn": told.facts.role_arn(),
        "action": trust.map_or(ACTION, |trust| trust.action),
        "error": error,
        "open": open.iter().map(|open| &open.question).collect::<Vec<_>>(),
        "checks": checks,
        "causes": causes,
        "unsettled": trust.map(|trust| &trust.explanation.unsettled),
        "trust_policy": told.facts.document(),
        "statements": statements,
        "notes": notes(told),
        "mends": told.remedy.as_ref().map_or_else(
            || json!([]),
            |remedy| mend::json(remedy, told.facts.document()),
        ),
    })
}

fn result(step: &Step) -> &'static str {
    match step {
        Step::Passed => "passed",
        Step::Failed(_) => "failed",
        Step::Open(_) => "open",
        Step::Unreached => "not reached",
    }
}

fn cause_json(cause: &Cause) -> Value {
    json!({"line": cause.line, "text": cause.text})
}

fn statement_json(statement: &StatementTrace) -> Value {
    let conditions: Vec<Value> = statement.conditions.iter().map(condition_json).collect();
    json!({
        "sid": statement.sid,
        "index": statement.index,
        "line": statement.line,
        "effect": effect(statement.effect),
        "principal": truth(statement.principal),
        "action": statement.action,
        "conditions": conditions,
        "applies": truth(statement.applies),
    })
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Denied => "denied",
        Verdict::CannotTell => "cannot tell",
    }
}

/// For a program: one word.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Denied => "denied",
        Verdict::CannotTell => "cannot-tell",
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
