//! When the emulator or the client does not do its part: a clear error, never an allow,
//! never a hang.

use std::time::Duration;

use iam_gate::{Clock, Gate, GateConfig, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Signing, client};
use crate::emulator::Fault;
use crate::lab::{DESCRIBE, IDENTITY, Lab, NOW, account, claims};

#[tokio::test]
async fn an_emulator_that_fails_before_anything_was_read_allows_nothing() {
    let lab = Lab::impatient().await;
    for fault in [Fault::Silence, Fault::Garbage, Fault::Status(500), Fault::Status(403)] {
        lab.emulator.fails(Some(fault));
        let answer = lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await;
        assert_eq!(
            (answer.status, answer.text("Code").as_str()),
            (503, "Unavailable"),
            "{fault:?}"
        );
        let answer = lab.query(&lab.as_root(), "iam", "Action=ListUsers").send().await;
        assert_eq!(
            (answer.status, answer.text("Code").as_str()),
            (503, "ServiceUnavailable"),
            "{fault:?}"
        );
        let answer = lab.assume(&lab.keys.rs256(&claims()), &[]).await;
        assert_eq!(answer.text("Code"), "ServiceUnavailable", "{fault:?}");
    }
    lab.emulator.fails(None);
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
}

#[tokio::test]
async fn an_emulator_that_falls_silent_is_not_waited_for() {
    let lab = Lab::impatient().await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.fails(Some(Fault::Silence));
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.refused(
        503,
        "Unavailable",
        "the emulator behind the gate did not answer within 1 s",
    );
}

#[tokio::test]
async fn many_do_not_wait_one_after_the_other() {
    let lab = std::sync::Arc::new(Lab::impatient().await);
    lab.emulator.fails(Some(Fault::Silence));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let lab = std::sync::Arc::clone(&lab);
        clients
            .spawn(async move { lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.status });
    }
    let all = tokio::time::timeout(Duration::from_secs(12), clients.join_all()).await.unwrap();
    assert!(all.iter().all(|status| *status == 503), "{all:?}");
}

#[tokio::test]
async fn a_web_servers_page_is_not_passed_on() {
    let lab = Lab::start().await;
    for (status, page) in [(500, "<!DOCTYPE html><h1>no</h1>"), (502, "<html></html>"), (200, "ok")]
    {
        lab.emulator.refuses("DescribeInstances", status, page);
        lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.refused(
            500,
            "InternalError",
            &format!(
                "the emulator behind the gate failed at `ec2:DescribeInstances` with status \
                 {status}"
            ),
        );
        lab.emulator.refuses("ListTables", status, page);
        let target = "DynamoDB_20120810.ListTables";
        let json = lab.as_root().json(lab.gate.url(), "dynamodb", target, "{}");
        assert_eq!(json.send().await.status, 500);
    }
}

#[tokio::test]
async fn an_emulator_that_is_not_there_is_told() {
    let gate = Gate::start(GateConfig {
        upstream: "http://127.0.0.1:1".parse().unwrap(),
        port: None,
        region: "eu-west-1".to_owned(),
        issuers: Vec::new(),
        clock: Clock::new(|| std::time::UNIX_EPOCH + Duration::from_secs(NOW as u64)),
        limits: Limits::standard(),
    })
    .await
    .unwrap();
    let key = gate.open_account(&account()).unwrap();
    let time = std::time::UNIX_EPOCH + Duration::from_secs(NOW as u64);
    let signing = Signing::with(&key, time);
    signing.query(gate.url(), "ec2", DESCRIBE).send().await.refused(
        503,
        "Unavailable",
        "the emulator behind the gate cannot be reached",
    );
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let lab = Lab::start().await;
    let port = lab.gate.url().rsplit(':').next().unwrap().parse().unwrap();
    let error = Gate::start(GateConfig {
        upstream: "http://127.0.0.1:1".parse().unwrap(),
        port: Some(port),
        region: "eu-west-1".to_owned(),
        issuers: Vec::new(),
        clock: Clock::new(std::time::SystemTime::now),
        limits: Limits::standard(),
    })
    .await
    .err()
    .unwrap();
    assert_eq!(error.to_string(), format!("tried to listen on `127.0.0.1:{port}`"));
    assert_eq!(error.hint().as_deref(), Some("leave the port out to get a free one"));
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let mut limits = Limits::standard();
    limits.request_body = 1000;
    let lab = Lab::start_with(limits).await;
    let body = format!("{IDENTITY}&X={}", "x".repeat(2000));
    lab.query(&lab.as_root(), "sts", &body).send().await.refused(
        413,
        "RequestEntityTooLarge",
        "The request is larger than this endpoint accepts.",
    );
}

async fn sent_raw(lab: &Lab, text: &str) -> String {
    let address = lab.gate.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn a_client_that_does_not_finish_is_not_waited_for() {
    let lab = Lab::impatient().await;
    let answer =
        sent_raw(&lab, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let answer = sent_raw(&lab, "POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_clients_at_once_are_served() {
    let lab = std::sync::Arc::new(Lab::start().await);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let lab = std::sync::Arc::clone(&lab);
        clients
            .spawn(async move { lab.query(&lab.as_root(), "sts", IDENTITY).send().await.status });
    }
    let statuses = clients.join_all().await;
    assert_eq!(statuses.len(), 500);
    assert!(statuses.iter().all(|status| *status == 200));
}

#[tokio::test]
async fn the_gate_tells_of_its_health_and_its_decisions() {
    let lab = Lab::start().await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    let get =
        async |path: &str| client().get(format!("{}{path}", lab.gate.url())).send().await.unwrap();
    assert_eq!(get("/_gate/health").await.status(), 200);
    assert_eq!(get("/_gate/nonesuch").await.status(), 404);
    let text = get("/_gate/decisions").await.text().await.unwrap();
    let record: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(record["principal"], "arn:aws:iam::278805249149:root");
    assert_eq!(record["action"], "ec2:DescribeInstances");
    assert_eq!(record["decision"], "Allowed");
    assert_eq!(record["status"], 200);
    let mut following = get("/_gate/decisions?follow=1").await;
    let mut first = following.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"{"));
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
    while !String::from_utf8_lossy(&first).contains("sts:GetCallerIdentity") {
        first = following.chunk().await.unwrap().unwrap();
    }
    lab.gate.stop().await;
    while following.chunk().await.ok().flatten().is_some() {}
}

#[tokio::test]
async fn secrets_and_tokens_are_not_in_the_log() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    let session = lab.session(&lab.assume(&jwt, &[]).await);
    let key = lab.key_of("no-policy-user").await;
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    lab.query(&key, "ec2", DESCRIBE).send().await;
    lab.assume("garbage-that-is-long-enough", &[]).await;
    let log = format!("{:?}", lab.gate.decisions());
    let token = session.session_token.unwrap();
    for secret in [
        jwt.as_str(),
        jwt.split('.').nth(2).unwrap(),
        &token,
        &session.secret_access_key,
        &key.secret_access_key,
        lab.root.secret_access_key.expose(),
        "garbage-that-is-long-enough",
    ] {
        assert!(!log.contains(secret), "{secret}");
    }
}
