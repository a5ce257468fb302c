//! Tokens: trust policies, providers, claims, signatures and requests at random.

mod shape;

use fed_types::UnixTime;
use iam_gate::Limits;
use iam_policy::sts::{Outcome, ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    ACTION, Clock, OidcProvider, Parameters, Presented, Providers, Question, Signature,
    SignatureFailure, decide, surroundings,
};
use iam_policy::{Policy, PolicyKind};
use serde_json::{Value, json};

use super::asked_for;
use super::random::Random;
use crate::emulator::{details, role};
use crate::issuer::{Keys, token};
use crate::lab::{ACCOUNT, Lab, NOW};
use shape::{AUDIENCES, SHAPES, Shape};

/// A role of the account.
struct Role {
    shape: usize,
    name: String,
    trust: String,
    most: u32,
}

/// A token, and what is true of its signature.
struct Token {
    jwt: String,
    signature: Signature,
}

fn host_and_path(issuer: &str) -> &str {
    issuer.strip_prefix("https://").unwrap_or(issuer)
}

fn principal(issuer: &str) -> String {
    match issuer {
        "https://accounts.google.com" => "accounts.google.com".to_owned(),
        other => format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{}", host_and_path(other)),
    }
}

fn providers(random: &mut Random) -> Vec<OidcProvider> {
    let mut providers = Vec::new();
    for shape in &SHAPES[1..5] {
        if random.chance(10) {
            continue;
        }
        let client_ids = AUDIENCES.iter().filter(|_| random.chance(90));
        providers.push(OidcProvider {
            arn: principal(shape.issuer),
            url: host_and_path(shape.issuer).to_owned(),
            client_ids: client_ids.map(|&id| id.to_owned()).collect(),
        });
    }
    providers
}

fn value(random: &mut Random, shape: &Shape, key: &str) -> Value {
    let text = match key {
        "aud" | "oaud" if random.chance(40) => return json!(AUDIENCES),
        "aud" | "oaud" => (*random.one(&AUDIENCES)).to_owned(),
        "sub" => {
            let subject = *random.one(shape.subjects);
            match random.next() % 8 {
                0 => subject.replace("main", "*"),
                1 => format!("{}*", &subject[..subject.len().min(10)]),
                2 => subject.to_ascii_uppercase(),
                3 => "*".to_owned(),
                _ => subject.to_owned(),
            }
        }
        _ => (*random.one(&["ada", "production", "acme/app", "ada@example.com"])).to_owned(),
    };
    if random.chance(20) { json!([text, "another"]) } else { json!(text) }
}

/// A condition on the request, not on the token: some are known before it is made.
fn of_the_request(random: &mut Random) -> (&'static str, &'static str, &'static str) {
    *random.one(&[
        ("Bool", "aws:SecureTransport", "true"),
        ("Bool", "aws:SecureTransport", "false"),
        ("IpAddress", "aws:SourceIp", "127.0.0.0/8"),
        ("NotIpAddress", "aws:SourceIp", "127.0.0.0/8"),
        ("StringEquals", "aws:RequestedRegion", "ap-northeast-2"),
        ("StringEquals", "aws:RequestedRegion", "us-east-1"),
        ("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
        ("DateGreaterThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
        ("Null", "aws:PrincipalArn", "true"),
        ("Null", "aws:PrincipalArn", "false"),
        ("Null", "aws:MultiFactorAuthPresent", "true"),
        ("StringLike", "sts:RoleSessionName", "session*"),
        ("StringEquals", "sts:RoleSessionName", "other"),
        ("StringEquals", "aws:ResourceTag/team", "blue"),
        ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
        ("StringNotEquals", "aws:PrincipalAccount", ACCOUNT),
        ("StringLike", "aws:FederatedProvider", "*google*"),
    ])
}

fn statement(random: &mut Random, shape: &Shape) -> Value {
    const OPERATORS: [&str; 8] = [
        "StringEquals",
        "StringEquals",
        "StringLike",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringLikeIfExists",
        "ForAllValues:StringEquals",
    ];
    let mut conditions = json!({});
    for _ in 0..random.below(3) {
        let key = *random.one(shape.keys);
        let prefix = match random.next() % 30 {
            0 => "other.example",
            1 => host_and_path(shape.issuer).trim_end_matches('/'),
            _ => host_and_path(shape.issuer),
        };
        let operator = *random.one(&OPERATORS);
        conditions[operator][format!("{prefix}:{key}")] = value(random, shape, key);
    }
    if random.chance(30) {
        let (operator, key, value) = of_the_request(random);
        conditions[operator][key] = json!(value);
    }
    let federated = |name: String| json!({ "Federated": name });
    let principal = match random.next() % 24 {
        0 => federated(principal(random.one(&SHAPES).issuer)),
        1 => federated(principal(shape.issuer).replace(ACCOUNT, "111122223333")),
        2 => random.one(&[json!("*"), json!({"AWS": "*"}), json!({"Federated": "*"})]).clone(),
        _ => federated(principal(shape.issuer)),
    };
    let action = match random.next() % 20 {
        0 => json!("sts:AssumeRole"),
        1..=4 => json!(ACTION),
        5..=8 => json!([ACTION, "sts:TagSession"]),
        _ => json!([ACTION, "sts:TagSession", "sts:SetSourceIdentity"]),
    };
    let effect = if random.chance(8) { "Deny" } else { "Allow" };
    json!({"Effect": effect, "Principal": principal, "Action": action,
        "Condition": conditions})
}

fn roles(random: &mut Random) -> Vec<Role> {
    let one = |number: usize, random: &mut Random| {
        let shape = if random.chance(4) { 5 } else { random.below(5) };
        let count = 1 + random.below(3);
        let statements: Vec<Value> =
            (0..count).map(|_| statement(random, &SHAPES[shape])).collect();
        let trust = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        Role {
            shape,
            name: format!("r{number:02}"),
            trust,
            most: *random.one(&[3600, 7200, 43_200]),
        }
    };
    (0..25).map(|number| one(number, random)).collect()
}

fn claims(random: &mut Random, shape: &Shape) -> Value {
    let mut claims = json!({
        "iss": shape.issuer, "sub": *random.one(shape.subjects), "aud": *random.one(&AUDIENCES),
        "iat": NOW - 10, "exp": NOW + 3590, "actor": "ada", "email": "ada@example.com",
        "environment": "production", "repository": "acme/app", "project_path": "acme/app",
    });
    if random.chance(20) {
        claims["azp"] = json!(*random.one(&["client", "100018646976219416293"]));
    }
    if random.chance(8) {
        claims["https://aws.amazon.com/tags"] = random
            .one(&[
                json!({"principal_tags": {"team": ["a"]}}),
                json!({"principal_tags": {"team": "a"}}),
                json!({"principal_tags": {"team": ["a,b"], "Team": ["a"]}}),
                json!({"principal_tags": {}}),
                json!(7),
            ])
            .clone();
    }
    if random.chance(8) {
        claims["https://aws.amazon.com/source_identity"] = json!(*random.one(&["ada", "a"]));
    }
    if random.chance(5) {
        let roles = random.one(&["r00", "r01", "r02"]);
        claims["https://aws.amazon.com/roles"] =
            json!([format!("arn:aws:iam::{ACCOUNT}:role/{roles}")]);
    }
    match random.next() % 60 {
        0 => claims["exp"] = json!(NOW - 301),
        1 => claims["exp"] = json!(NOW - 299),
        2 => claims["iat"] = json!(NOW - 200_000),
        3 => claims["sub"] = Value::Null,
        4 => claims["aud"] = json!(["client", "sts.amazonaws.com"]),
        5 => claims["aud"] = json!(["client"]),
        6 => claims["iss"] = json!(shape.issuer.trim_end_matches('/')),
        7 => claims["iss"] = json!(format!("{}/", shape.issuer)),
        8 => claims["nbf"] = json!(NOW + 1000),
        _ => {}
    }
    claims
}

fn signed(random: &mut Random, claims: &Value, keys: &Keys, others: &[Keys; 2]) -> Token {
    let (jwt, signature) = match random.next() % 50 {
        0 => (others[0].es256(claims), Signature::Failed(SignatureFailure::NoKey)),
        // The same key id, another key.
        1 => (others[1].es256(claims), Signature::Failed(SignatureFailure::Invalid)),
        2 => {
            let none = json!({"alg": "none", "typ": "JWT"});
            let jwt = token(&none, claims, |_| Vec::new());
            (jwt, Signature::Failed(SignatureFailure::Invalid))
        }
        3 => (keys.rs256(claims), Signature::Verified),
        4 => (format!("{}x", claims["sub"]), Signature::NotChecked),
        _ => (keys.es256(claims), Signature::Verified),
    };
    Token { jwt, signature }
}

/// `RoleSessionName` and `DurationSeconds`.
fn call(random: &mut Random) -> (&'static str, Option<i64>) {
    let session = match random.next() % 24 {
        0 => "a",
        1 => "a b",
        2 | 3 => "other",
        _ => "session",
    };
    let duration = match random.next() % 16 {
        0 => Some(899),
        1 => Some(43_200),
        2 => Some(7200),
        3 => Some(3600),
        _ => None,
    };
    (session, duration)
}

/// A gate whose account has these.
async fn lab(providers: &[OidcProvider], roles: &[Role]) -> Lab {
    let issuers: Vec<&str> = SHAPES.iter().map(|shape| shape.issuer).collect();
    let lab = Lab::start_for(Limits::standard(), &issuers).await;
    let held: Vec<String> = roles
        .iter()
        .map(|it| {
            let most = format!("<MaxSessionDuration>{}</MaxSessionDuration></member>", it.most);
            let plain = role(&it.name, &it.trust, &[]);
            format!("{}{most}", plain.strip_suffix("</member>").unwrap())
        })
        .collect();
    lab.emulator.holds(details(&[], &[], &held));
    let arns: String =
        providers.iter().map(|it| format!("<member><Arn>{}</Arn></member>", it.arn)).collect();
    let list = format!("<OpenIDConnectProviderList>{arns}</OpenIDConnectProviderList>");
    lab.emulator.answers("ListOpenIDConnectProviders", &list);
    for provider in providers {
        let ids: String =
            provider.client_ids.iter().map(|id| format!("<member>{id}</member>")).collect();
        let about: String = url::form_urlencoded::byte_serialize(provider.arn.as_bytes()).collect();
        let answer = format!(
            "<GetOpenIDConnectProviderResponse><GetOpenIDConnectProviderResult><Url>{}</Url>\
             <ClientIDList>{ids}</ClientIDList></GetOpenIDConnectProviderResult>\
             </GetOpenIDConnectProviderResponse>",
            provider.url
        );
        lab.emulator.answers_about("GetOpenIDConnectProvider", &format!("={about}"), &answer);
    }
    lab
}

#[derive(Debug, Default)]
struct Counts {
    allowed: usize,
    denied: usize,
    cannot_tell: usize,
}

/// What `explain` says against what the gate did; why they disagree.
fn disagreement(
    said: &Outcome,
    gate: &crate::client::Answer,
    counts: &mut Counts,
) -> Option<String> {
    let did = || format!("{} {}: {}", gate.status, gate.text("Code"), gate.text("Message"));
    match said {
        Outcome::Allowed => {
            counts.allowed += 1;
            (gate.status != 200).then(|| format!("explain says yes, the gate {}", did()))
        }
        Outcome::Denied { denial, unless } => {
            counts.denied += 1;
            let same = gate.status == denial.status
                && gate.text("Code") == denial.code
                && gate.text("Message") == denial.message;
            let agrees = if unless.is_empty() { same } else { gate.status != 200 };
            (!agrees).then(|| format!("explain says {denial:?}, the gate {}", did()))
        }
        Outcome::CannotTell(_) => {
            counts.cannot_tell += 1;
            None
        }
    }
}

#[tokio::test]
async fn explain_and_the_gate_agree_on_tokens() {
    /// Questions to one account.
    const EACH: usize = 300;
    let (questions, mut random) = asked_for();
    let mut counts = Counts::default();
    let mut asked = 0;
    while asked < questions {
        let (providers, roles) = (providers(&mut random), roles(&mut random));
        let lab = lab(&providers, &roles).await;
        let others = [Keys::generate("foreign"), Keys::generate("current")];
        for _ in 0..EACH.min(questions - asked) {
            asked += 1;
            let role = random.one(&roles);
            let shape = match random.chance(90) {
                true => &SHAPES[role.shape],
                false => random.one(&SHAPES),
            };
            let claims = claims(&mut random, shape);
            let token = signed(&mut random, &claims, &lab.keys, &others);
            let missing = random.chance(3);
            let name = if missing { "nobody" } else { role.name.as_str() };
            let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
            let (session, duration) = call(&mut random);
            let trust = Policy::parse(&role.trust, PolicyKind::Trust).unwrap();
            let told = decide(&Question {
                parameters: Parameters { duration, ..Parameters::new(&arn, session) },
                token: Presented::Jwt(&token.jwt),
                signature: token.signature,
                clock: Clock::At(UnixTime::from_seconds(NOW)),
                providers: Providers::Are(&providers),
                role: match missing {
                    true => RoleFact::Missing,
                    false => RoleFact::Exists(RoleFacts {
                        trust: Trust::Policy(&trust),
                        max_session_duration: Some(role.most),
                    }),
                },
                resource_control: ResourceControl::Are(&[]),
                surroundings: &surroundings(UnixTime::from_seconds(NOW), Some("ap-northeast-2")),
            });
            let seconds = duration.map(|seconds| seconds.to_string());
            let mut changes = vec![("RoleArn", arn.as_str()), ("RoleSessionName", session)];
            changes.extend(seconds.iter().map(|text| ("DurationSeconds", text.as_str())));
            let gate = lab.assume(&token.jwt, &changes).await;
            if let Some(why) = disagreement(&told.outcome(), &gate, &mut counts) {
                panic!("question {asked}: {why}\n{}\n{claims}\n{providers:?}", role.trust);
            }
        }
    }
    println!("{asked} questions about tokens, no disagreement: {counts:?}");
    assert!(counts.allowed > questions / 20, "too few are let in: {counts:?}");
    assert!(counts.cannot_tell < questions / 3, "too much is left open: {counts:?}");
}
