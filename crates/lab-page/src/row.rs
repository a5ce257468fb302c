//! One decision in a line.

use askama::Template;
use iam_gate::{DecisionRecord, Verdict};

/// What is told of a decision in a line.
pub(crate) struct Row {
    pub(crate) id: String,
    /// RFC 3339.
    pub(crate) time: String,
    /// The time of day.
    pub(crate) clock: String,
    pub(crate) kind: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) principal: String,
    pub(crate) why: String,
}

impl Row {
    pub(crate) fn of(record: &DecisionRecord) -> Self {
        let time = record.time.to_string();
        let clock = time.split_once('T').map_or(time.as_str(), |(_, clock)| clock);
        let or = |text: &Option<String>, other: &str| text.clone().unwrap_or_else(|| other.into());
        Self {
            id: record.request_id.clone(),
            clock: clock.trim_end_matches('Z').to_owned(),
            time,
            kind: kind(record.decision),
            verdict: verdict(record.decision, record.enforced),
            action: or(&record.action, "a request that could not be read"),
            resource: or(&record.resource, "–"),
            principal: or(&record.principal, "nobody who is known"),
            why: why(record),
        }
    }
}

/// A denial's reason, else the error that the emulator answered with.
fn why(record: &DecisionRecord) -> String {
    let reason = record.reason.as_ref().filter(|_| record.decision != Verdict::Allowed);
    reason.or(record.code.as_ref()).cloned().unwrap_or_default()
}

/// The class of a verdict's colour.
pub const fn kind(decision: Verdict) -> &'static str {
    match decision {
        Verdict::Allowed => "allowed",
        Verdict::ExplicitlyDenied | Verdict::ImplicitlyDenied => "denied",
        Verdict::Refused => "refused",
    }
}

/// A verdict in words; not enforced, it was let through all the same.
pub const fn verdict(decision: Verdict, enforced: bool) -> &'static str {
    match (decision, enforced) {
        (Verdict::Allowed, _) => "allowed",
        (Verdict::ExplicitlyDenied, true) => "denied by a Deny",
        (Verdict::ImplicitlyDenied, true) => "denied",
        (Verdict::Refused, true) => "refused",
        (Verdict::ExplicitlyDenied | Verdict::ImplicitlyDenied, false) => "denied, let through",
        (Verdict::Refused, false) => "refused, let through",
    }
}

#[derive(Template)]
#[template(path = "row.html")]
struct RowTemplate {
    row: Row,
}

/// The row of a decision, as the page of all has it, on one line.
///
/// # Errors
/// As for every page.
pub fn row(record: &DecisionRecord) -> Result<String, askama::Error> {
    let html = RowTemplate { row: Row::of(record) }.render()?;
    Ok(html.replace(['\n', '\r'], " "))
}
