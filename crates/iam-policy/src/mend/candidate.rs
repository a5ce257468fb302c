//! What might mend a trust policy: each statement repaired in its place, then a statement of
//! the token's own.

use super::proof::Proof;
use super::repair::{Manner, repair};
use super::statement;
use super::tree::Tree;
use crate::explain::StatementTrace;
use crate::statement::Effect;
use crate::sts::Report;
use crate::truth::Truth;
use crate::web_identity::Found;

/// A changed document, not proved.
pub(super) struct Candidate {
    pub(super) tree: Tree,
    pub(super) changes: Vec<String>,
    /// Whether it is meant to let in more than the token: never first.
    pub(super) may_widen: bool,
}

/// Statements that are tried.
const STATEMENTS: usize = 6;

/// Candidates in the order of preference.
pub(super) fn all(old: &Tree, report: &Report<Found>, proof: &Proof<'_>) -> Vec<Candidate> {
    let Some(obstacle) = report.obstacle() else { return Vec::new() };
    let mut allows: Vec<&StatementTrace> = obstacle
        .explanation
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .collect();
    allows.sort_by_key(|statement| (statement.principal != Truth::True, statement.obstacles()));
    allows.truncate(STATEMENTS);
    let mut candidates = Vec::new();
    for (manner, may_widen) in [(Manner::Narrow, false), (Manner::AsMeant, true)] {
        for statement in &allows {
            if let Some((tree, changes)) = repair(old, statement.index, manner, proof) {
                candidates.push(Candidate { tree, changes, may_widen });
            }
        }
        if manner == Manner::Narrow {
            // A statement of its own goes after every repair that is narrow, and before any
            // that is not.
            let model = allows.first().map(|statement| statement.index);
            if let Some((tree, changes)) = statement::of_its_own(old, model, proof) {
                candidates.push(Candidate { tree, changes, may_widen });
            }
        }
    }
    candidates
}
