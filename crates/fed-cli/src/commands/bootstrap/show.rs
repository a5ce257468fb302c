//! How plans look.

use std::fmt::Write as _;

use iam_bootstrap::Plan;

use crate::arguments::OutputFormat;
use crate::context::Context;
use crate::{Failure, render};

/// Prints the plan: one line a change, documents as a difference, then the notes.
pub(super) fn plan(context: Context<'_>, plan: &Plan, output: OutputFormat) -> Result<(), Failure> {
    match output {
        OutputFormat::Json => context.data(&render::json(plan)),
        OutputFormat::Text => context.data(&text(plan)),
    }
}

/// The plan for a person.
pub(super) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let _ = writeln!(text, "{} {change}", change.sign());
        match change.documents() {
            Some((Some(from), to)) => {
                text.push_str(&render::difference(Some(&pretty(from)), &pretty(to), "    "));
            }
            Some((None, to)) => text.push_str(&render::difference(None, to, "    ")),
            None => {}
        }
    }
    for note in &plan.notes {
        let _ = writeln!(text, "note: {note}");
    }
    for obstacle in &plan.in_the_way {
        let _ = writeln!(text, "in the way: {obstacle}");
    }
    if plan.changes.is_empty() && plan.in_the_way.is_empty() {
        text.push_str("nothing to change\n");
    }
    text
}

/// The same layout for both sides, so that only contents differ.
pub(super) fn pretty(document: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(document) {
        Ok(value) => render::json(&value).trim_end().to_owned(),
        Err(_) => document.to_owned(),
    }
}
