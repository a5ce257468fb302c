//! What is wrong with a policy's text, and what a careful person would not write.

pub use crate::finding::{Finding, Severity};
use crate::json;
use crate::policy::PolicyKind;

/// Everything there is to say about a policy's text, in the order of its lines.
pub fn lint(text: &str, kind: PolicyKind) -> Vec<Finding> {
    let node = match json::read(text) {
        Ok(node) => node,
        Err(fault) => return vec![Finding::of_fault(text, fault)],
    };
    let (_, faults) = crate::document::compile(&node, kind);
    let mut findings: Vec<_> =
        faults.into_iter().map(|fault| Finding::of_fault(text, fault)).collect();
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

/// The text with its JSON mended (a missing bracket or comma, a trailing comma, a
/// comment, …), or `None` when there is nothing to mend or the mend is not evident.
pub fn mend(text: &str) -> Option<String> {
    json::mend(text)
}
