//! Statements of a document by their place.

use super::tree::Tree;

/// The statement with this place among the statements.
pub(super) fn nth_mut(document: &mut Tree, index: usize) -> Option<&mut Tree> {
    match document.member_mut("Statement")? {
        Tree::List(items) => items.get_mut(index),
        one => (index == 0).then_some(one),
    }
}

/// The same, to read.
pub(super) fn nth(document: &Tree, index: usize) -> Option<&Tree> {
    match document.member("Statement")? {
        Tree::List(items) => items.get(index),
        one => (index == 0).then_some(one),
    }
}
