//! What was used, learned.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::fitting::fit;
use crate::grouping::{Allowed, gather};
use crate::permission::Permission;
use crate::rules::Rules;

/// Policies, and what has to be said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// None where nothing was used; several where one would be longer than IAM takes.
    pub documents: Vec<Document>,
    /// Sentences without a full stop.
    pub notes: Vec<String>,
}

/// The smallest policies that allow what was used, and, but for what the rules and the notes
/// say, nothing else. The same permissions give the same text, in whatever order they come.
pub fn learn(used: impl IntoIterator<Item = Permission>, rules: &Rules) -> Learned {
    let allowed: BTreeSet<Allowed> = used
        .into_iter()
        .map(|Permission { action, resource, keys }| Allowed {
            pattern: rules.pattern(&resource),
            action,
            keys,
        })
        .collect();
    if allowed.is_empty() {
        return Learned::default();
    }
    let (documents, mut notes) = fit(gather(&allowed));
    if documents.len() > 1 {
        notes.insert(0, format!("split into {} policies by IAM's size", documents.len()));
    }
    Learned { documents, notes }
}
