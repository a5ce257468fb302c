//! Which policy type a denial names, and AWS's words for it. The decisions themselves are
//! in `cases/*.jsonl`.

use super::*;
use crate::answer::{Decision, DenialReason};
use crate::context::Context;

const ALICE: &str = "arn:aws:iam::278805249149:user/alice";
const ACTION: &str = "s3:GetObject";

fn policy(kind: PolicyKind, effect: &str, action: &str, principal: &str) -> NamedPolicy {
    let principal = match principal {
        "" => String::new(),
        principal => format!(r#""Principal": {principal},"#),
    };
    let resource = if kind == PolicyKind::Trust { "" } else { r#", "Resource": "*""# };
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", {principal}
            "Action": "{action}"{resource}}}}}"#
    );
    NamedPolicy::new("p", Policy::parse(&text, kind).unwrap())
}

fn asked(set: &PolicySet, principal: &str, action: &str) -> Answer {
    let principal = Principal::parse(principal).unwrap();
    let context = Context::new();
    evaluate(
        set,
        &Request {
            principal: &principal,
            action,
            resource: "*",
            resource_account: None,
            context: &context,
        },
    )
}

fn because(set: &PolicySet) -> String {
    asked(set, ALICE, ACTION).because(ACTION).unwrap()
}

/// A set in which everything allows.
fn open() -> PolicySet {
    use PolicyKind::{Boundary, Identity, ResourceControl, ServiceControl, Session};
    PolicySet {
        identity: vec![policy(Identity, "Allow", "*", "")],
        boundary: Some(policy(Boundary, "Allow", "*", "")),
        session: Some(vec![policy(Session, "Allow", "*", "")]),
        service_control: vec![vec![policy(ServiceControl, "Allow", "*", "")]],
        resource_control: vec![vec![policy(ResourceControl, "Allow", "*", "\"*\"")]],
        resource: None,
    }
}

#[test]
fn an_implicit_denial_names_the_type_that_lacks_the_allow() {
    assert_eq!(asked(&open(), ALICE, ACTION).because(ACTION), None);
    let mut set = open();
    set.identity.clear();
    assert_eq!(because(&set), "because no identity-based policy allows the s3:GetObject action");
    let mut set = open();
    set.boundary = Some(policy(PolicyKind::Boundary, "Allow", "iam:*", ""));
    assert_eq!(because(&set), "because no permissions boundary allows the s3:GetObject action");
    let mut set = open();
    set.session = Some(Vec::new());
    assert_eq!(because(&set), "because no session policy allows the s3:GetObject action");
    let mut set = open();
    set.service_control.push(Vec::new());
    assert_eq!(because(&set), "because no service control policy allows the s3:GetObject action");
}

/// AWS's own, which allows everything, is on every level and cannot be taken away.
#[test]
fn resource_control_policies_need_not_allow() {
    let mut set = open();
    set.resource_control =
        vec![vec![policy(PolicyKind::ResourceControl, "Deny", "kms:*", "\"*\"")], Vec::new()];
    assert_eq!(asked(&set, ALICE, ACTION).because(ACTION), None);
    set.resource_control.push(vec![policy(PolicyKind::ResourceControl, "Deny", "s3:*", "\"*\"")]);
    assert_eq!(because(&set), "with an explicit deny in a resource control policy");
    // They give nothing.
    let set = PolicySet { resource_control: open().resource_control, ..PolicySet::default() };
    assert_eq!(because(&set), "because no identity-based policy allows the s3:GetObject action");
}

#[test]
fn an_explicit_denial_names_the_type_that_denies() {
    let mut set = open();
    set.identity.push(policy(PolicyKind::Identity, "Deny", "s3:*", ""));
    assert_eq!(because(&set), "with an explicit deny in an identity-based policy");
    let mut set = open();
    set.boundary = Some(policy(PolicyKind::Boundary, "Deny", "s3:*", ""));
    assert_eq!(because(&set), "with an explicit deny in a permissions boundary");
    let mut set = open();
    set.session = Some(vec![policy(PolicyKind::Session, "Deny", "s3:*", "")]);
    assert_eq!(because(&set), "with an explicit deny in a session policy");
    let mut set = open();
    set.service_control = vec![vec![policy(PolicyKind::ServiceControl, "Deny", "s3:*", "")]];
    assert_eq!(because(&set), "with an explicit deny in a service control policy");
    let mut set = open();
    set.resource = Some(policy(PolicyKind::Resource, "Deny", "s3:*", "\"*\""));
    assert_eq!(because(&set), "with an explicit deny in a resource-based policy");
}

#[test]
fn resources_that_must_allow_themselves_are_named() {
    let mut set = open();
    set.resource =
        Some(policy(PolicyKind::Trust, "Allow", "sts:AssumeRole", r#"{"AWS": "111122223333"}"#));
    let answer = asked(&set, ALICE, "sts:AssumeRole");
    assert_eq!(answer.reason, Some(DenialReason::NoAllow(PolicyKind::Trust)));
    assert_eq!(
        answer.because("sts:AssumeRole").as_deref(),
        Some("because no role trust policy allows the sts:AssumeRole action")
    );
    set.resource =
        Some(policy(PolicyKind::Resource, "Allow", "kms:*", r#"{"AWS": "111122223333"}"#));
    let answer = asked(&set, ALICE, "KMS:Decrypt");
    assert_eq!(answer.reason, Some(DenialReason::NoAllow(PolicyKind::Resource)));
    // Other resources need not.
    assert!(asked(&set, ALICE, ACTION).decision.is_allowed());
    // Others than the account's own need the resource's allow.
    for stranger in ["accounts.google.com", "ec2.amazonaws.com", "*"] {
        let answer = asked(&set, stranger, ACTION);
        assert_eq!(answer.reason, Some(DenialReason::NoAllow(PolicyKind::Resource)), "{stranger}");
    }
}

#[test]
fn the_account_of_the_resource_is_given_or_read_from_its_arn() {
    let set = open();
    let principal = Principal::parse(ALICE).unwrap();
    let context = Context::new();
    let decide = |resource, resource_account| {
        let request = Request {
            principal: &principal,
            action: ACTION,
            resource,
            resource_account,
            context: &context,
        };
        evaluate(&set, &request).decision
    };
    let own = "arn:aws:sqs:us-east-1:278805249149:q";
    let other = "arn:aws:sqs:us-east-1:111122223333:q";
    assert_eq!(decide(own, None), Decision::Allowed);
    assert_eq!(decide(other, None), Decision::ImplicitlyDenied);
    assert_eq!(decide(other, Some("278805249149")), Decision::Allowed);
    assert_eq!(decide(own, Some("111122223333")), Decision::ImplicitlyDenied);
    assert_eq!(decide("arn:aws:s3:::bucket", None), Decision::Allowed);
    assert_eq!(decide("*", None), Decision::Allowed);
}

#[test]
fn an_answer_names_policy_statement_and_line() {
    let text = "{\"Statement\": [\n {\"Effect\": \"Deny\", \"Action\": \"iam:*\", \"Resource\": \"*\"},\n \
                {\"Sid\": \"Read\", \"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}";
    let set = PolicySet {
        identity: vec![NamedPolicy::new(
            "reader",
            Policy::parse(text, PolicyKind::Identity).unwrap(),
        )],
        ..PolicySet::default()
    };
    let answer = asked(&set, ALICE, ACTION);
    let [deciding] = answer.deciding.as_slice() else { panic!("one statement") };
    assert_eq!((&*deciding.policy, deciding.index, deciding.line), ("reader", 1, 3));
    assert_eq!((deciding.label(), deciding.effect), ("Read".to_owned(), Effect::Allow));
    let denied = asked(&set, ALICE, "iam:GetUser");
    assert_eq!(
        denied.deciding.first().map(DecidingStatement::label).as_deref(),
        Some("statement 1")
    );
    assert_eq!(denied.decision.name(), "ExplicitlyDenied");
}

#[test]
fn what_is_unknown_denies() {
    let with = |effect: &str| {
        let text = format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}, {{"Effect": "{effect}",
            "Action": "*", "Resource": "*", "Condition": {{"Bool": {{"aws:SecureTransport": "true"}}}}}}]}}"#
        );
        let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
        PolicySet { identity: vec![NamedPolicy::new("p", policy)], ..PolicySet::default() }
    };
    let principal = Principal::parse(ALICE).unwrap();
    let mut context = Context::new();
    context.assume_unknown(["aws:SecureTransport"]);
    let decide = |set: &PolicySet, action| {
        let request = Request {
            principal: &principal,
            action,
            resource: "*",
            resource_account: None,
            context: &context,
        };
        evaluate(set, &request).decision
    };
    assert_eq!(decide(&with("Deny"), "iam:GetUser"), Decision::ExplicitlyDenied);
    assert_eq!(decide(&with("Allow"), ACTION), Decision::ImplicitlyDenied);
    assert_eq!(decide(&with("Allow"), "iam:GetUser"), Decision::Allowed);
}

#[test]
fn a_trust_policy_alone_decides_about_a_web_identity() {
    let trust = policy(
        PolicyKind::Trust,
        "Allow",
        "sts:AssumeRoleWithWebIdentity",
        r#"{"Federated": "accounts.google.com"}"#,
    );
    let ask = |provider: &str, action: &str| {
        let provider = Principal::parse(provider).unwrap();
        let role = "arn:aws:iam::278805249149:role/r";
        evaluate_trust(&trust.policy, &provider, action, role, &Context::new())
    };
    let allowed = ask("accounts.google.com", "sts:AssumeRoleWithWebIdentity");
    assert_eq!(allowed.deciding.first().map(|statement| &*statement.policy), Some("trust policy"));
    for (provider, action) in [
        ("accounts.google.com", "sts:TagSession"),
        ("www.amazon.com", "sts:AssumeRoleWithWebIdentity"),
        (ALICE, "sts:AssumeRoleWithWebIdentity"),
    ] {
        let denied = ask(provider, action);
        assert_eq!(denied.reason, Some(DenialReason::NoAllow(PolicyKind::Trust)), "{provider}");
    }
    let deny = policy(PolicyKind::Trust, "Deny", "sts:*", "\"*\"");
    let google = Principal::parse("accounts.google.com").unwrap();
    let denied = evaluate_trust(&deny.policy, &google, "sts:AssumeRole", "r", &Context::new());
    assert_eq!(denied.reason, Some(DenialReason::ExplicitDeny(PolicyKind::Trust)));
}

/// Where the owner's policy allows everybody everything.
fn from_elsewhere(principal: &str, action: &str, owner: &str) -> bool {
    let set =
        PolicySet { resource: Some(policy(PolicyKind::Resource, "Allow", "*", "\"*\"")), ..open() };
    let principal = Principal::parse(principal).unwrap();
    let request = Request {
        principal: &principal,
        action,
        resource: "*",
        resource_account: Some(owner),
        context: &Context::new(),
    };
    evaluate(&set, &request).decision.is_allowed()
}

#[test]
fn some_actions_are_the_own_accounts_alone() {
    let (own, other) = ("278805249149", "111122223333");
    for action in [
        "iam:GetRole",
        "iam:PassRole",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "sqs:SetQueueAttributes",
        "sqs:deletequeue",
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "sns:CreateTopic",
    ] {
        assert!(from_elsewhere(ALICE, action, own), "{action}");
        assert!(!from_elsewhere(ALICE, action, other), "{action}");
    }
    for action in ["kms:Decrypt", "kms:CreateGrant", "sqs:SendMessage", "s3:GetObject"] {
        assert!(from_elsewhere(ALICE, action, other), "{action}");
    }
}

#[test]
fn what_is_not_there_yet_has_no_policy_that_allows_its_making() {
    let made = |action: &str, own: &str| {
        let mut set = open();
        set.identity = vec![policy(PolicyKind::Identity, "Allow", own, "")];
        set.resource = Some(policy(PolicyKind::Resource, "Allow", "*", "\"*\""));
        asked(&set, ALICE, action).decision.is_allowed()
    };
    for action in ["s3:CreateBucket", "sqs:CreateQueue", "secretsmanager:CreateSecret"] {
        assert!(!made(action, "ec2:*"), "{action}");
        assert!(made(action, "*"), "{action}");
    }
    assert!(made("s3:GetObject", "ec2:*"));
    // An alias is made of a key that is there, and its policy has to allow.
    assert!(made("kms:CreateAlias", "*"));
}
