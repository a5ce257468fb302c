//! What was learned, in words and as JSON.

use fed_lab::PrincipalUsage;
use fed_types::printable_line;
use learned_policy::{Document, Learned, Used, learn, resource_policies, trust_policy};
use serde_json::{Map, Value, json};

use super::Lesson;
use super::prove::Proof;
use crate::command::suite::Run;

/// Lines of one kind; more are counted.
const LINES: usize = 20;

/// Says what was seen besides what is printed.
pub(super) fn tell(run: &Run, learned: &Learned) {
    let none = PrincipalUsage::default();
    let own = run.usage.principals.get(&run.role_arn).unwrap_or(&none);
    let statements: usize = learned.documents.iter().map(|it| it.statements.len()).sum();
    let size: usize = learned.documents.iter().map(Document::size).sum();
    say(&format!(
        "learned: {} calls, {} permissions, {statements} statements, {size} characters",
        own.calls,
        own.used.len()
    ));
    for note in &learned.notes {
        say(&format!("note: {note}"));
    }
    lines(
        "left out, the calls failed",
        own.failed.iter().map(|(it, code)| format!("{} on {} ({code})", it.action, it.resource)),
    );
    lines(
        "denied, though the role may do everything",
        own.denied.iter().map(|(it, why)| format!("{} on {}: {why}", it.action, it.resource)),
    );
    lines(
        "refused, not by a policy",
        own.refused.iter().map(|(action, why)| format!("{action}: {why}")),
    );
    let others = run.usage.principals.iter().filter(|(arn, _)| **arn != run.role_arn);
    lines(
        "also acted (see --report)",
        others.map(|(arn, usage)| match arn.ends_with(":root") {
            true => format!("{arn}: {} calls; no policy bears on an account's root", usage.calls),
            false => format!("{arn}: {} calls, {} permissions", usage.calls, usage.used.len()),
        }),
    );
}

/// Says how the proof went.
pub(super) fn tell_proof(proof: &Proof) {
    lines(
        "learned only under the policy, since the command goes by it",
        proof.added.iter().cloned(),
    );
    let denied = proof.denied.iter().map(|(what, why)| format!("{what}: {why}"));
    match proof.passes {
        true => {
            say("proof: passes under the policy");
            lines("denied, and it went on", denied);
        }
        false => {
            for line in proof.said.lines() {
                anstream::eprintln!("  | {}", printable_line(line));
            }
            say("proof: FAILS under the policy");
            lines("denied", denied);
            if !proof.denied.is_empty() {
                anstream::eprintln!(
                    "\nhint: names that differ from run to run are covered by --generalise \
                     random-suffixes"
                );
            }
        }
    }
    for without in &proof.without {
        let word = if without.needed { "needed" } else { "NOT SHOWN NEEDED" };
        say(&format!(
            "  statement {}: {word}: without {}: {}",
            without.statement, without.left_out, without.why
        ));
    }
    if !proof.without.is_empty() {
        let needed = proof.without.iter().filter(|it| it.needed).count();
        say(&format!("proof: {needed} of {} parts are needed", proof.without.len()));
    }
}

fn lines(heading: &str, all: impl Iterator<Item = String>) {
    let all: Vec<String> = all.collect();
    for line in all.iter().take(LINES) {
        say(&format!("{heading}: {line}"));
    }
    if all.len() > LINES {
        say(&format!("{heading}: … and {} more", all.len() - LINES));
    }
}

fn say(line: &str) {
    anstream::eprintln!("{}", printable_line(line));
}

/// All of it, as one object.
pub(super) fn json(
    lesson: &Lesson<'_>,
    run: &Run,
    learned: &Learned,
    proof: Option<&Proof>,
) -> String {
    format!("{:#}\n", report(lesson, run, learned, proof))
}

fn report(lesson: &Lesson<'_>, run: &Run, learned: &Learned, proof: Option<&Proof>) -> Value {
    let usage = &run.usage;
    let principals: Map<String, Value> = usage
        .principals
        .iter()
        .map(|(arn, own)| {
            let own_policies = match *arn == run.role_arn {
                true => learned.clone(),
                false => learn(own.used.clone(), &lesson.rules),
            };
            (arn.clone(), principal(own, &own_policies))
        })
        .collect();
    let trust: Map<String, Value> = usage
        .trusted
        .iter()
        .filter_map(|(role, trusted)| Some((role.clone(), trust_policy(trusted)?)))
        .collect();
    let used: Vec<Used<'_>> = usage
        .principals
        .iter()
        .map(|(arn, own)| Used { principal: arn, permissions: &own.used })
        .collect();
    let resources = match lesson.options.resource_policies {
        true => json!(resource_policies(&used, &lesson.rules)),
        false => Value::Null,
    };
    json!({
        "role": run.role_arn,
        "exit_code": run.code,
        "principals": principals,
        "trust_policies": trust,
        "resource_policies": resources,
        "proof": proof,
    })
}

fn principal(usage: &PrincipalUsage, learned: &Learned) -> Value {
    let named = |(it, why): (&learned_policy::Permission, &String)| json!({ "action": it.action, "resource": it.resource, "why": why });
    json!({
        "calls": usage.calls,
        "policies": learned.documents.iter().map(Document::to_json).collect::<Vec<_>>(),
        "notes": learned.notes,
        "left_out": usage.failed.iter().map(named).collect::<Vec<_>>(),
        "denied": usage.denied.iter().map(named).collect::<Vec<_>>(),
        "refused": usage.refused,
    })
}
