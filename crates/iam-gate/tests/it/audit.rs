//! A gate that only audits: what policies deny goes on, and everybody is told. Whom nobody
//! knows goes nowhere.

use iam_gate::{Enforcement, ServiceControlPolicies, Verdict};
use serde_json::json;

use crate::emulator::Fault;
use crate::lab::{ALLOW_ALL, DESCRIBE, IDENTITY, Lab, claims};

async fn auditing() -> Lab {
    let lab = Lab::start().await;
    lab.gate.set_enforcement(Enforcement::Audit);
    lab
}

#[tokio::test]
async fn what_policies_deny_goes_on_and_is_said() {
    let lab = auditing().await;
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    answer.allowed();
    assert_eq!(answer.headers["x-iam-gate-enforcement"], "audit");
    assert_eq!(answer.headers["x-iam-gate-would-deny"], "ec2:DescribeInstances");
    assert_eq!(lab.emulator.seen("DescribeInstances").len(), 1);
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!((record.decision, record.enforced), (Verdict::ImplicitlyDenied, false));
    assert_eq!(
        record.reason.as_deref(),
        Some("because no identity-based policy allows the ec2:DescribeInstances action")
    );
    assert_eq!(lab.gate.let_through(), 1);
}

#[tokio::test]
async fn every_answer_says_that_nothing_is_enforced() {
    let lab = auditing().await;
    let answer = lab.query(&lab.as_root(), "sts", IDENTITY).send().await;
    assert_eq!(answer.allowed().headers["x-iam-gate-enforcement"], "audit");
    assert_eq!(answer.headers.get("x-iam-gate-would-deny"), None);
    assert_eq!(lab.gate.let_through(), 0);
    let mut stranger = lab.as_root();
    stranger.secret_access_key = "wrong".to_owned();
    let answer = lab.query(&stranger, "ec2", DESCRIBE).send().await;
    assert_eq!(answer.headers["x-iam-gate-enforcement"], "audit");
}

#[tokio::test]
async fn whom_nobody_knows_is_still_refused() {
    let lab = auditing().await;
    let mut forger = lab.key_of("ec2-user").await;
    forger.secret_access_key = "wrong".to_owned();
    let answer = lab.query(&forger, "ec2", DESCRIBE).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (401, "AuthFailure"));
    assert!(lab.emulator.seen("DescribeInstances").is_empty());
    let mut strange = claims();
    strange["aud"] = "another".into();
    strange["azp"] = "another".into();
    let answer = lab.assume(&lab.keys.rs256(&strange), &[]).await;
    answer.refused(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
}

#[tokio::test]
async fn what_the_gate_cannot_tell_goes_on_and_is_said() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let mails = "Action=ListIdentities&Version=2010-12-01";
    let unknown = |answer: &crate::client::Answer| {
        answer.body.contains("the gate does not know which permissions")
    };
    assert!(unknown(&lab.query(&user, "ses", mails).send().await));
    lab.gate.set_enforcement(Enforcement::Audit);
    let answer = lab.query(&user, "ses", mails).send().await;
    assert_eq!(answer.allowed().headers["x-iam-gate-would-deny"], "ses:ListIdentities");
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!((record.decision, record.enforced), (Verdict::Refused, false));
    lab.gate.set_enforcement(Enforcement::On);
    assert!(unknown(&lab.query(&user, "ses", mails).send().await));
}

/// The emulator asks nobody when it calls itself, so nothing is audited there.
#[tokio::test]
async fn what_would_be_called_near_is_refused_all_the_same() {
    let lab = auditing().await;
    let user = lab.key_of("ec2-user").await;
    let full = [("full", ALLOW_ALL)];
    let bound = ServiceControlPolicies::default().with_level(full).unwrap();
    lab.gate.set_service_control_policies(bound);
    let near = "http://127.0.0.1:4566/moto-api/reset";
    let destination = |endpoint: &str| {
        let connection = "arn:aws:events:ap-northeast-2:278805249149:connection/c/1";
        json!({ "Name": "n", "ConnectionArn": connection, "HttpMethod": "GET",
            "InvocationEndpoint": endpoint })
    };
    let connection = json!({ "Name": "c", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
        "AuthParameters": { "OAuthParameters": {
            "ClientParameters": { "ClientID": "i", "ClientSecret": "s" },
            "AuthorizationEndpoint": near, "HttpMethod": "GET" } } });
    for (target, input) in [
        ("CreateApiDestination", destination(near)),
        ("CreateApiDestination", destination("http://10.0.0.1/")),
        ("CreateConnection", connection),
    ] {
        // A policy of the organization binds the administrator, so his calls are not known either.
        for signing in [&user, &lab.as_root()] {
            let target = format!("AWSEvents.{target}");
            let body = input.to_string();
            let answer = signing.json(lab.gate.url(), "events", &target, &body).send().await;
            answer.refused(400, "InvalidParameter", "Invalid parameter: Unreachable endpoint");
            assert_eq!(answer.headers.get("x-iam-gate-would-deny"), None);
        }
        assert!(lab.emulator.seen(target).is_empty(), "{target}");
    }
    let elsewhere = destination("http://127.0.0.1:9/").to_string();
    let target = "AWSEvents.CreateApiDestination";
    let answer = user.json(lab.gate.url(), "events", target, &elsewhere).send().await;
    assert_eq!(answer.allowed().headers["x-iam-gate-would-deny"], "events:CreateApiDestination");
}

/// The policies of a user are read while the emulator is slow, and the gate's owner changes his
/// mind meanwhile.
#[tokio::test]
async fn a_request_is_audited_or_enforced_to_its_end() {
    for (before, after, status) in
        [(Enforcement::On, Enforcement::Audit, 403), (Enforcement::Audit, Enforcement::On, 200)]
    {
        let lab = Lab::start().await;
        let user = lab.key_of("no-policy-user").await;
        lab.forgets().await;
        lab.gate.set_enforcement(before);
        lab.emulator.fails(Some(Fault::Slowness));
        let sent = tokio::spawn(lab.query(&user, "ec2", DESCRIBE).send());
        lab.emulator.is_waited_for().await;
        lab.gate.set_enforcement(after);
        lab.emulator.answers_at_last();
        let answer = sent.await.unwrap();
        assert_eq!(answer.status, status, "{}", answer.body);
        let audited = answer.headers.contains_key("x-iam-gate-enforcement");
        assert_eq!(audited, before == Enforcement::Audit);
    }
}

#[tokio::test]
async fn nothing_is_audited_unless_it_was_asked_for() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    assert_eq!(answer.text("Code"), "UnauthorizedOperation");
    for header in ["x-iam-gate-enforcement", "x-iam-gate-would-deny"] {
        assert_eq!(answer.headers.get(header), None);
    }
    assert!(lab.gate.decisions().last().unwrap().enforced);
}
