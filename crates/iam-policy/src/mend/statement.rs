//! Statements of a document, and one for a token alone.

use super::proof::Proof;
use super::repair::spare;
use super::tree::Tree;
use crate::web_identity::{ACTION, SessionClaims, is_claims_key};

/// The statement with this place among the statements.
pub(super) fn nth_mut(document: &mut Tree, index: usize) -> Option<&mut Tree> {
    match document.member_mut("Statement")? {
        Tree::List(items) => items.get_mut(index),
        one => (index == 0).then_some(one),
    }
}

fn nth(document: &Tree, index: usize) -> Option<&Tree> {
    match document.member("Statement")? {
        Tree::List(items) => items.get(index),
        one => (index == 0).then_some(one),
    }
}

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

/// The keys that tell this token from its neighbours, with their values.
pub(super) fn pins(proof: &Proof<'_>) -> Vec<(String, String)> {
    let prefix = proof.provider.prefix();
    let claims = &proof.token.claims;
    let audience = proof.token.audience().to_owned();
    let mut pins = Vec::new();
    match claims.authorized_party() {
        Some(party) => {
            pins.push((format!("{prefix}:aud"), party.to_owned()));
            pins.push((format!("{prefix}:oaud"), audience));
        }
        None => pins.push((format!("{prefix}:aud"), audience)),
    }
    pins.push((format!("{prefix}:sub"), proof.token.subject.clone()));
    pins
}

/// Whether a value means itself in a policy: no policy variable, no wildcard.
pub(super) fn is_literal(value: &str) -> bool {
    !value.contains("${") && !value.contains(['*', '?'])
}
