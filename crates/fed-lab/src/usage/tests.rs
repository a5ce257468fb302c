//! What is gathered from decisions, and what is not.

use fed_types::UnixTime;
use iam_gate::{SessionRecord, TokenRecord};

use super::*;

const ROLE: &str = "arn:aws:iam::278805249149:role/job";
const BUCKET: &str = "arn:aws:s3:::b";

fn demand(action: &str, resource: &str, decision: Verdict) -> DemandRecord {
    let (action, resource) = (action.to_owned(), resource.to_owned());
    DemandRecord { action, resource, resource_account: None, decision, keys: Vec::new() }
}

/// A call by a session of the role that needed these.
fn call(status: u16, code: Option<&str>, demands: Vec<DemandRecord>) -> DecisionRecord {
    let denied = demands.iter().map(|it| it.decision).find(|it| *it != Verdict::Allowed);
    DecisionRecord {
        time: UnixTime::from_seconds(1_795_428_000),
        request_id: "1".to_owned(),
        principal: Some("arn:aws:sts::278805249149:assumed-role/job/s".to_owned()),
        session: Some(SessionRecord {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            role_arn: Some(ROLE.to_owned()),
            expiration: UnixTime::from_seconds(1_795_431_600),
            federated_provider: None,
            source_identity: None,
        }),
        token: None,
        endpoint: None,
        region: None,
        action: demands.first().map(|it| it.action.clone()),
        resource: demands.first().map(|it| it.resource.clone()),
        decision: denied.unwrap_or(Verdict::Allowed),
        demands,
        demands_left_out: 0,
        enforced: true,
        deciding_statement: Vec::new(),
        conditions: Vec::new(),
        reason: denied.map(|_| "because nothing allows it".to_owned()),
        status,
        code: code.map(str::to_owned),
        upstream_milliseconds: None,
    }
}

fn noted(records: &[DecisionRecord]) -> Usage {
    let usages = Usages::default();
    records.iter().for_each(|record| usages.note(record));
    usages.take(&"278805249149".parse().unwrap())
}

fn get() -> DemandRecord {
    demand("s3:GetObject", "arn:aws:s3:::b/k", Verdict::Allowed)
}

fn permission(one: &DemandRecord) -> Permission {
    Permission::new(one.action.clone(), one.resource.clone())
}

#[test]
fn what_a_role_did_is_its_own_whatever_the_session() {
    let pass = demand("iam:PassRole", ROLE, Verdict::Allowed);
    let usage = noted(&[call(200, None, vec![get(), pass.clone()]), call(200, None, vec![get()])]);
    let own = &usage.principals[ROLE];
    assert_eq!(own.calls, 2);
    assert_eq!(own.used, BTreeSet::from([permission(&get()), permission(&pass)]));
}

#[test]
fn a_call_that_failed_for_another_reason_is_left_out_unless_it_succeeds_once() {
    let make = demand("s3:CreateBucket", BUCKET, Verdict::Allowed);
    let wrong = call(400, Some("InvalidBucketName"), vec![make.clone()]);
    let own = noted(std::slice::from_ref(&wrong)).principals[ROLE].clone();
    assert_eq!(own.used, BTreeSet::new());
    assert_eq!(own.failed[&permission(&make)], "InvalidBucketName");
    for records in [
        [wrong.clone(), call(200, None, vec![make.clone()])],
        [call(200, None, vec![make.clone()]), wrong],
    ] {
        let own = noted(&records).principals[ROLE].clone();
        assert_eq!((own.used.len(), own.failed.len()), (1, 0));
    }
}

#[test]
fn what_another_account_owns_is_told_apart_once_it_was_used() {
    let theirs = DemandRecord { resource_account: Some("111122223333".to_owned()), ..get() };
    let own = demand("s3:ListBucket", BUCKET, Verdict::Allowed);
    let failed = call(400, Some("InvalidRequest"), vec![theirs.clone()]);
    assert!(noted(&[failed]).principals[ROLE].used_elsewhere.is_empty());
    let (from, to) = ("278805249149".parse().unwrap(), "444455556666".parse().unwrap());
    let usage = noted(&[call(200, None, vec![theirs.clone(), own])]).moved(&from, &to);
    let used = &usage.principals["arn:aws:iam::444455556666:role/job"];
    assert_eq!(used.used.len(), 2);
    assert_eq!(used.used_elsewhere, BTreeSet::from([permission(&theirs)]));
}

#[test]
fn being_told_that_something_is_not_there_is_use() {
    let own = noted(&[call(404, Some("NoSuchKey"), vec![get()])]).principals[ROLE].clone();
    assert!(own.used.contains(&permission(&get())));
}

#[test]
fn of_a_denied_call_what_was_allowed_before_is_used_and_the_rest_denied() {
    let pass = demand("iam:PassRole", ROLE, Verdict::ImplicitlyDenied);
    let own = noted(&[call(403, Some("AccessDenied"), vec![get(), pass.clone()])]);
    let own = &own.principals[ROLE];
    assert_eq!(own.used, BTreeSet::from([permission(&get())]));
    assert_eq!(own.denied[&permission(&pass)], "because nothing allows it");
    assert_eq!((own.denied_calls, own.failed.len()), (1, 0));
}

#[test]
fn what_never_came_to_a_policy_is_no_permission() {
    let mut refused = call(403, Some("SignatureDoesNotMatch"), vec![get()]);
    refused.decision = Verdict::Refused;
    let own = noted(&[refused]).principals[ROLE].clone();
    assert_eq!((own.used.len(), own.failed.len(), own.denied.len()), (0, 0, 0));
    assert!(own.refused.contains_key("s3:GetObject"));
}

#[test]
fn who_assumes_a_role_is_trusted_only_where_it_succeeded() {
    let mut token = call(200, None, Vec::new());
    token.session = None;
    token.principal = Some("accounts.google.com 42".to_owned());
    token.action = Some("sts:AssumeRoleWithWebIdentity".to_owned());
    token.resource = Some(ROLE.to_owned());
    let keys = vec![("accounts.google.com:sub".to_owned(), "42".to_owned())];
    token.token =
        Some(TokenRecord { provider: "accounts.google.com".to_owned(), keys, kept_out: None });
    let assume = demand("sts:AssumeRole", ROLE, Verdict::Allowed);
    let usage = noted(&[token.clone(), call(200, None, vec![assume])]);
    assert_eq!(usage.trusted[ROLE].len(), 2);
    assert!(usage.trusted[ROLE].contains(&Trusted::Principal(ROLE.to_owned())));
    token.decision = Verdict::ImplicitlyDenied;
    token.status = 403;
    assert!(noted(&[token]).trusted.is_empty());
}

#[test]
fn what_was_done_in_one_account_is_told_of_another() {
    let queue = "arn:aws:sqs:eu-west-1:278805249149:jobs";
    let send = demand("sqs:SendMessage", queue, Verdict::Allowed);
    let (from, to) = ("278805249149".parse().unwrap(), "111122223333".parse().unwrap());
    let usage = noted(&[call(200, None, vec![send])]).moved(&from, &to);
    let own = &usage.principals["arn:aws:iam::111122223333:role/job"];
    let moved = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    assert!(own.used.contains(&Permission::new("sqs:SendMessage", moved)));
}

/// The gate tells so many demands of a call and counts the rest: of less than all nothing is
/// learned.
#[test]
fn what_the_gate_left_out_is_lost() {
    let mut record = call(200, None, vec![get()]);
    record.demands_left_out = 7;
    assert_eq!(noted(&[record]).lost, 7);
}
