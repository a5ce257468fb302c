//! Cases that AWS's documentation decides: each names the page, says in our words what it
//! says, and lists the statements that decide.

use iam_policy::cases::{Case, Deciding};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documented {
    page: String,
    says: String,
    deciding: Vec<Statement>,
    case: Box<RawValue>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Statement {
    policy: String,
    statement: usize,
}

impl From<&Deciding> for Statement {
    fn from(deciding: &Deciding) -> Self {
        Self { policy: deciding.policy.to_string(), statement: deciding.statement }
    }
}

const LANGUAGE: &str = include_str!("../../cases/language.jsonl");
const CONDITIONS: &str = include_str!("../../cases/conditions.jsonl");
const EVALUATION: &str = include_str!("../../cases/evaluation.jsonl");
const TRUST: &str = include_str!("../../cases/trust.jsonl");

/// All files.
pub(crate) const FILES: [&str; 4] = [LANGUAGE, CONDITIONS, EVALUATION, TRUST];

/// The case of one line.
pub(crate) fn case(line: &str) -> Case {
    let documented: Documented = serde_json::from_str(line).unwrap();
    Case::parse(documented.case.get()).unwrap()
}

/// Runs a file; gives the numbers of cases allowed and denied.
fn run(file: &str) -> (usize, usize) {
    let (mut allowed, mut denied) = (0, 0);
    let mut names = std::collections::HashSet::new();
    for line in file.lines() {
        let documented: Documented = serde_json::from_str(line).unwrap();
        let case = Case::parse(documented.case.get()).unwrap();
        assert!(!documented.page.is_empty() && !documented.says.is_empty(), "{}", case.name);
        assert!(names.insert(case.name.clone()), "two cases named {}", case.name);
        assert!(case.expected.is_some(), "{} expects nothing", case.name);
        let outcome = case.run();
        assert!(outcome.agrees(), "{outcome}\n{}: {}", documented.page, documented.says);
        let deciding: Vec<_> = outcome.deciding.iter().map(Statement::from).collect();
        assert_eq!(deciding, documented.deciding, "{}", case.name);
        if outcome.decision.is_allowed() {
            allowed += 1;
        } else {
            denied += 1;
        }
    }
    (allowed, denied)
}

#[test]
fn language() {
    assert_eq!(run(LANGUAGE), (21, 25));
}

#[test]
fn conditions() {
    assert_eq!(run(CONDITIONS), (46, 77));
}

#[test]
fn evaluation() {
    assert_eq!(run(EVALUATION), (25, 41));
}

#[test]
fn trust() {
    assert_eq!(run(TRUST), (6, 13));
}
