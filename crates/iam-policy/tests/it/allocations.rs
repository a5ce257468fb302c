//! Evaluating compiled policies asks nothing of the heap, unless more statements decide
//! than an answer holds in place.

use allocation_counter::measure;
use iam_policy::cases::Case;
use iam_policy::{Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request};
use iam_policy::{evaluate, evaluate_trust};

/// How many times evaluating the case allocates.
fn allocations(case: &Case) -> u64 {
    let request = case.request();
    measure(|| drop(evaluate(&case.policies, &request))).count_total
}

#[test]
fn no_sample_case_allocates() {
    let cases: Vec<Case> = include_str!("../../cases/sample.jsonl")
        .lines()
        .map(|line| Case::parse(line).unwrap())
        .collect();
    assert_eq!(cases.len(), 600);
    for case in cases {
        assert_eq!(allocations(&case), 0, "{}", case.name);
    }
}

#[test]
fn no_documented_case_allocates() {
    for line in super::documented::FILES.iter().flat_map(|file| file.lines()) {
        let case = super::documented::case(line);
        assert_eq!(allocations(&case), 0, "{}", case.name);
    }
}

#[test]
fn values_are_read_in_place() {
    let role = "arn:aws:iam::278805249149:role/r";
    for (condition, value) in [
        (r#"{"DateLessThan": {"k:k": "2027-01-01T00:00:00.25Z"}}"#, "2026-11-23T10:00:00.5Z"),
        (r#"{"DateLessThan": {"k:k": "2000000000"}}"#, "1800000000.125"),
        (
            r#"{"BinaryEquals": {"k:k": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}"#,
            "QmluYXJ5VmFsdWVJbkJhc2U2NA==",
        ),
        (r#"{"NumericEquals": {"k:k": "10"}}"#, "10.00"),
        (r#"{"IpAddress": {"k:k": "2001:db8::/32"}}"#, "2001:db8::1"),
        (r#"{"StringEqualsIgnoreCase": {"k:k": "ÉCOLE"}}"#, "école"),
        (r#"{"StringLike": {"k:k": "${k:k}*"}}"#, "alice"),
        (r#"{"ArnLike": {"k:k": "arn:aws:s?s:*:*:jo*"}}"#, "arn:aws:sqs:eu-west-1:1:jobs"),
    ] {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
                "Principal": {{"Federated": "accounts.google.com"}},
                "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition}}}}}"#
        );
        let trust = Policy::parse(&text, PolicyKind::Trust).unwrap();
        let google = Principal::parse("accounts.google.com").unwrap();
        let mut context = Context::new();
        context.set("k:k", value);
        let action = "sts:AssumeRoleWithWebIdentity";
        let ask = || evaluate_trust(&trust, &google, action, role, &context);
        assert!(ask().decision.is_allowed(), "{condition}");
        assert_eq!(measure(|| drop(ask())).count_total, 0, "{condition}");
    }
}

/// An identity policy in which `count` statements allow everything.
fn allowing(count: usize) -> u64 {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let text = format!(r#"{{"Statement": [{}]}}"#, vec![statement; count].join(","));
    let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
    let policies =
        PolicySet { identity: vec![NamedPolicy::new("p", policy)], ..PolicySet::default() };
    let principal = Principal::parse("arn:aws:iam::278805249149:user/alice").unwrap();
    let context = Context::new();
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::reports/a",
        resource_account: None,
        context: &context,
    };
    measure(|| drop(evaluate(&policies, &request))).count_total
}

#[test]
fn only_many_deciding_statements_move_to_the_heap() {
    assert_eq!(allowing(1), 0);
    assert_eq!(allowing(4), 0);
    assert!(allowing(40) > 0);
}
