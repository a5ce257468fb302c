//! Mends: changed trust policies that admit a token, each proved before it is shown. This
//! token is admitted by the whole decision, and no [`Neighbour`] of it is let in; what lets in
//! more says whom.

mod candidate;
mod holder;
mod lasting;
mod neighbour;
mod pin;
mod place;
mod proof;
mod repair;
mod spare;
mod statement;
mod tenant;
mod tree;

use serde_json::Value;

use crate::explain::StatementTrace;
use crate::lint::{Code, lint};
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::sts::{Check, Denial, Report};
use crate::web_identity::{Found, Question, decide};
pub use neighbour::{Neighbour, neighbours};
use proof::Proof;
pub use tenant::tenant_keys;
use tree::Tree;

/// A changed trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// The changes in words.
    pub changes: Vec<String>,
    /// The whole document, written as [`pretty`] writes it.
    pub document: String,
    /// The same as RFC 6902 operations on the document before.
    pub patch: Vec<Value>,
    /// Whom it lets in besides; empty for a mend that lets in nobody else.
    pub lets_in: Vec<String>,
}

impl Mend {
    /// Whether it lets in others than the token that is asked about.
    pub fn widens(&self) -> bool {
        !self.lets_in.is_empty()
    }
}

/// What can be done about a denial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// These, narrow ones first.
    Mends(Vec<Mend>),
    /// A Deny statement applies, and no change of a value would spare this token alone:
    /// somebody forbade it on purpose.
    Forbidden {
        /// The line of the statement.
        line: u32,
        /// Its Sid.
        sid: Option<String>,
    },
    /// It is not for the trust policy to admit the token.
    Elsewhere(Denial),
    /// No mend was found that can be proved.
    NoneProved,
}

/// Finds mends for a token that the trust policy `text` does not admit. `question` is the one
/// that was decided, its role's trust policy the one of `text`.
pub fn remedy(question: &Question<'_>, text: &str) -> Remedy {
    let report = decide(question);
    let outcome = report.outcome();
    if let Some(denial) = outcome.denial()
        && !matches!(denial.check, Check::TrustPolicy)
    {
        return Remedy::Elsewhere(denial.clone());
    }
    let Some(old) = Tree::read(text) else { return Remedy::NoneProved };
    let Some(proof) = Proof::of(question, &report, text) else { return Remedy::NoneProved };
    let mut mends: Vec<Mend> = Vec::new();
    for candidate in candidate::all(&old, &report, &proof) {
        let found = mends.iter().any(|mend| mend.widens() == candidate.may_widen);
        if found || mends.iter().any(|mend| !mend.widens() && candidate.may_widen) {
            continue;
        }
        let Some(lets_in) = proof.lets_in(&candidate.tree) else { continue };
        let document = candidate.tree.pretty();
        if has_new_errors(text, &document) || is_too_long(&document) {
            continue;
        }
        let patch = tree::patch(&old, &candidate.tree);
        mends.push(Mend { changes: candidate.changes, document, patch, lets_in });
    }
    mends.sort_by_key(Mend::widens);
    mends.dedup_by(|one, other| one.document == other.document);
    mends.truncate(2);
    match (mends.is_empty(), denying(&report)) {
        (false, _) => Remedy::Mends(mends),
        (true, _) if let Some(denial) = statement::stopped_elsewhere(&old, &proof) => {
            Remedy::Elsewhere(denial)
        }
        (true, Some(deny)) => Remedy::Forbidden { line: deny.line, sid: deny.sid.clone() },
        (true, None) => Remedy::NoneProved,
    }
}

/// The Deny statement of the trust policy that applies to the action which is not allowed.
pub(crate) fn denying(report: &Report<Found>) -> Option<&StatementTrace> {
    let deny = report.obstacle()?.explanation.denying()?;
    (deny.kind == PolicyKind::Trust).then_some(deny)
}

/// A document, one member a line. `None` for what is no JSON.
pub fn pretty(text: &str) -> Option<String> {
    Tree::read(text).map(|tree| tree.pretty())
}

/// Whether no quota lets a trust policy be as long, white space apart.
/// Source: IAM user guide, "IAM and AWS STS quotas", role trust policy length.
fn is_too_long(document: &str) -> bool {
    const LONGEST: usize = 4096;
    document.chars().filter(|c| !c.is_whitespace()).count() > LONGEST
}

/// Whether IAM would refuse the new document for what it did not refuse in the old one.
fn has_new_errors(old: &str, new: &str) -> bool {
    let errors = |text: &str| -> Vec<Code> {
        let findings = lint(text, PolicyKind::Trust).into_iter();
        findings
            .filter(|finding| finding.severity == crate::Severity::Error)
            .map(|finding| finding.code)
            .collect()
    };
    let before = errors(old);
    let mut after = errors(new);
    for code in before {
        if let Some(at) = after.iter().position(|other| *other == code) {
            after.remove(at);
        }
    }
    !after.is_empty() || Policy::parse(new, PolicyKind::Trust).is_err()
}
