//! What Terraform does with roles, by one client and by ten: the gate asks the emulator not
//! half as often again as the client does, however many roles there are.

mod calls;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use calls::{MADE, REMOVED};
use iam_gate::{Clock, Gate, GateConfig, Limits};
use reqwest::Client;

use crate::client::Signing;
use crate::lab::{ALLOW_EC2, NOW, account, trust};
use crate::server::Server;

const ROLES: usize = 500;

#[derive(Clone, Default)]
struct Role {
    inline: BTreeMap<String, String>,
    attached: Vec<String>,
    tags: String,
}

/// An emulator of roles, which counts.
#[derive(Default)]
struct Emulator {
    roles: BTreeMap<String, Role>,
    calls: usize,
    bytes: usize,
}

type Shared = Arc<Mutex<Emulator>>;

async fn answer(State(emulator): State<Shared>, body: String) -> Response {
    let mut emulator = emulator.lock().unwrap();
    let parameters: BTreeMap<String, String> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let action = parameters.get("Action").cloned().unwrap_or_default();
    let result = emulator.answer(&action, &parameters);
    let (status, text) = match result {
        Some(result) => (
            StatusCode::OK,
            format!(
                "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
            ),
        ),
        None => (
            StatusCode::NOT_FOUND,
            "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>".to_owned(),
        ),
    };
    emulator.calls += 1;
    emulator.bytes += body.len() + text.len();
    (status, text).into_response()
}

impl Emulator {
    fn answer(&mut self, action: &str, given: &BTreeMap<String, String>) -> Option<String> {
        let given = |name: &str| given.get(name).cloned().unwrap_or_default();
        let name = given("RoleName");
        if action == "CreateRole" {
            self.roles.insert(name, Role::default());
            return Some(String::new());
        }
        let role = self.roles.get_mut(&name)?;
        let members = |texts: Vec<String>| -> String {
            texts.into_iter().map(|text| format!("<member>{text}</member>")).collect()
        };
        Some(match action {
            "GetRole" => {
                let trust = trust();
                let tags = &role.tags;
                format!(
                    "<Role><Path>/</Path><RoleName>{name}</RoleName><RoleId>id-of-{name}</RoleId>\
                     <Arn>arn:aws:iam::278805249149:role/{name}</Arn>\
                     <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>\
                     <Tags>{tags}</Tags></Role>"
                )
            }
            "PutRolePolicy" => {
                role.inline.insert(given("PolicyName"), given("PolicyDocument"));
                String::new()
            }
            "DeleteRolePolicy" => {
                role.inline.remove(&given("PolicyName")).map(|_| String::new())?
            }
            "GetRolePolicy" => {
                let document = role.inline.get(&given("PolicyName"))?;
                format!("<PolicyDocument>{document}</PolicyDocument>")
            }
            "ListRolePolicies" => {
                let names = members(role.inline.keys().cloned().collect());
                format!("<PolicyNames>{names}</PolicyNames>")
            }
            "AttachRolePolicy" => {
                role.attached.push(given("PolicyArn"));
                String::new()
            }
            "DetachRolePolicy" => {
                role.attached.retain(|arn| *arn != given("PolicyArn"));
                String::new()
            }
            "ListAttachedRolePolicies" => {
                let arns = role.attached.iter().map(|arn| format!("<PolicyArn>{arn}</PolicyArn>"));
                format!("<AttachedPolicies>{}</AttachedPolicies>", members(arns.collect()))
            }
            "TagRole" => {
                role.tags = "<member><Key>team</Key><Value>a</Value></member>".to_owned();
                String::new()
            }
            "ListInstanceProfilesForRole" => String::new(),
            "DeleteRole" => self.roles.remove(&name).map(|_| String::new())?,
            other => panic!("{other}"),
        })
    }
}

/// The status of the answer.
async fn call(client: &Client, gate: &Gate, root: &Signing, action: &str, role: &str) -> u16 {
    let (trust, arn) = (trust(), "arn:aws:iam::aws:policy/ReadOnlyAccess");
    let more: &[(&str, &str)] = match action {
        "CreateRole" => &[("AssumeRolePolicyDocument", &trust)],
        "PutRolePolicy" => &[("PolicyName", "p"), ("PolicyDocument", ALLOW_EC2)],
        "GetRolePolicy" | "DeleteRolePolicy" => &[("PolicyName", "p")],
        "AttachRolePolicy" | "DetachRolePolicy" => &[("PolicyArn", arn)],
        "TagRole" => &[("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")],
        _ => &[],
    };
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("Action", action), ("Version", "2010-05-08"), ("RoleName", role)])
        .extend_pairs(more)
        .finish();
    let signed = root.query(gate.url(), "iam", &form);
    let mut request = client.post(signed.url).body(signed.body);
    for (name, value) in &signed.headers {
        request = request.header(name, value);
    }
    request.send().await.unwrap().status().as_u16()
}

/// Calls and bytes that reach the emulator, for each that the client makes.
async fn overhead(clients: usize) -> (f64, f64) {
    let emulator = Shared::default();
    let server =
        Server::start(Router::new().fallback(answer).with_state(Arc::clone(&emulator))).await;
    let time = || UNIX_EPOCH + Duration::from_secs(NOW as u64);
    let gate = Gate::start(GateConfig {
        upstream: server.url().parse().unwrap(),
        port: None,
        region: "ap-northeast-2".to_owned(),
        issuers: Vec::new(),
        callbacks: Vec::new(),
        clock: Clock::new(time),
        limits: Limits::standard(),
    })
    .await
    .unwrap();
    let key = gate.open_account(&account()).unwrap();
    let (gate, root) = (Arc::new(gate), Signing::with(&key, time()));
    let mut working = tokio::task::JoinSet::new();
    for client in 0..clients {
        let (gate, root) = (Arc::clone(&gate), root.clone());
        working.spawn(async move {
            let connected = Client::builder().no_proxy().build().unwrap();
            let own: Vec<String> =
                (client..ROLES).step_by(clients).map(|role| format!("role-{role}")).collect();
            let mut calls = 0;
            for stage in [&MADE[..], &REMOVED] {
                for role in &own {
                    for action in stage {
                        let status = call(&connected, &gate, &root, action, role).await;
                        assert_eq!(status, 200, "{action} {role}");
                        calls += 1;
                    }
                }
            }
            calls
        });
    }
    let calls: usize = working.join_all().await.into_iter().sum();
    assert_eq!(calls, ROLES * (MADE.len() + REMOVED.len()));
    let emulator = emulator.lock().unwrap();
    assert!(emulator.roles.is_empty());
    (emulator.calls as f64 / calls as f64, emulator.bytes as f64 / calls as f64)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_costs_less_than_half_as_much_again() {
    let (calls, bytes) = overhead(1).await;
    assert!(calls <= 1.5, "{calls}");
    // As many bytes a call with five hundred roles as with one.
    assert!(bytes < 1000.0, "{bytes}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_clients_cost_no_more_than_one() {
    let (calls, bytes) = overhead(10).await;
    assert!(calls <= 1.5, "{calls}");
    assert!(bytes < 1000.0, "{bytes}");
}
