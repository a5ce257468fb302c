//! A statement for a token alone.

use super::pin::{Pin, pins};
use super::place::nth;
use super::proof::Proof;
use super::spare::spare;
use super::tree::Tree;
use crate::sts::{Check, Denial};
use crate::web_identity::{ACTION, SessionClaims, is_claims_key};

/// Adds a statement that admits this token's issuer, audience and subject, under whatever the
/// model asks of the request itself; and has Deny statements spare it.
pub(super) fn of_its_own(
    old: &Tree,
    model: Option<usize>,
    proof: &Proof<'_>,
) -> Option<(Tree, Vec<String>)> {
    let mut tree = old.clone();
    let mut changes = vec![format!("add a statement for `{}` alone", proof.token.subject)];
    let conditions = conditions(model.and_then(|index| nth(old, index)), proof)?;
    let mut actions = vec![ACTION.to_owned()];
    let session = SessionClaims::of(&proof.token.claims).ok()?;
    actions.extend(session.actions().into_iter().map(str::to_owned));
    let statement = Tree::Object(vec![
        ("Effect".to_owned(), Tree::text("Allow")),
        (
            "Principal".to_owned(),
            Tree::Object(vec![("Federated".to_owned(), Tree::text(proof.provider.name()))]),
        ),
        ("Action".to_owned(), Tree::of_texts(actions)),
        ("Condition".to_owned(), conditions),
    ]);
    let statements = tree.member_mut("Statement")?;
    match statements {
        Tree::List(items) => items.push(statement),
        one => *one = Tree::List(vec![one.clone(), statement]),
    }
    spare(&mut tree, proof, &mut changes)?;
    Some((tree, changes))
}

/// What stops the token whatever its role's trust policy says.
pub(super) fn stopped_elsewhere(old: &Tree, proof: &Proof<'_>) -> Option<Denial> {
    let (tree, _) = of_its_own(old, None, proof)?;
    let denial = proof.own(&tree)?.outcome().denial()?.clone();
    (!matches!(denial.check, Check::TrustPolicy)).then_some(denial)
}

/// What the model asks of the request, and the token's own audience, subject and whatever else the
/// policy looks at.
fn conditions(model: Option<&Tree>, proof: &Proof<'_>) -> Option<Tree> {
    let mut conditions = Tree::Object(Vec::new());
    if let Some(Tree::Object(operators)) = model.and_then(|model| model.member("Condition")) {
        for (operator, keys) in operators {
            let Tree::Object(keys) = keys else { continue };
            for (key, values) in keys {
                if !is_claims_key(key) {
                    conditions.object_mut(operator)?.set(key, values.clone());
                }
            }
        }
    }
    let pins = pins(proof);
    if pins.is_empty() {
        return None;
    }
    for Pin { key, value, operator } in pins {
        conditions.object_mut(operator)?.set(&key, Tree::text(value));
    }
    Some(conditions)
}
