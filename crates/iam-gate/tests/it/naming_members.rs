//! Every member of a mapped operation that can name a resource is looked at: those that there
//! are by AWS's models, against what is written down of each in `naming_members.txt`.

use std::collections::{BTreeMap, BTreeSet};

use aws_model::{Member, Service, Shape, Structure};
use iam_gate::served;

/// Services whose tables people have written. EC2 and IAM have rules for all their members.
const WRITTEN: [&str; 9] = [
    "cloudformation",
    "cloudwatch",
    "dynamodb",
    "kms",
    "logs",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
];

/// What the names of members end in that may name something, in lowercase.
const ENDS: [&str; 21] = [
    "account",
    "arn",
    "arns",
    "bucket",
    "destination",
    "endpoint",
    "function",
    "identifier",
    "keyid",
    "kms",
    "lambda",
    "owner",
    "principal",
    "queue",
    "role",
    "secret",
    "source",
    "target",
    "topic",
    "uri",
    "url",
];

/// The paths of such members in the mapped operations of a service.
fn found(service: &Service, operations: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in operations {
        let operation = service.operation(name).unwrap();
        if let Some(structure) = service.input(operation) {
            walk(service, structure, "", 0, &mut found);
        }
    }
    found
}

fn walk(
    service: &Service,
    structure: &Structure,
    path: &str,
    depth: usize,
    found: &mut BTreeSet<String>,
) {
    for member in &structure.members {
        let path = match path {
            "" => member.name.to_owned(),
            _ => format!("{path}.{}", member.name),
        };
        look(service, member, &path, depth, found);
    }
}

fn look(
    service: &Service,
    member: &Member,
    path: &str,
    depth: usize,
    found: &mut BTreeSet<String>,
) {
    match service.shape(member.shape).unwrap() {
        Shape::Structure(structure) if depth < 6 => {
            walk(service, structure, path, depth + 1, found);
        }
        Shape::List(list) if depth < 6 => look(service, &list.element, path, depth + 1, found),
        Shape::String(_) => {
            let name = path.to_ascii_lowercase();
            if ENDS.iter().any(|end| name.ends_with(end)) {
                found.insert(path.to_owned());
            }
        }
        _ => {}
    }
}

#[test]
fn every_member_that_can_name_something_is_accounted_for() {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in include_str!("naming_members.txt").lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [service, member, verdict, ..] = words.as_slice() else { panic!("{line}") };
        assert!(matches!(*verdict, "checked" | "demanded" | "none" | "refused"), "{line}");
        assert!(*verdict != "none" || words.len() == 4, "{line}");
        known.entry(service).or_default().insert(member);
    }
    let (mut unknown, mut gone) = (Vec::new(), Vec::new());
    for served in served().iter().filter(|served| WRITTEN.contains(&served.name)) {
        let service = aws_model::service(served.name).unwrap();
        let known = known.remove(service.signing_name).unwrap_or_default();
        let found = found(service, &served.mapped);
        let is_new = |member: &&String| !known.contains(member.as_str());
        unknown.extend(found.iter().filter(is_new).map(|it| format!("{} {it}", served.name)));
        let left = known.iter().filter(|member| !found.contains(**member));
        gone.extend(left.map(|it| format!("{} {it}", served.name)));
    }
    assert_eq!((unknown, gone), (Vec::<String>::new(), Vec::<String>::new()));
}
