//! Deny statements that spare a token.

use super::lasting;
use super::pin::is_literal;
use super::place::nth_mut;
use super::proof::Proof;
use super::tree::Tree;
use crate::explain::{ConditionTrace, StatementTrace};
use crate::sts::Report;
use crate::web_identity::{Found, is_claims_key};

/// Values that are added at most.
const ROUNDS: usize = 6;

/// Has Deny statements that apply for a value they lack take that value in. `None` where a
/// Deny applies for another reason.
pub(super) fn spare(tree: &mut Tree, proof: &Proof<'_>, changes: &mut Vec<String>) -> Option<()> {
    for _ in 0..ROUNDS {
        let report = proof.own(tree)?;
        let Some(deny) = super::denying(&report).cloned() else { return Some(()) };
        let (condition, value) = spared(&deny, &report, proof)?;
        let block = nth_mut(tree, deny.index)?.member_mut("Condition")?;
        let values = block.member_mut(&condition.operator)?.member_mut(&condition.key)?;
        let mut texts = values.texts();
        texts.push(value.clone());
        *values = Tree::of_texts(texts);
        changes.push(format!("have the Deny on `{}` spare `{value}`", condition.key));
    }
    None
}

/// The condition of a Deny that a further value would keep from applying: `StringNotEquals`
/// or `StringNotLike` on a key of the token.
fn spared<'s>(
    deny: &'s StatementTrace,
    report: &Report<Found>,
    proof: &Proof<'_>,
) -> Option<(&'s ConditionTrace, String)> {
    let keys = report.found.keys.as_ref()?;
    deny.conditions.iter().find_map(|condition| {
        let of_token = is_claims_key(&condition.key);
        let negated =
            condition.operator.starts_with("StringNot") && !condition.operator.contains(':');
        let value = keys.get(&condition.key)?.first()?;
        let is_subject = condition.key.to_ascii_lowercase().ends_with(":sub");
        let lasting = lasting::subject(&proof.token.claims).filter(|_| is_subject);
        if let Some(pattern) = lasting {
            // The value of this run would not be spared at the next one.
            let knows_patterns = condition.operator.contains("Like");
            return (of_token && negated && knows_patterns).then_some((condition, pattern));
        }
        (of_token && negated && is_literal(value)).then(|| (condition, value.clone()))
    })
}
