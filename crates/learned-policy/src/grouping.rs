//! Permissions gathered into as little text as they can be, and into no more than they are: a
//! statement allows each of its actions on each of its resources.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Statement;

/// One action on one pattern, with what is asked besides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Allowed {
    pub(crate) action: String,
    pub(crate) pattern: String,
    pub(crate) keys: BTreeMap<String, Vec<String>>,
}

type Keys = BTreeMap<String, Vec<String>>;

/// The statements, in a stable order.
pub(crate) fn gather(allowed: &BTreeSet<Allowed>) -> Vec<Statement> {
    let mut by_keys: BTreeMap<(&Keys, &str), Vec<&Allowed>> = BTreeMap::new();
    for one in allowed {
        let service = one.action.split(':').next().unwrap_or_default();
        by_keys.entry((&one.keys, service)).or_default().push(one);
    }
    let mut statements = Vec::new();
    for group in by_keys.values() {
        let (first, second) = (by_resources(group), by_actions(group));
        let size = |statements: &[Statement]| statements.iter().map(Statement::size).sum::<usize>();
        statements.extend(if size(&second) < size(&first) { second } else { first });
    }
    // Also across services: what is alike in resources or in actions is one statement.
    let merged = merge(statements, |it| (it.resources.clone(), it.keys.clone()));
    let mut merged = merge(merged, |it| (it.actions.clone(), it.keys.clone()));
    merged.sort();
    merged
}

/// Actions that were used on the same resources together.
fn by_resources(group: &[&Allowed]) -> Vec<Statement> {
    let mut resources: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for one in group {
        resources.entry(&one.action).or_default().insert(one.pattern.clone());
    }
    let single = resources.into_iter().map(|(action, resources)| Statement {
        actions: BTreeSet::from([action.to_owned()]),
        resources,
        keys: keys(group),
    });
    merge(single, |it| (it.resources.clone(), Keys::new()))
}

/// Resources on which the same actions were used together.
fn by_actions(group: &[&Allowed]) -> Vec<Statement> {
    let mut actions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for one in group {
        actions.entry(&one.pattern).or_default().insert(one.action.clone());
    }
    let single = actions.into_iter().map(|(resource, actions)| Statement {
        actions,
        resources: BTreeSet::from([resource.to_owned()]),
        keys: keys(group),
    });
    merge(single, |it| (it.actions.clone(), Keys::new()))
}

fn keys(group: &[&Allowed]) -> Keys {
    group.first().map(|one| one.keys.clone()).unwrap_or_default()
}

/// Statements that are alike in this become one.
fn merge(
    statements: impl IntoIterator<Item = Statement>,
    alike: impl Fn(&Statement) -> (BTreeSet<String>, Keys),
) -> Vec<Statement> {
    let mut merged: BTreeMap<_, Statement> = BTreeMap::new();
    for statement in statements {
        match merged.entry(alike(&statement)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(statement);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                entry.get_mut().actions.extend(statement.actions);
                entry.get_mut().resources.extend(statement.resources);
            }
        }
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(used: &[(&str, &str)]) -> Vec<(Vec<String>, Vec<String>)> {
        let allowed = used.iter().map(|(action, pattern)| Allowed {
            action: (*action).to_owned(),
            pattern: (*pattern).to_owned(),
            keys: Keys::new(),
        });
        let statements = gather(&allowed.collect()).into_iter();
        statements
            .map(|it| (it.actions.into_iter().collect(), it.resources.into_iter().collect()))
            .collect()
    }

    fn one(actions: &[&str], resources: &[&str]) -> (Vec<String>, Vec<String>) {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        (owned(actions), owned(resources))
    }

    #[test]
    fn what_was_used_alike_stands_together() {
        assert_eq!(
            gathered(&[("s3:Put", "a"), ("s3:Get", "a"), ("s3:Get", "b"), ("s3:Put", "b")]),
            [one(&["s3:Get", "s3:Put"], &["a", "b"])]
        );
    }

    #[test]
    fn nothing_is_allowed_that_was_not_used() {
        assert_eq!(
            gathered(&[("s3:Get", "a"), ("s3:Get", "b"), ("s3:Put", "b")]),
            [one(&["s3:Get"], &["a", "b"]), one(&["s3:Put"], &["b"])]
        );
    }

    #[test]
    fn the_shorter_of_two_ways_is_written_and_the_first_of_equals() {
        let (long, other) = ("arn:aws:s3:::a-rather-long-name", "arn:aws:s3:::b");
        let used = [("s3:Get", long), ("s3:Put", long), ("s3:Get", other)];
        assert_eq!(
            gathered(&used),
            [one(&["s3:Get"], &[other]), one(&["s3:Get", "s3:Put"], &[long])]
        );
        let used = [("s3:Get", "6chars"), ("s3:Put", "6chars"), ("s3:Get", "b")];
        assert_eq!(
            gathered(&used),
            [one(&["s3:Get"], &["6chars", "b"]), one(&["s3:Put"], &["6chars"])]
        );
    }

    #[test]
    fn actions_without_resources_stand_together_whatever_their_service() {
        assert_eq!(
            gathered(&[("ec2:DescribeInstances", "*"), ("s3:ListAllMyBuckets", "*")]),
            [one(&["ec2:DescribeInstances", "s3:ListAllMyBuckets"], &["*"])]
        );
    }
}
