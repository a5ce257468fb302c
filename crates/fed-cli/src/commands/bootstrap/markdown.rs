//! A plan as Markdown, for a review.

use std::fmt::Write as _;

use fed_types::RoleArn;
use iam_bootstrap::{Change, Plan};

use super::show::pretty;
use crate::render;

/// A heading, a line that sums up, each change, its documents as a difference, the notes.
pub(super) fn plan(plan: &Plan, role: &RoleArn) -> String {
    let mut text = format!("### Plan for `{role}`\n\n{}\n", summary(&plan.changes));
    for change in &plan.changes {
        let _ = write!(text, "\n- **{}** {change}\n", word(change));
        let (before, after) = match change.documents() {
            Some((Some(from), to)) => (Some(pretty(from)), pretty(to)),
            Some((None, to)) => (None, to.to_owned()),
            None => continue,
        };
        let difference = match &before {
            Some(before) => render::difference(Some(before), &after, ""),
            None => after.lines().map(|line| format!("+ {line}\n")).collect(),
        };
        // Longer than any fence in the documents.
        let longest = difference.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = write!(text, "\n  {fence}diff\n");
        for line in difference.lines() {
            let _ = writeln!(text, "  {line}");
        }
        let _ = writeln!(text, "  {fence}");
    }
    if !plan.notes.is_empty() {
        text.push('\n');
    }
    for note in &plan.notes {
        let _ = writeln!(text, "> note: {note}");
    }
    text
}

fn word(change: &Change) -> &'static str {
    match change.sign() {
        '+' => "add",
        '-' => "remove",
        _ => "change",
    }
}

fn summary(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing to change.".to_owned();
    }
    let count = |sign: char| changes.iter().filter(|change| change.sign() == sign).count();
    format!("{} to add, {} to change, {} to remove.", count('+'), count('~'), count('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_cannot_end_its_fence() {
        let role: RoleArn = "arn:aws:iam::278805249149:role/r".parse().unwrap();
        let to = "{\"Sid\": \"```\\n\"}\n````".to_owned();
        let (name, policy) = ("r".to_owned(), "p".to_owned());
        let changes = vec![Change::PutRolePolicy { role: name, policy, from: None, to }];
        let text = plan(&Plan { changes, ..Plan::default() }, &role);
        assert!(text.contains("\n  `````diff\n"), "{text}");
        assert!(text.contains("\n1 to add, 0 to change, 0 to remove.\n"), "{text}");
    }
}
