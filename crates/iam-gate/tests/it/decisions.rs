//! What a line of the decision log tells, and how the log is kept.

use iam_gate::{Limits, Verdict};

use crate::client::client;
use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_EC2, DESCRIBE, IDENTITY, Lab, ROLE, claims, trust};

#[tokio::test]
async fn a_denial_tells_demand_condition_endpoint_and_session() {
    let lab = Lab::start().await;
    let elsewhere = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"home\", \"Effect\": \
                     \"Allow\", \"Action\": \"ec2:*\", \"Resource\": \"*\", \"Condition\": \
                     {\"StringEquals\": {\"aws:RequestedRegion\": \"eu-west-1\"}}}]}";
    let role = role("google-oidc-role", &trust(), &[("regions", elsewhere)]);
    lab.emulator.holds(details(&[], &[], &[role]));
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    lab.query(&session, "ec2", DESCRIBE).send().await;
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.decision, Verdict::ImplicitlyDenied);
    let demands: Vec<_> =
        record.demands.iter().map(|it| (it.action.as_str(), it.resource.as_str())).collect();
    assert_eq!(demands, [("ec2:DescribeInstances", "*")]);
    let condition = &record.conditions[0];
    assert_eq!(condition.statement, "regions#home");
    assert_eq!(condition.key, "aws:RequestedRegion");
    assert_eq!(condition.required, ["eu-west-1"]);
    assert_eq!(condition.actual.as_deref(), Some(&["ap-northeast-2".to_owned()][..]));
    assert_eq!(record.endpoint.as_deref(), lab.gate.url().strip_prefix("http://"));
    assert_eq!(record.region.as_deref(), Some("ap-northeast-2"));
    let told = record.session.as_ref().unwrap();
    assert_eq!(told.access_key_id, session.access_key_id);
    assert_eq!(told.role_arn.as_deref(), Some(ROLE));
    assert_eq!(told.federated_provider.as_deref(), Some("accounts.google.com"));
}

#[tokio::test]
async fn a_denied_token_tells_the_condition_of_the_trust_policy() {
    let lab = Lab::start().await;
    let mut strange = claims();
    strange["azp"] = "another".into();
    strange["aud"] = "another".into();
    lab.assume(&lab.keys.rs256(&strange), &[]).await;
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.decision, Verdict::ImplicitlyDenied);
    let condition = &record.conditions[0];
    assert_eq!(condition.key, "accounts.google.com:aud");
    assert_eq!(condition.required, [crate::lab::CLIENT]);
    assert_eq!(condition.actual.as_deref(), Some(&["another".to_owned()][..]));
    let token = record.token.as_ref().unwrap();
    assert_eq!(token.provider, "accounts.google.com");
    let sub = ("accounts.google.com:sub".to_owned(), crate::lab::SUBJECT.to_owned());
    assert!(token.keys.contains(&sub), "{:?}", token.keys);
    assert_eq!(record.demands[0].resource, ROLE);
}

#[tokio::test]
async fn an_error_of_the_emulator_is_told_by_its_code() {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("u", &[("all", ALLOW_EC2)], &[])], &[], &[]));
    let key = lab.key_of("u").await;
    let body = "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code></Error></Errors>\
                </Response>";
    lab.emulator.refuses("DescribeInstances", 400, body);
    lab.query(&key, "ec2", DESCRIBE).send().await;
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!((record.decision, record.status), (Verdict::Allowed, 400));
    assert_eq!(record.code.as_deref(), Some("InvalidInstanceID.NotFound"));
}

#[tokio::test]
async fn what_is_dropped_is_counted_and_the_log_can_be_cleared() {
    let lab = Lab::start_with(Limits { decisions: 2, ..Limits::standard() }).await;
    for _ in 0..5 {
        lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
    }
    let url = format!("{}/_gate/decisions", lab.gate.url());
    let dropped = async || {
        let answer = client().get(&url).send().await.unwrap();
        let dropped = answer.headers()["x-decisions-dropped"].to_str().unwrap().to_owned();
        (dropped, answer.text().await.unwrap().lines().count())
    };
    assert_eq!(dropped().await, ("3".to_owned(), 2));
    let foreign = client().delete(&url).header("origin", "http://evil.example").send().await;
    assert_eq!(foreign.unwrap().status(), 403);
    assert_eq!(dropped().await, ("3".to_owned(), 2));
    assert_eq!(client().delete(&url).send().await.unwrap().status(), 204);
    assert_eq!(dropped().await, ("0".to_owned(), 0));
}

#[tokio::test]
async fn condition_keys_are_told_only_where_they_are_asked_for() {
    let lab = Lab::start().await;
    let key = lab.key_of("ec2-user").await;
    lab.query(&key, "ec2", DESCRIBE).send().await.allowed();
    assert!(lab.gate.decisions().last().unwrap().demands[0].keys.is_empty());
    lab.gate
        .record_condition_keys(vec!["aws:RequestedRegion".to_owned(), "aws:Nothing".to_owned()]);
    lab.query(&key, "ec2", DESCRIBE).send().await.allowed();
    let record = lab.gate.decisions().last().cloned().unwrap();
    let told = ("aws:RequestedRegion".to_owned(), vec!["ap-northeast-2".to_owned()]);
    assert_eq!(record.demands[0].keys, [told]);
}

/// What clients choose is told as far as it is short; the rest is counted.
#[tokio::test]
async fn what_a_record_tells_is_bounded() {
    let lab = Lab::start().await;
    let nothing = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\
                   \"s3:*\",\"Resource\":\"*\"}]}";
    lab.emulator.holds(details(&[user("u", &[("s3", nothing)], &[])], &[], &[]));
    let key = lab.key_of("u").await;
    lab.gate.record_condition_keys(vec!["aws:UserAgent".to_owned()]);
    let objects: String = (0..1000)
        .map(|n| format!("<Object><Key>{n}-{}</Key></Object>", "k".repeat(1000)))
        .collect();
    let body = format!("<Delete>{objects}</Delete>");
    let agent = "a".repeat(8000);
    let headers = [("user-agent", agent.as_str())];
    key.s3(lab.gate.url(), "POST", "/bucket?delete", &headers, &body).send().await.allowed();
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.demands.len() + record.demands_left_out, 1000);
    assert!(record.demands_left_out > 700, "{}", record.demands_left_out);
    assert_eq!(record.demands[0].keys[0].1[0].len(), 256);
    let written = serde_json::to_string(&*record).unwrap();
    assert!(written.len() < 300 * 1024, "{}", written.len());
    assert!(written.contains("\"demands_left_out\":"));
}

#[tokio::test]
async fn no_more_than_so_many_read_at_once() {
    let lab = Lab::start_with(Limits { decision_readers: 2, ..Limits::standard() }).await;
    let url = format!("{}/_gate/decisions", lab.gate.url());
    let follow = async || client().get(format!("{url}?follow=1")).send().await.unwrap();
    let (one, two) = (follow().await, follow().await);
    assert_eq!((one.status(), two.status()), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    let third = client().get(&url).send().await.unwrap();
    assert_eq!(third.status(), 503);
    assert_eq!(third.text().await.unwrap(), "too many read decisions already\n");
    lab.gate.stop().await;
}
