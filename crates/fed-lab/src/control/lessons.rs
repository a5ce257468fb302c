//! What was learned of accounts that tests had for themselves, as if all had been one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use learned_policy::{Document, Permission, Rules, learn};
use serde::Serialize;

use crate::usage::Usage;

/// Different permissions kept of all principals together; beyond, nothing more is learned.
const MOST: usize = 100_000;

/// What principals used, by their ARNs.
#[derive(Default)]
pub(super) struct Lessons {
    used: Mutex<BTreeMap<String, BTreeSet<Permission>>>,
}

/// The smallest policies of one principal.
#[derive(Serialize)]
pub(super) struct Lesson {
    principal: String,
    policies: Vec<Document>,
}

/// There is more than is kept, so that policies would lack something.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("more was used than is kept to learn from")]
pub(super) struct TooMuch;

impl TooMuch {
    /// What to do about it.
    pub(super) fn hint(&self) -> String {
        "learn from a part of the tests at a time, each part in a lab that was started for it: \
         `pytest -k PART --fed-lab-learn FILE`"
            .to_owned()
    }
}

impl Lessons {
    /// Adds what was given and made use of.
    pub(super) fn add(&self, usage: Usage) -> Result<(), TooMuch> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = used.values().map(BTreeSet::len).sum();
        let new: usize = usage.principals.values().map(|own| own.used.len()).sum();
        if usage.lost > 0 || kept + new > MOST {
            return Err(TooMuch);
        }
        for (principal, own) in usage.principals {
            if !own.used.is_empty() {
                used.entry(principal).or_default().extend(own.used);
            }
        }
        Ok(())
    }

    /// What each principal needs for what it did.
    pub(super) fn all(&self) -> Vec<Lesson> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lesson = |(principal, used)| Lesson {
            principal,
            policies: learn(used, &Rules::default()).documents,
        };
        used.into_iter().map(lesson).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_not_kept_nothing_is_learned_and_the_hint_says_what_to_do() {
        let lessons = Lessons::default();
        let mut usage = Usage::default();
        usage.lost = 1;
        let refused = lessons.add(usage).unwrap_err();
        assert_eq!(refused.to_string(), "more was used than is kept to learn from");
        assert!(refused.hint().contains("`pytest -k PART --fed-lab-learn FILE`"));
        assert!(lessons.all().is_empty());
    }
}
