//! Explanations.

use super::*;
use crate::policy_set::NamedPolicy;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Engineers", "Effect": "Allow", "Principal": {"Federated": "accounts.google.com"},
   "Action": "sts:AssumeRoleWithWebIdentity",
   "Condition": {
     "StringEquals": {"accounts.google.com:aud": "client",
                      "accounts.google.com:SUB": ["1", 2]},
     "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
  {"Effect": "Deny", "Principal": "*", "Action": "sts:*",
   "Condition": {"Bool": {"aws:SecureTransport": false}}}]}"#;

fn context(subject: &str) -> Context {
    let mut context = Context::new();
    context.set("accounts.google.com:aud", "client");
    context.set("accounts.google.com:sub", subject);
    context
}

fn explained(context: &Context) -> Explanation {
    let trust = Policy::parse(TRUST, PolicyKind::Trust).unwrap();
    let google = Principal::parse("accounts.google.com").unwrap();
    let role = "arn:aws:iam::278805249149:role/r";
    explain_trust(&trust, &google, "sts:AssumeRoleWithWebIdentity", role, context)
}

#[test]
fn what_is_unknown_leaves_it_open() {
    let mut context = context("1");
    context.know_only(["accounts.google.com:"]);
    let explanation = explained(&context);
    assert_eq!(explanation.verdict, Verdict::CannotTell);
    assert_eq!(explanation.unsettled, ["aws:securetransport", "aws:sourceip"]);
    assert_eq!(explanation.answer.decision, Decision::ExplicitlyDenied);
    let outcomes: Vec<_> = explanation.statements.iter().map(|trace| trace.applies).collect();
    assert_eq!(outcomes, [Truth::Unknown, Truth::Unknown]);
}

#[test]
fn what_is_known_to_fail_settles_it() {
    let mut context = context("3");
    context.know_only(["accounts.google.com:"]);
    let explanation = explained(&context);
    assert_eq!(explanation.verdict, Verdict::Denied);
    assert_eq!(explanation.unsettled, [""; 0]);
}

#[test]
fn what_is_known_to_hold_settles_it() {
    let mut context = context("2");
    context.set("aws:SourceIp", "203.0.113.9");
    context.set("aws:SecureTransport", "true");
    context.know_only(["accounts.google.com:"]);
    let explanation = explained(&context);
    assert_eq!(explanation.verdict, Verdict::Allowed);
    assert_eq!(explanation.answer.decision, Decision::Allowed);
}

// Long: a table of cases.
#[test]
fn every_condition_shows_what_is_asked_and_what_is_there() {
    let mut context = context("3");
    context.assume_unknown(["aws:SourceIp"]);
    let explanation = explained(&context);
    let [allow, deny] = explanation.statements.as_slice() else { panic!("two statements") };
    assert_eq!(allow.sid.as_deref(), Some("Engineers"));
    assert_eq!((allow.line, deny.line), (2, 8));
    assert!(allow.principal == Truth::True && allow.action);
    let conditions: Vec<_> = allow
        .conditions
        .iter()
        .map(|condition| {
            (
                condition.operator.as_str(),
                condition.key.as_str(),
                condition.line,
                condition.required.join("|"),
                condition.found.clone(),
                condition.outcome,
            )
        })
        .collect();
    let found = |value: &str| Found::Values(vec![value.to_owned()]);
    assert_eq!(
        conditions,
        [
            (
                "StringEquals",
                "accounts.google.com:aud",
                5,
                "client".to_owned(),
                found("client"),
                Truth::True
            ),
            (
                "StringEquals",
                "accounts.google.com:SUB",
                6,
                "1|2".to_owned(),
                found("3"),
                Truth::False
            ),
            (
                "IpAddress",
                "aws:SourceIp",
                7,
                "203.0.113.0/24".to_owned(),
                Found::Unknown,
                Truth::Unknown
            ),
        ]
    );
    assert_eq!(allow.obstacles(), 2);
    assert_eq!(deny.conditions.first().map(|condition| &condition.found), Some(&Found::Absent));
    assert_eq!(
        deny.conditions.first().map(|condition| condition.required.join("")),
        Some("false".to_owned())
    );
    assert_eq!(
        explanation.nearest_allow().and_then(|trace| trace.sid.as_deref()),
        Some("Engineers")
    );
}

#[test]
fn policies_of_all_kinds_are_explained() {
    let parse = |text: &str, kind| NamedPolicy::new("p", Policy::parse(text, kind).unwrap());
    let allow = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
        "Resource": "arn:aws:s3:::${aws:PrincipalTag/bucket}/*"}}"#;
    let set = PolicySet {
        identity: vec![parse(allow, PolicyKind::Identity)],
        boundary: Some(parse(allow, PolicyKind::Boundary)),
        session: Some(vec![parse(allow, PolicyKind::Session)]),
        service_control: vec![vec![parse(allow, PolicyKind::ServiceControl)]],
        ..PolicySet::default()
    };
    let principal = Principal::parse("arn:aws:iam::278805249149:user/alice").unwrap();
    let mut context = Context::new();
    context.assume_unknown(["aws:PrincipalTag/bucket"]);
    let ask = |context: &Context| {
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::reports/a",
            resource_account: None,
            context,
        };
        explain(&set, &request)
    };
    let open = ask(&context);
    assert_eq!(open.verdict, Verdict::CannotTell);
    assert_eq!(open.unsettled, ["aws:principaltag/bucket"]);
    let kinds: Vec<_> = open.statements.iter().map(|trace| trace.kind).collect();
    assert_eq!(
        kinds,
        [
            PolicyKind::Identity,
            PolicyKind::Boundary,
            PolicyKind::Session,
            PolicyKind::ServiceControl
        ]
    );
    context.set("aws:PrincipalTag/bucket", "reports");
    assert_eq!(ask(&context).verdict, Verdict::Allowed);
    context.set("aws:PrincipalTag/bucket", "other");
    let denied = ask(&context);
    assert_eq!(denied.verdict, Verdict::Denied);
    assert_eq!(denied.nearest_allow().map(StatementTrace::obstacles), Some(1));
}

#[test]
fn a_conditions_unknown_variable_is_named() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
        "Action": "sts:AssumeRole", "Condition": {
            "StringEquals": {"aws:PrincipalTag/team": ["x", "${aws:RequestTag/team}"]},
            "StringLike": {"aws:PrincipalTag/team": "r*"}}}}"#;
    let trust = Policy::parse(text, PolicyKind::Trust).unwrap();
    let principal = Principal::parse("arn:aws:iam::278805249149:user/alice").unwrap();
    let role = "arn:aws:iam::278805249149:role/r";
    let mut context = Context::new();
    context.set("aws:PrincipalTag/team", "red");
    context.know_only(["aws:PrincipalTag/"]);
    let explanation = explain_trust(&trust, &principal, "sts:AssumeRole", role, &context);
    assert_eq!(explanation.verdict, Verdict::CannotTell);
    assert_eq!(explanation.unsettled, ["aws:requesttag/team"]);
}

#[test]
fn policies_of_an_organization_that_bind_others_are_left_out() {
    let organization = |kind, principal| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{
                "Effect": "Deny", {principal} "Action": "s3:*", "Resource": "*"}}}}"#
        );
        vec![vec![NamedPolicy::new("p", Policy::parse(&text, kind).unwrap())]]
    };
    let set = PolicySet {
        service_control: organization(PolicyKind::ServiceControl, ""),
        resource_control: organization(PolicyKind::ResourceControl, r#""Principal": "*","#),
        ..PolicySet::default()
    };
    let session = "arn:aws:sts::278805249149:assumed-role/AWSServiceRoleForX/s";
    let linked =
        "arn:aws:iam::278805249149:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    for (principal, expected) in [
        (Principal::parse(session).unwrap(), &["p", "p"][..]),
        (Principal::parse("x.amazonaws.com").unwrap(), &["p"]),
        (Principal::assumed_role(session, linked), &[]),
        (Principal::assumed_role(session, linked.replace("/AWSService", "/Service")), &["p", "p"]),
    ] {
        let context = Context::new();
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: "*",
            resource_account: None,
            context: &context,
        };
        let explanation = explain(&set, &request);
        let names: Vec<_> = explanation.statements.iter().map(|trace| &*trace.policy).collect();
        assert_eq!(names, expected, "{principal:?}");
    }
}
