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

/// What a user of the account may do, beside what a policy of the resource says.
fn beside(resource: &str, boundary: bool, context: &Context) -> Explanation {
    const ALL: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let named = |text: &str, kind| NamedPolicy::new("p", Policy::parse(text, kind).unwrap());
    let policies = PolicySet {
        identity: vec![named(ALL, PolicyKind::Identity)],
        boundary: boundary.then(|| named(ALL, PolicyKind::Boundary)),
        resource: Some(named(resource, PolicyKind::Resource)),
        ..PolicySet::default()
    };
    let principal = Principal::parse("arn:aws:iam::278805249149:user/alice").unwrap();
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        resource_account: None,
        context,
    };
    explain(&policies, &request)
}

#[test]
fn who_has_a_boundary_is_told_that_not_principal_denies() {
    let spares = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
        "Resource": "*", "NotPrincipal": {"AWS": [
            "arn:aws:iam::278805249149:user/alice", "278805249149"]}}}"#;
    let denying = |boundary| {
        let explanation = beside(spares, boundary, &Context::new());
        (explanation.verdict, explanation.denying().map(|statement| statement.principal))
    };
    assert_eq!(denying(false), (Verdict::Allowed, None));
    assert_eq!(denying(true), (Verdict::Denied, Some(Truth::True)));
}

#[test]
fn what_aws_does_not_say_leaves_it_open() {
    let everybody_else = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "s3:*", "Resource": "*", "NotPrincipal": {"AWS": "111122223333"}}}"#;
    let elsewhere = Principal::parse("arn:aws:iam::444455556666:user/eve").unwrap();
    let resource = Policy::parse(everybody_else, PolicyKind::Resource).unwrap();
    let told = explain_trust(&resource, &elsewhere, "s3:GetObject", "*", &Context::new());
    assert_eq!(
        (told.verdict, told.unsettled),
        (Verdict::CannotTell, vec![EVERYBODY_ELSE.to_owned()])
    );

    let mut context = Context::new();
    context.set("aws:RequestTag/team", "");
    for (condition, verdict) in [
        (r#""Null": {"aws:RequestTag/team": "true"}"#, Verdict::CannotTell),
        (r#""Null": {"aws:RequestTag/team": "false"}"#, Verdict::CannotTell),
        (r#""Null": {"aws:RequestTag/team": ["true", "false"]}"#, Verdict::Denied),
        (r#""Null": {"aws:RequestTag/team": []}"#, Verdict::Allowed),
        (r#""ForAnyValue:StringNotEquals": {"aws:RequestTag/team": "a"}"#, Verdict::CannotTell),
        (r#""ForAnyValue:StringEquals": {"aws:RequestTag/team": "a"}"#, Verdict::Allowed),
        (r#""StringNotEquals": {"aws:RequestTag/team": "a"}"#, Verdict::Denied),
    ] {
        let deny = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Principal": "*",
            "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}}}"#
        );
        let told = beside(&deny, false, &context);
        assert_eq!(told.verdict, verdict, "{condition}");
        let open = vec!["whether the empty value of `aws:requesttag/team` is one".to_owned()];
        let expected = if verdict == Verdict::CannotTell { open } else { Vec::new() };
        assert_eq!(told.unsettled, expected, "{condition}");
    }
}

#[test]
fn what_a_value_means_that_cannot_be_read_is_left_open() {
    let mut context = Context::new();
    context.set("aws:CurrentTime", "2026-11-29T12:00:00Z");
    context.set("aws:PrincipalArn", "arn:aws:iam::278805249149:user/alice");
    for (condition, verdict) in [
        (r#""DateGreaterThan": {"aws:CurrentTime": "2026-06-30T23:59:59"}"#, Verdict::CannotTell),
        (r#""DateNotEquals": {"aws:CurrentTime": "2026-06-30T23:59:59"}"#, Verdict::CannotTell),
        (r#""Null": {"aws:CurrentTime": "no"}"#, Verdict::CannotTell),
        (r#""Null": {"aws:CurrentTime": ["no", "false"]}"#, Verdict::Denied),
        (r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*"}"#, Verdict::CannotTell),
        (r#""ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*", "*"]}"#, Verdict::Denied),
        (r#""ArnLike": {"aws:PrincipalArn": "${aws:PrincipalTag/arn}"}"#, Verdict::Allowed),
        (r#""DateGreaterThan": {"aws:TokenIssueTime": "soon"}"#, Verdict::Allowed),
    ] {
        let deny = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Principal": "*",
            "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}}}"#
        );
        let told = beside(&deny, false, &context);
        assert_eq!(told.verdict, verdict, "{condition}");
        let says = |it: &String| it.starts_with(UNREADABLE_VALUE);
        assert_eq!(told.unsettled.iter().any(says), verdict == Verdict::CannotTell, "{condition}");
    }
}
