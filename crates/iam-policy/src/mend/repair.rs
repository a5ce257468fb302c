//! Repairs one statement until it admits the token: principal, actions, then condition by
//! condition.

use std::fmt::Write as _;

use super::lasting;
use super::pin::{Pin, is_literal, pins};
use super::place::nth_mut;
use super::proof::Proof;
use super::spare::spare;
use super::tree::Tree;
use crate::explain::ConditionTrace;
use crate::sts::Report;
use crate::truth::Truth;
use crate::web_identity::{Difference, Found, difference};

/// How a pattern under an operator that knows none is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The token's own value stands in for it.
    Narrow,
    /// The operator becomes one that knows patterns: as it was meant.
    AsMeant,
}

/// Rounds of repair: what is renamed may differ in its value as well.
const ROUNDS: usize = 6;

/// Repairs the statement; `None` where something is in the way that cannot be.
pub(super) fn repair(
    old: &Tree,
    index: usize,
    manner: Manner,
    proof: &Proof<'_>,
) -> Option<(Tree, Vec<String>)> {
    let mut tree = old.clone();
    let mut changes = Vec::new();
    // Whether one condition is all that is in the way, from the beginning.
    let mut alone = None;
    for _ in 0..ROUNDS {
        let report = proof.own(&tree)?;
        if report.outcome().is_allowed() {
            return (!changes.is_empty()).then_some((tree, changes));
        }
        let obstacle = report.obstacle()?;
        let trace = obstacle.explanation.statements.iter().find(|it| it.index == index)?.clone();
        let alone = *alone.get_or_insert(trace.obstacles() == 1);
        spare(&mut tree, proof, &mut changes)?;
        let statement = nth_mut(&mut tree, index)?;
        if trace.principal == Truth::False {
            principal(statement, proof, &mut changes)?;
        }
        if !trace.action {
            action(statement, obstacle.action, &mut changes)?;
        }
        for condition in trace.conditions.iter().filter(|it| it.outcome != Truth::True) {
            let mut repair = Repair { statement, condition, report: &report, proof, manner, alone };
            changes.push(repair.run()?);
        }
    }
    None
}

/// Names the token's provider where a near miss of it, or another account's, is named.
fn principal(statement: &mut Tree, proof: &Proof<'_>, changes: &mut Vec<String>) -> Option<()> {
    let named = statement.member_mut("Principal")?.member_mut("Federated")?;
    let right = proof.provider.name();
    let values = named.texts();
    // What names a provider of its own admits others: it is left as it is.
    let [wrong] = values.as_slice() else { return None };
    let is_oidc = wrong.contains(":oidc-provider/") && right.contains(":oidc-provider/");
    if !is_oidc {
        return None;
    }
    changes.push(format!("name the provider `{right}` instead of `{wrong}`"));
    *named = Tree::text(right);
    Some(())
}

fn action(statement: &mut Tree, action: &str, changes: &mut Vec<String>) -> Option<()> {
    let actions = statement.member_mut("Action")?;
    let mut texts = actions.texts();
    texts.push(action.to_owned());
    *actions = Tree::of_texts(texts);
    changes.push(format!("allow `{action}`"));
    Some(())
}

struct Repair<'r> {
    statement: &'r mut Tree,
    condition: &'r ConditionTrace,
    report: &'r Report<Found>,
    proof: &'r Proof<'r>,
    manner: Manner,
    alone: bool,
}

impl Repair<'_> {
    fn run(&mut self) -> Option<String> {
        let key = self.condition.key.clone();
        match difference(self.condition, &self.proof.token, &self.proof.provider) {
            Difference::KeyAsArn { right }
            | Difference::KeyOfAnotherIssuer { right, .. }
            | Difference::KeyMisspelt { right } => self.rename(&right),
            Difference::AudienceSwapped { party, audience } => self.swap(&party, &audience),
            Difference::KeyNotOffered { .. } => self.pin_instead(),
            Difference::PatternTakenLiterally if self.manner == Manner::AsMeant => {
                self.as_pattern()
            }
            Difference::PatternTakenLiterally => {
                let value = self.value(&key)?;
                let mut texts = self.block()?.member(&key)?.texts();
                texts.retain(|text| self.alone && !text.contains(['*', '?']));
                texts.push(value.clone());
                self.block()?.set(&key, Tree::of_texts(texts));
                Some(format!("ask `{key}` for `{value}`"))
            }
            Difference::OnlyCase
            | Difference::EnvironmentReplacedRef
            | Difference::ImmutableSubject
            | Difference::PlainRef
            | Difference::Value => self.value_too(),
            Difference::ClaimAbsent | Difference::OfTheRequest => None,
        }
    }

    fn block(&mut self) -> Option<&mut Tree> {
        self.statement.member_mut("Condition")?.member_mut(&self.condition.operator)
    }

    /// The token's value for a key, where it can stand in a policy: what is another at the next
    /// run cannot, but for a pattern under an operator that knows patterns.
    fn value(&self, key: &str) -> Option<String> {
        if key.eq_ignore_ascii_case(&format!("{}:sub", self.proof.provider.prefix()))
            && let Some(pattern) = lasting::subject(&self.proof.token.claims)
        {
            return self.condition.operator.contains("Like").then_some(pattern);
        }
        let value = self.report.found.keys.as_ref()?.get(key)?.first()?;
        is_literal(value).then(|| value.clone())
    }

    fn rename(&mut self, right: &str) -> Option<String> {
        let key = self.condition.key.clone();
        let right = right.to_owned();
        let own = self.value(&right);
        let manner = self.manner;
        let block = self.block()?;
        let mut values = block.remove(&key)?;
        let mut change = format!("write `{right}` for `{key}`");
        if manner == Manner::Narrow {
            // Whom else the values mean, the policy has kept out so far.
            let own = own?;
            if values.texts() != [own.as_str()] {
                let _ = write!(change, ", and ask it for `{own}`");
            }
            values = Tree::text(own);
        }
        if block.member(&right).is_none() {
            block.set(&right, values);
        }
        Some(change)
    }

    fn swap(&mut self, party: &str, audience: &str) -> Option<String> {
        let key = self.condition.key.clone();
        let original = format!("{}:oaud", self.proof.provider.prefix());
        let offers_original = self.proof.provider.has_original_audience();
        if !is_literal(party) {
            return None;
        }
        let block = self.block()?;
        let asked = block.member(&key)?.clone();
        block.set(&key, Tree::text(party));
        if !offers_original {
            return Some(format!("ask `{key}` for the `azp` `{party}`"));
        }
        if block.member(&original).is_none() {
            block.set(&original, asked);
        }
        Some(format!("ask `{key}` for the `azp` `{party}`, and `{original}` for `{audience}`"))
    }

    /// A key that IAM does not offer goes; the subject is pinned unless it is.
    fn pin_instead(&mut self) -> Option<String> {
        let key = self.condition.key.clone();
        let operator = self.condition.operator.clone();
        let block = self.block()?;
        block.remove(&key)?;
        let empty = block.is_empty();
        let conditions = self.statement.member_mut("Condition")?;
        if empty {
            conditions.remove(&operator);
        }
        let mut pinned = Vec::new();
        for Pin { key: pin, value, operator } in pins(self.proof) {
            let Tree::Object(operators) = &*conditions else { return None };
            let tested = operators.iter().any(|(_, keys)| keys.member(&pin).is_some());
            if !tested {
                conditions.object_mut(operator)?.set(&pin, Tree::text(&value));
                pinned.push(format!("`{pin}` for `{value}`"));
            }
        }
        Some(if pinned.is_empty() {
            format!("leave out `{key}`, which IAM does not offer: `sub` is tested beside it")
        } else {
            format!("in place of `{key}`, which IAM does not offer, ask {}", pinned.join(" and "))
        })
    }

    fn as_pattern(&mut self) -> Option<String> {
        let (key, operator) = (self.condition.key.clone(), self.condition.operator.clone());
        let like = operator.replace("StringEquals", "StringLike");
        let values = self.block()?.remove(&key)?;
        let conditions = self.statement.member_mut("Condition")?;
        if conditions.member(&operator).is_some_and(Tree::is_empty) {
            conditions.remove(&operator);
        }
        conditions.object_mut(&like)?.set(&key, values);
        Some(format!("compare `{key}` by `{like}`, which knows `*` and `?`"))
    }

    /// One value more for an operator that asks for one of several; one less for an operator
    /// that asks for none of them.
    fn value_too(&mut self) -> Option<String> {
        // With more than one thing repaired, whom the other values name would get in, too: a
        // value more is narrow only where nothing else was in the way.
        if self.manner == Manner::Narrow && !self.alone {
            return None;
        }
        let (key, operator) = (self.condition.key.clone(), self.condition.operator.clone());
        if !operator.contains("String") {
            return None;
        }
        let value = self.value(&key)?;
        let mut texts = self.block()?.member(&key)?.texts();
        if operator.contains("Not") {
            let before = texts.len();
            texts.retain(|text| *text != value);
            if texts.len() == before || texts.is_empty() {
                return None;
            }
            self.block()?.set(&key, Tree::of_texts(texts));
            return Some(format!("take `{value}` out of what `{key}` must not be"));
        }
        texts.push(value.clone());
        self.block()?.set(&key, Tree::of_texts(texts));
        Some(format!("let `{key}` be `{value}`, too"))
    }
}
