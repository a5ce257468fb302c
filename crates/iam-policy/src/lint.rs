//! What is wrong with a policy's text, and what a careful person would not write.
//!
//! Errors are what IAM itself rejects; warnings are accepted by IAM but let in more, or
//! less, than they seem to; suggestions are about saying it better.

mod actions;
mod condition_keys;
mod conditions;
mod dead_values;
mod principals;
mod resources;
mod traps;
mod trust;
mod view;
mod vocabulary;

pub use crate::code::{Code, Example};
pub use crate::finding::Finding;
use crate::json::{self, Node, Value};
use crate::policy_kind::PolicyKind;
pub use crate::severity::Severity;
use view::View;

/// The most findings about one text: beyond, the rest is left unsaid.
pub const MAX_FINDINGS: usize = 200;

/// Everything there is to say about a policy's text (up to [`MAX_FINDINGS`] errors and as
/// many other findings), in the order of its lines. A text with a JSON fault yields that
/// one finding; [`mend`] may know what to do.
pub fn lint(text: &str, kind: PolicyKind) -> Vec<Finding> {
    let node = match json::read(text) {
        Ok(node) => node,
        Err(fault) => return vec![Finding::of_fault(text, fault)],
    };
    let (_, faults) = crate::document::compile(&node, kind);
    let faults = faults.into_iter().take(MAX_FINDINGS);
    let mut findings: Vec<_> = faults.map(|fault| Finding::of_fault(text, fault)).collect();
    let mut linter = Linter { text, kind, findings: Vec::new() };
    linter.document(&node);
    findings.append(&mut linter.findings);
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.severity));
    findings
}

/// The text with its JSON mended (a missing bracket or comma, a trailing comma, a
/// comment, …), or `None` when there is nothing to mend or the mend is not evident.
pub fn mend(text: &str) -> Option<String> {
    json::mend(text)
}

/// Gathers findings about one document.
struct Linter<'t> {
    text: &'t str,
    kind: PolicyKind,
    findings: Vec<Finding>,
}

impl Linter<'_> {
    fn say(
        &mut self,
        severity: Severity,
        at: u32,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.is_full() {
            return;
        }
        let (line, column) = json::position(self.text, at as usize);
        self.findings.push(Finding {
            severity,
            code,
            line,
            column,
            message: message.into(),
            hint: Some(hint.into()),
        });
    }

    fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    /// A finding as severe as its code is.
    fn find(&mut self, at: u32, code: Code, message: impl Into<String>, hint: impl Into<String>) {
        self.say(code.severity(), at, code, message, hint);
    }

    fn document(&mut self, node: &Node<'_>) {
        let Value::Object(members) = &node.value else { return };
        let find = |name: &str| members.iter().find(|member| *member.key == *name);
        let variables =
            find("Version").and_then(|version| version.value.value.text()) == Some("2012-10-17");
        if find("Version").is_none() {
            self.find(
                node.start,
                Code::MissingVersion,
                "the policy has no `Version`, so it is read as `2008-10-17`",
                "write \"Version\": \"2012-10-17\"; without it policy variables have no meaning",
            );
        }
        if let Some(version) = find("Version") {
            self.old_version(&version.value);
        }
        let Some(statement) = find("Statement") else { return };
        for node in statement.value.items() {
            if let Some(view) = View::of(node) {
                self.conditions(&view, variables);
                self.actions(&view);
                self.principals(&view);
                self.traps(&view);
                if self.kind == PolicyKind::Trust {
                    self.trust(&view);
                }
            }
        }
        self.size();
    }

    /// IAM takes the old version in the policies of resources alone.
    /// Source: its own words, "Policy document must be version 2012-10-17 or greater."
    fn old_version(&mut self, version: &Node<'_>) {
        let of_iam =
            matches!(self.kind, PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session);
        if of_iam && version.value.text() == Some("2008-10-17") {
            self.find(
                version.start,
                Code::OldVersion,
                format!("IAM takes no {} of the version `2008-10-17`", self.kind.name()),
                "write \"Version\": \"2012-10-17\"",
            );
        }
    }

    /// Quotas on a document's length. Source: IAM user guide, "IAM and AWS STS quotas":
    /// white space is not counted.
    fn size(&mut self) {
        let (limit, what) = match self.kind {
            PolicyKind::Trust => (2048, "a trust policy (by default)"),
            PolicyKind::Session => (2048, "a session policy"),
            PolicyKind::Identity | PolicyKind::Boundary => (6144, "a managed policy"),
            PolicyKind::Resource | PolicyKind::ServiceControl | PolicyKind::ResourceControl => {
                return;
            }
        };
        let length = self.text.chars().filter(|character| !character.is_whitespace()).count();
        if length > limit {
            self.find(
                0,
                Code::TooLong,
                format!("{what} has at most {limit} characters, white space aside, found {length}"),
                "split the policy, or name resources and actions by wildcards",
            );
        }
    }
}

#[cfg(test)]
mod tests;
