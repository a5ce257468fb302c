//! How proposed changes look: in words, as a diff, for a program.

use std::fmt::Write as _;

use iam_policy::PolicyKind;
use iam_policy::lint::{Severity, lint};
use iam_policy::mend::{Mend, Remedy, pretty};
use serde_json::{Value, json};
use similar::TextDiff;

/// Strangers named in one line.
const NAMED: usize = 3;

/// What can be done, for a person.
pub(super) fn text(remedy: &Remedy, document: &str) -> String {
    match remedy {
        Remedy::Mends(mends) => mends.iter().map(|mend| one(mend, document)).collect(),
        Remedy::Forbidden { line, .. } => {
            format!("\nsomebody forbade it here, on purpose: line {line}\n")
        }
        Remedy::Elsewhere(_) => {
            "\nno change of the trust policy helps: it is not what stops the token\n".to_owned()
        }
        Remedy::NoneProved => {
            "\nno change was found that admits this token and nobody else\n".to_owned()
        }
    }
}

fn one(mend: &Mend, document: &str) -> String {
    let mut text = format!("\nto admit it: {}\n", mend.changes.join("; and "));
    let _ = match mend.widens() {
        false => writeln!(text, "tried: it admits this token, and no token like it of others"),
        true => writeln!(text, "tried: it lets in others as well: {}", named(&mend.lets_in)),
    };
    let before = pretty(document).unwrap_or_else(|| document.to_owned());
    let diff = TextDiff::from_lines(&before, &mend.document);
    let _ = write!(text, "{}", diff.unified_diff().context_radius(2).header("now", "mended"));
    for note in notes(document, &mend.document) {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// What lint says of the changed document that it does not say of the one before.
fn notes(before: &str, after: &str) -> Vec<String> {
    let told = |text: &str| -> Vec<String> {
        let findings = lint(text, PolicyKind::Trust).into_iter();
        let findings = findings.filter(|finding| finding.severity != Severity::Suggestion);
        findings.map(|finding| finding.message).collect()
    };
    let known = told(before);
    told(after).into_iter().filter(|message| !known.contains(message)).collect()
}

fn named(strangers: &[String]) -> String {
    let shown = strangers.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match strangers.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What can be done, for a program.
pub(super) fn json(remedy: &Remedy, document: &str) -> Value {
    let Remedy::Mends(mends) = remedy else { return json!([]) };
    let mends = mends.iter().map(|mend| {
        json!({
            "changes": mend.changes,
            "document": serde_json::from_str::<Value>(&mend.document).unwrap_or_default(),
            "patch": mend.patch,
            "lets_in": mend.lets_in,
            "notes": notes(document, &mend.document),
        })
    });
    Value::Array(mends.collect())
}
