//! What the gate tells about itself, and what it keeps to itself.

use iam_gate::{Clock, Gate, GateConfig, Limits};

use crate::client::client;
use crate::lab::{DESCRIBE, IDENTITY, Lab, claims};

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let lab = Lab::start().await;
    let port = lab.gate.url().rsplit(':').next().unwrap().parse().unwrap();
    let error = Gate::start(GateConfig {
        upstream: "http://127.0.0.1:1".parse().unwrap(),
        port: Some(port),
        region: "eu-west-1".to_owned(),
        issuers: Vec::new(),
        callbacks: Vec::new(),
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
    let content_type = async |accept: &str| {
        let request = client().get(format!("{}/_gate/decisions", lab.gate.url()));
        let answer = request.header("accept", accept).send().await.unwrap();
        answer.headers()["content-type"].to_str().unwrap().to_owned()
    };
    assert_eq!(content_type("text/html,*/*;q=0.8").await, "text/plain; charset=utf-8");
    assert_eq!(content_type("*/*").await, "application/x-ndjson");
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

#[tokio::test]
async fn web_pages_are_told_nothing() {
    let lab = Lab::start().await;
    let own = lab.gate.url().strip_prefix("http://").unwrap().to_owned();
    let port = own.rsplit(':').next().unwrap();
    let get = async |path: &str, headers: &[(&str, &str)]| {
        let mut request = client().get(format!("{}{path}", lab.gate.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let foreign_host = "expected the Host header to be the gate's own address\n";
    let foreign_origin = "expected no Origin header but the gate's own\n";
    for path in ["/_gate/health", "/_gate/decisions", "/_gate/decisions?follow=1", "/_gate/x"] {
        for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", "127.0.0.1:1"] {
            let found = get(path, &[("host", host)]).await;
            assert_eq!(found, (403, foreign_host.to_owned()), "{path} {host}");
        }
        for origin in
            ["null", "http://evil.example", "http://127.0.0.1:1", &format!("https://{own}")]
        {
            let found = get(path, &[("origin", origin)]).await;
            assert_eq!(found, (403, foreign_origin.to_owned()), "{path} {origin}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]
    {
        assert_eq!(get("/_gate/health", &[("host", &host)]).await.0, 200, "{host}");
        let origin = format!("http://{host}");
        assert_eq!(get("/_gate/health", &[("origin", &origin)]).await.0, 200, "{host}");
    }
}

#[tokio::test]
async fn nobody_is_told_where_the_emulator_listens() {
    let lab = Lab::start().await;
    let health = client().get(format!("{}/_gate/health", lab.gate.url())).send().await.unwrap();
    let health: serde_json::Value = health.json().await.unwrap();
    assert_eq!(health, serde_json::json!({ "status": "ok", "clock_offset_seconds": 0 }));
}
