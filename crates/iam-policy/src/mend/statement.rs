//! A statement for a token alone.

use super::pin::{is_literal, pins};
use super::place::nth;
use super::proof::Proof;
use super::spare::spare;
use super::tree::Tree;
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

/// What the model asks of the request, and the token's own audience and subject.
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
    for (key, value) in pins(proof) {
        if !is_literal(&value) {
            return None;
        }
        conditions.object_mut("StringEquals")?.set(&key, Tree::text(value));
    }
    Some(conditions)
}
