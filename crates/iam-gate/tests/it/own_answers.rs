//! What the gate tells about itself, and what it keeps to itself.

use iam_gate::{Clock, Gate, GateConfig, Limits};

use crate::client::{Signing, client};
use crate::lab::{ALLOW_ALL, DESCRIBE, IDENTITY, Lab, claims};

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

/// Whoever asks whether there are service control policies is not told by the emulator, which
/// knows of none.
#[tokio::test]
async fn the_organization_is_told_as_it_binds() {
    let lab = Lab::start().await;
    let target = "AWSOrganizationsV20161128.DescribeOrganization";
    let ask = async |signing: &Signing| {
        signing.json(lab.gate.url(), "organizations", target, "{}").send().await
    };
    ask(&lab.as_root()).await.refused(
        400,
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
    );
    let policies = iam_gate::ServiceControlPolicies::parse(&format!("[{ALLOW_ALL}]")).unwrap();
    lab.gate.set_service_control_policies(policies);
    let answer = ask(&lab.as_root()).await;
    assert_eq!(answer.status, 200);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told["Organization"]["FeatureSet"], "ALL");
    assert_eq!(told["Organization"]["MasterAccountId"], "999999999999");
    // Who may not ask is not told.
    ask(&lab.key_of("no-policy-user").await).await.refused(
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: \
         organizations:DescribeOrganization because no identity-based policy allows the \
         organizations:DescribeOrganization action",
    );
    assert!(lab.emulator.seen("DescribeOrganization").is_empty());
}

/// A policy that an emulator keeps binds nobody, and looks as if it did: nobody makes one, not
/// even where nothing is enforced.
#[tokio::test]
async fn no_organization_is_made_that_binds_nobody() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let deny =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let policy = serde_json::json!({ "Content": deny, "Description": "", "Name": "deny",
        "Type": "SERVICE_CONTROL_POLICY" });
    for enforcement in [iam_gate::Enforcement::On, iam_gate::Enforcement::Audit] {
        lab.gate.set_enforcement(enforcement);
        for (operation, body) in [
            ("CreateOrganization", "{}".to_owned()),
            ("CreatePolicy", policy.to_string()),
            ("AttachPolicy", r#"{"PolicyId":"p-12345678","TargetId":"278805249149"}"#.to_owned()),
            ("ListRoots", "{}".to_owned()),
        ] {
            let target = format!("AWSOrganizationsV20161128.{operation}");
            let told = format!(
                "the organization is the one that the gate's owner has put the account into \
                 (`--service-control-policies FILE`, or `[organization]` in a world file); what \
                 `organizations:{operation}` made would bind nobody, so the gate refuses it"
            );
            for signing in [&lab.as_root(), &user] {
                let sent = signing.json(lab.gate.url(), "organizations", &target, &body);
                sent.send().await.refused(400, "AccessDeniedException", &told);
            }
            assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        }
    }
}
