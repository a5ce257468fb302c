//! Statements in documents of IAM's sizes: split where they must be, and where all the
//! documents that a role may have are not enough, shortened.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Statement};

/// The longest managed policy, in characters without white space.
///
/// Source: IAM user guide, "IAM and AWS STS quotas", "IAM and STS character limits".
pub const MANAGED_POLICY_SIZE: usize = 6144;

/// Managed policies that a role may have without asking AWS for more. Source: as above.
pub const MANAGED_POLICIES: usize = 10;

/// Documents, and what was done to have them fit.
pub(crate) fn fit(mut statements: Vec<Statement>) -> (Vec<Document>, Vec<String>) {
    let mut notes = Vec::new();
    loop {
        let documents = split(&statements);
        if documents.len() <= MANAGED_POLICIES {
            return (documents, notes);
        }
        match shorten(&mut statements) {
            Some(note) => notes.push(note),
            None => {
                notes.push(format!(
                    "{} policies: a role may have {MANAGED_POLICIES} unless AWS is asked for more",
                    documents.len()
                ));
                return (documents, notes);
            }
        }
    }
}

/// Each statement into the first document that has room for it.
fn split(statements: &[Statement]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for statement in statements.iter().flat_map(halved) {
        let fits = |document: &&mut Document| {
            // Its text, and a comma.
            document.size() + statement.size() < MANAGED_POLICY_SIZE
        };
        match documents.iter_mut().find(fits) {
            Some(document) => document.statements.push(statement),
            None => documents.push(Document { statements: vec![statement] }),
        }
    }
    documents
}

/// The statement in as many as it needs to be in to fit into a document each.
fn halved(statement: &Statement) -> Vec<Statement> {
    let alone = Document { statements: vec![statement.clone()] };
    if alone.size() <= MANAGED_POLICY_SIZE {
        return vec![statement.clone()];
    }
    let halves = |set: &BTreeSet<String>| {
        let middle = set.len() / 2;
        let first: BTreeSet<String> = set.iter().take(middle).cloned().collect();
        let second: BTreeSet<String> = set.iter().skip(middle).cloned().collect();
        [first, second]
    };
    if statement.resources.len() > 1 {
        let parts = halves(&statement.resources);
        parts
            .into_iter()
            .flat_map(|resources| halved(&Statement { resources, ..statement.clone() }))
            .collect()
    } else if statement.actions.len() > 1 {
        let parts = halves(&statement.actions);
        let part = |actions| halved(&Statement { actions, ..statement.clone() });
        parts.into_iter().flat_map(part).collect()
    } else {
        vec![statement.clone()]
    }
}

/// Has the longest statement name what its resources begin with instead of each; `None` where
/// there is nothing left to be shortened.
fn shorten(statements: &mut [Statement]) -> Option<String> {
    let several = statements.iter_mut().filter(|statement| common(&statement.resources).is_some());
    let longest = several.max_by_key(|statement| statement.size())?;
    let shorter = common(&longest.resources)?;
    let action = longest.actions.first().cloned().unwrap_or_default();
    let note = format!(
        "shortened, so that it allows more than was used: {} resources of `{action}` became {}",
        longest.resources.len(),
        shorter.len(),
    );
    longest.resources = shorter;
    Some(note)
}

/// The patterns by folders: those that are alike up to their last `/`, `:` or `-` become one;
/// `None` where none are.
fn common(resources: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let mut folders: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for resource in resources {
        let name = resource.trim_end_matches('*').trim_end_matches(['/', ':', '-']);
        let name_starts = resource.match_indices(':').nth(4).map_or(0, |(at, _)| at + 1);
        let end = name.rfind(['/', ':', '-']).map_or(0, |at| at + 1);
        // All of a service's resources are never meant.
        let folder = if end > name_starts { resource.get(..end) } else { None };
        folders.entry(folder.unwrap_or(resource)).or_default().push(resource);
    }
    let shorter: BTreeSet<String> = folders
        .into_iter()
        .map(|(folder, inside)| match inside.as_slice() {
            [one] => (*one).clone(),
            _ => format!("{folder}*"),
        })
        .collect();
    (shorter.len() < resources.len()).then_some(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(actions: usize, resources: impl IntoIterator<Item = String>) -> Statement {
        Statement {
            actions: (0..actions).map(|number| format!("s3:Action{number}")).collect(),
            resources: resources.into_iter().collect(),
            keys: BTreeMap::new(),
        }
    }

    fn objects(count: usize) -> impl Iterator<Item = String> {
        (0..count).map(|number| format!("arn:aws:s3:::bucket/folder/object{number:08}"))
    }

    #[test]
    fn what_fits_is_left_alone() {
        let (documents, notes) = fit(vec![statement(2, objects(3))]);
        assert_eq!((documents.len(), notes.len()), (1, 0));
    }

    #[test]
    fn what_is_too_long_for_one_is_split_and_says_the_same() {
        let (documents, notes) = fit(vec![statement(2, objects(600))]);
        assert!(documents.len() > 1 && notes.is_empty());
        assert!(documents.iter().all(|document| document.size() <= MANAGED_POLICY_SIZE));
        let all: BTreeSet<String> = documents
            .iter()
            .flat_map(|it| it.statements.iter().flat_map(|it| it.resources.clone()))
            .collect();
        assert_eq!(all, objects(600).collect());
    }

    #[test]
    fn actions_too_long_for_one_are_split_and_stay_on_their_resource() {
        let whole = statement(700, ["arn:aws:s3:::bucket".to_owned()]);
        let (documents, notes) = fit(vec![whole.clone()]);
        assert!(documents.len() > 1 && notes.is_empty());
        assert!(documents.iter().all(|document| document.size() <= MANAGED_POLICY_SIZE));
        let parts: Vec<&Statement> = documents.iter().flat_map(|it| &it.statements).collect();
        assert!(parts.iter().all(|part| part.resources == whole.resources));
        let actions: BTreeSet<String> = parts.iter().flat_map(|it| it.actions.clone()).collect();
        assert_eq!(actions, whole.actions);
        // What cannot be split is told as it is.
        let one = statement(1, ["x".repeat(MANAGED_POLICY_SIZE)]);
        assert_eq!(halved(&one), [one]);
    }

    #[test]
    fn a_document_is_filled_to_its_last_character() {
        let first = statement(1, ["a".to_owned()]);
        let empty = statement(1, [String::new()]).size();
        let room = MANAGED_POLICY_SIZE - Document { statements: vec![first.clone()] }.size() - 1;
        for (length, documents) in [(room, 1), (room + 1, 2)] {
            let second = statement(1, ["b".repeat(length - empty)]);
            let found = split(&[first.clone(), second]);
            assert_eq!(found.len(), documents, "{length}");
            assert!(found.iter().all(|document| document.size() <= MANAGED_POLICY_SIZE));
        }
        let alone = Document { statements: vec![statement(2, ["c".to_owned(), "d".to_owned()])] };
        let full = MANAGED_POLICY_SIZE - alone.size() + 1;
        let fills = statement(2, ["c".to_owned(), "d".repeat(full)]);
        assert_eq!(Document { statements: vec![fills.clone()] }.size(), MANAGED_POLICY_SIZE);
        assert_eq!(halved(&fills), [fills]);
    }

    #[test]
    fn what_is_alone_in_its_folder_stays_as_it_is() {
        let resources = ["arn:aws:s3:::b/f/1", "arn:aws:s3:::b/f/2", "arn:aws:s3:::b/g/1"];
        let shorter = common(&resources.map(str::to_owned).into()).unwrap();
        let expected = ["arn:aws:s3:::b/f/*", "arn:aws:s3:::b/g/1"];
        assert_eq!(shorter, expected.map(str::to_owned).into());
    }

    #[test]
    fn what_no_role_can_have_is_shortened_and_that_is_said() {
        let other = ["arn:aws:s3:::other".to_owned()];
        let (documents, notes) = fit(vec![statement(1, objects(1600)), statement(1, other)]);
        assert_eq!(documents.len(), 1);
        assert_eq!(
            notes,
            ["shortened, so that it allows more than was used: 1600 resources of `s3:Action0` \
              became 1"]
        );
        let resources = &documents[0].statements[0].resources;
        assert_eq!(resources.first().map(String::as_str), Some("arn:aws:s3:::bucket/folder/*"));
    }

    #[test]
    fn buckets_never_become_all_buckets() {
        let buckets = (0..9).map(|number| format!("arn:aws:s3:::bucket{number}"));
        assert_eq!(common(&buckets.collect()), None);
        let queues = (0..9).map(|number| format!("arn:aws:sqs:eu-west-1:278805249149:q{number}"));
        assert_eq!(common(&queues.collect()), None);
    }
}
