//! The 600 generated cases whose verdict an independent simulator computed: all agree,
//! or are listed as disputed with the page of AWS's documentation that says otherwise.

use std::collections::BTreeMap;

use iam_policy::Decision;
use iam_policy::cases::{Case, Disputed};

const SAMPLE: &str = include_str!("../../cases/sample.jsonl");
const DISPUTED: &str = include_str!("../../cases/disputed.jsonl");

#[test]
fn every_case_agrees_or_is_disputed_with_a_source() {
    let mut disputed: BTreeMap<String, Disputed> = BTreeMap::new();
    for line in DISPUTED.lines() {
        let entry = Disputed::parse(line).unwrap();
        assert!(!entry.page.is_empty() && !entry.because.is_empty(), "{}", entry.name);
        assert!(disputed.insert(entry.name.clone(), entry).is_none());
    }
    let (mut agreeing, mut disputing) = (0, 0);
    for line in SAMPLE.lines() {
        let case = Case::parse(line).unwrap();
        let outcome = case.run();
        match disputed.remove(&case.name) {
            Some(entry) => {
                assert_eq!(outcome.decision, entry.decision, "{}", case.name);
                assert!(!outcome.agrees(), "{} is disputed but agrees", case.name);
                disputing += 1;
            }
            None => {
                assert!(outcome.agrees(), "{outcome}");
                agreeing += 1;
            }
        }
    }
    assert!(disputed.is_empty(), "disputed but not among the cases: {:?}", disputed.keys());
    assert_eq!((agreeing, disputing), (571, 29));
}

#[test]
fn every_decision_names_the_statements_that_made_it() {
    for line in SAMPLE.lines() {
        let outcome = Case::parse(line).unwrap().run();
        let expected = outcome.decision != Decision::ImplicitlyDenied;
        assert_eq!(!outcome.deciding.is_empty(), expected, "{outcome}");
    }
}
