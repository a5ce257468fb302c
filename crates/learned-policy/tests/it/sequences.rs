//! Random sequences of calls from AWS's own model: the learned policy allows what was used, to
//! the letter, and nothing next to it. The seed is printed when it fails.

use std::collections::BTreeSet;

use learned_policy::{MANAGED_POLICY_SIZE, Permission, Rules, learn, uncovered};

use crate::neighbours::neighbours;
use crate::random::Random;

const ACCOUNT: &str = "278805249149";
const SEED: u64 = 0x1ea2_2026_1128;
const ROUNDS: u64 = 100;

/// Names that people give, and those that nobody should.
const NAMES: [&str; 12] = [
    "orders",
    "app-1a2b3c4d",
    "a*b",
    "what?",
    "${aws:username}",
    "${*}",
    "x y",
    "ünï",
    "*x",
    "$",
    "a.b_c",
    "{}",
];

/// A permission of a service: an action and a resource that it is checked on.
fn permission(random: &mut Random, service: &aws_model::Authorization) -> Permission {
    let action = random.one(service.actions());
    let name = format!("{}:{}", service.prefix, action.name);
    let types = action.resource_types();
    if types.is_empty() {
        return Permission::new(name, "*");
    }
    let template = random.one(types).resource_type.arn.split(", ").next().unwrap();
    Permission::new(name, filled(random, template))
}

fn filled(random: &mut Random, template: &str) -> String {
    let mut arn = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("${") {
        let (variable, behind) = behind.split_once('}').unwrap();
        arn.push_str(before);
        arn.push_str(match variable {
            "Partition" => "aws",
            "Region" => random.one::<&str>(&["eu-west-1", "ap-northeast-2"]),
            "*" => "any",
            // By whatever name: accounts stand there.
            _ if arn.matches(':').count() < 5 => ACCOUNT,
            _ => random.one::<&str>(&NAMES),
        });
        rest = behind;
    }
    arn + rest
}

#[test]
fn what_was_used_is_allowed_and_nothing_next_to_it() {
    let services: Vec<_> = aws_model::authorizations()
        .iter()
        .filter(|service| !service.actions().is_empty())
        .collect();
    let (mut tried, mut asked) = (0, 0);
    for round in 0..ROUNDS {
        let seed = SEED + round;
        let mut random = Random::from(seed);
        let mut used = BTreeSet::new();
        let mut others = Vec::new();
        for _ in 0..1 + random.below(4) {
            let service = random.one(&services);
            for _ in 0..1 + random.below(8) {
                used.insert(permission(&mut random, service));
            }
            let action = random.one(service.actions());
            others.push(format!("{}:{}", service.prefix, action.name));
        }
        others.push("iam:PassRole".to_owned());
        let learned = learn(used.clone(), &Rules::default());
        assert_eq!(learned.notes, [""; 0], "seed {seed:#x}");
        let lacking = uncovered(&learned.documents, ACCOUNT, &used);
        assert!(lacking.is_empty(), "seed {seed:#x}: not allowed: {lacking:?}");
        tried += used.len();
        let strangers: BTreeSet<Permission> = used
            .iter()
            .flat_map(|permission| neighbours(permission, &others))
            .filter(|stranger| !used.iter().any(|known| means(known, stranger)))
            .collect();
        asked += strangers.len();
        let refused = uncovered(&learned.documents, ACCOUNT, &strangers);
        let refused: BTreeSet<&Permission> = refused.into_iter().collect();
        let let_in: Vec<_> = strangers.iter().filter(|it| !refused.contains(it)).collect();
        assert!(let_in.is_empty(), "seed {seed:#x}: allowed: {let_in:?}");
    }
    assert!(tried > 800 && asked > 6000, "{tried} permissions, {asked} neighbours");
}

/// Whether who may do the one may do the other.
fn means(known: &Permission, other: &Permission) -> bool {
    let covers = known.resource == "*" || known.resource == other.resource || any(known, other);
    known.action.eq_ignore_ascii_case(&other.action) && covers
}

/// Where the template itself says `*`, any is meant.
fn any(known: &Permission, other: &Permission) -> bool {
    let any_part = |text: &str| text.split(['/', ':']).skip(5).any(|part| part == "*");
    let is_s3 = known.resource.starts_with("arn:aws:s3:");
    !is_s3 && any_part(&known.resource) && {
        let head = known.resource.split('*').next().unwrap_or_default();
        other.resource.starts_with(head)
    }
}

#[test]
fn the_order_of_calls_does_not_matter() {
    let service = aws_model::authorization("s3").unwrap();
    let mut random = Random::from(SEED);
    let used: Vec<_> = (0..40).map(|_| permission(&mut random, service)).collect();
    let mut other = used.clone();
    other.reverse();
    other.extend(used.iter().cloned());
    let (first, second) = (learn(used, &Rules::default()), learn(other, &Rules::default()));
    assert_eq!(first, second);
}

#[test]
fn thousands_of_resources_are_split_by_size_and_mean_the_same() {
    let used: BTreeSet<_> = (0..700)
        .map(|number| {
            let action = ["s3:GetObject", "s3:PutObject"][number % 2];
            Permission::new(action, format!("arn:aws:s3:::bucket/a-rather-long-folder/{number}"))
        })
        .collect();
    let learned = learn(used.clone(), &Rules::default());
    let count = learned.documents.len();
    assert!((2..=10).contains(&count), "{count}");
    assert!(learned.documents.iter().all(|document| document.size() <= MANAGED_POLICY_SIZE));
    assert_eq!(learned.notes, [format!("split into {count} policies by IAM's size")]);
    assert!(uncovered(&learned.documents, ACCOUNT, &used).is_empty());
    let swapped = Permission::new("s3:PutObject", "arn:aws:s3:::bucket/a-rather-long-folder/0");
    assert_eq!(uncovered(&learned.documents, ACCOUNT, [&swapped]), [&swapped]);
}

#[test]
fn a_rule_makes_it_wider_by_what_it_says_and_no_more() {
    let used =
        Permission::new("sqs:SendMessage", "arn:aws:sqs:eu-west-1:278805249149:jobs-1a2b3c4d");
    let rules = "random-suffixes".parse().unwrap();
    let learned = learn([used.clone()], &rules);
    let on = |resource: &str| Permission::new("sqs:SendMessage", resource);
    let same = on("arn:aws:sqs:eu-west-1:278805249149:jobs-9f8e7d6c");
    assert!(uncovered(&learned.documents, ACCOUNT, [&used, &same]).is_empty());
    for other in [
        on("arn:aws:sqs:eu-west-1:278805249149:job"),
        on("arn:aws:sqs:eu-west-2:278805249149:jobs-9f8e7d6c"),
        on("arn:aws:sqs:eu-west-1:999999999999:jobs-9f8e7d6c"),
        Permission::new("sqs:DeleteQueue", same.resource.clone()),
    ] {
        assert_eq!(uncovered(&learned.documents, ACCOUNT, [&other]), [&other]);
    }
}

#[test]
fn condition_keys_are_asked_for_as_they_were() {
    let mut used = Permission::new("ec2:RunInstances", "arn:aws:ec2:r:278805249149:instance/*");
    used.keys.insert("aws:RequestedRegion".to_owned(), vec!["eu-west-1".to_owned()]);
    used.keys.insert("aws:TagKeys".to_owned(), vec!["a".to_owned(), "b".to_owned()]);
    let learned = learn([used.clone()], &Rules::default());
    assert!(uncovered(&learned.documents, ACCOUNT, [&used]).is_empty());
    let mut elsewhere = used.clone();
    elsewhere.keys.insert("aws:RequestedRegion".to_owned(), vec!["eu-west-2".to_owned()]);
    let mut tagged = used.clone();
    tagged.keys.insert("aws:TagKeys".to_owned(), vec!["a".to_owned(), "c".to_owned()]);
    let mut without = used.clone();
    without.keys.clear();
    for other in [elsewhere, tagged, without] {
        assert_eq!(uncovered(&learned.documents, ACCOUNT, [&other]), [&other]);
    }
}
