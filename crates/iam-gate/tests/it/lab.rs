//! A gate between an emulator and an issuer, with a clock that stands still.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fed_types::AccountId;
use iam_gate::{AccessKey, Clock, Gate, GateConfig, Limits, TrustedIssuer};
use serde_json::{Value, json};

use crate::client::{Answer, Signed, Signing};
use crate::emulator::{Emulator, details, role, user};
use crate::issuer::{Issuer, Keys};

/// 2026-11-23T10:00:00Z
pub(crate) const NOW: i64 = 1_795_428_000;
pub(crate) const ACCOUNT: &str = "278805249149";
pub(crate) const CLIENT: &str =
    "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com";
pub(crate) const SUBJECT: &str = "113632458324056836621";
pub(crate) const ROLE: &str = "arn:aws:iam::278805249149:role/google-oidc-role";
pub(crate) const GOOGLE: &str = "https://accounts.google.com";

pub(crate) const ALLOW_EC2: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#;
pub(crate) const ALLOW_ALL: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
pub(crate) const DENY_EC2: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Deny","Action":"ec2:Describe*","Resource":"*"}]}"#;

pub(crate) const DESCRIBE: &str = "Action=DescribeInstances&Version=2016-11-15";
pub(crate) const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

pub(crate) struct Lab {
    pub(crate) gate: Gate,
    pub(crate) emulator: Emulator,
    pub(crate) issuer: Issuer,
    pub(crate) keys: Keys,
    pub(crate) root: AccessKey,
}

fn still() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW as u64)
}

pub(crate) fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

/// The tutorial's trust policy.
pub(crate) fn trust() -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { "accounts.google.com:aud": CLIENT } },
        }],
    })
    .to_string()
}

/// The tutorial's claims.
pub(crate) fn claims() -> Value {
    json!({
        "iss": GOOGLE, "azp": CLIENT, "aud": CLIENT, "sub": SUBJECT,
        "email": "someone@example.com", "iat": NOW - 10, "exp": NOW + 3590,
    })
}

impl Lab {
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::standard()).await
    }

    /// A gate that gives emulator, issuer and client a second each.
    pub(crate) async fn impatient() -> Self {
        let mut limits = Limits::standard();
        limits.upstream_time = Duration::from_secs(1);
        limits.issuer_time = Duration::from_secs(1);
        limits.request_time = Duration::from_secs(1);
        limits.answer_time = Duration::from_secs(1);
        Self::start_with(limits).await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        Self::start_for(limits, &[GOOGLE]).await
    }

    /// A gate that finds the keys of these issuers, all the same ones.
    pub(crate) async fn start_for(limits: Limits, issuers: &[&str]) -> Self {
        let emulator = Emulator::start().await;
        let issuer = Issuer::start(GOOGLE).await;
        let keys = Keys::generate("current");
        issuer.publish(&[&keys]);
        let placed = |issuers: &[&str]| {
            let place = |iss: &&str| TrustedIssuer {
                issuer: (*iss).to_owned(),
                discovery_url: match issuers.len() {
                    1 => issuer.discovery_url(),
                    _ => issuer.discovery_url_of(iss),
                },
            };
            issuers.iter().map(place).collect()
        };
        let gate = Gate::start(GateConfig {
            upstream: emulator.server().url().parse().unwrap(),
            port: None,
            region: "ap-northeast-2".to_owned(),
            issuers: placed(issuers),
            callbacks: vec!["http://127.0.0.1:9".parse().unwrap()],
            clock: Clock::new(still),
            limits,
        })
        .await
        .unwrap();
        let root = gate.open_account(&account()).unwrap();
        emulator.holds(details(
            &[user("no-policy-user", &[], &[]), user("ec2-user", &[("ec2", ALLOW_EC2)], &[])],
            &[],
            &[role("google-oidc-role", &trust(), &[("ec2", ALLOW_EC2)])],
        ));
        Self { gate, emulator, issuer, keys, root }
    }

    pub(crate) fn signing(&self, key: &AccessKey) -> Signing {
        Signing::with(key, still())
    }

    pub(crate) fn as_root(&self) -> Signing {
        self.signing(&self.root)
    }

    /// A Query call by somebody.
    pub(crate) fn query(&self, signing: &Signing, service: &str, body: &str) -> Signed {
        signing.query(self.gate.url(), service, body)
    }

    /// A call after which the gate takes nothing for known that it has read: it cannot see
    /// what stacks make.
    pub(crate) async fn forgets(&self) {
        let call = "Action=DescribeStacks&Version=2010-05-15";
        self.query(&self.as_root(), "cloudformation", call).send().await.allowed();
    }

    /// An access key of a user, made through the gate.
    pub(crate) async fn key_of(&self, user: &str) -> Signing {
        let id = format!("AKIA{:0>16}", user.replace('-', "").to_ascii_uppercase());
        self.emulator.answers(
            "CreateAccessKey",
            &format!(
                "<AccessKey><UserName>{user}</UserName><AccessKeyId>{id}</AccessKeyId>\
                 <SecretAccessKey>secret-of-{user}</SecretAccessKey></AccessKey>"
            ),
        );
        let call = format!("Action=CreateAccessKey&Version=2010-05-08&UserName={user}");
        self.query(&self.as_root(), "iam", &call).send().await.allowed();
        Signing {
            access_key_id: id,
            secret_access_key: format!("secret-of-{user}"),
            ..self.as_root()
        }
    }

    /// AssumeRoleWithWebIdentity with the tutorial's parameters, some added or replaced.
    pub(crate) async fn assume(&self, token: &str, changes: &[(&str, &str)]) -> Answer {
        let mut parameters = vec![
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", ROLE),
            ("RoleSessionName", "google-oidc-session"),
            ("WebIdentityToken", token),
        ];
        for change in changes {
            parameters.retain(|(name, _)| *name != change.0);
            parameters.push(*change);
        }
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        Signed {
            method: "POST",
            url: format!("{}/", self.gate.url()),
            headers: vec![(
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            )],
            body,
            bytes: None,
        }
        .send()
        .await
    }

    /// The credentials in an answer of STS.
    pub(crate) fn session(&self, answer: &Answer) -> Signing {
        answer.allowed();
        Signing {
            access_key_id: answer.text("AccessKeyId"),
            secret_access_key: answer.text("SecretAccessKey"),
            session_token: Some(answer.text("SessionToken")),
            ..self.as_root()
        }
    }
}
