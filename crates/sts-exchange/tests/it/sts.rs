//! An STS that answers what it is told to, and keeps what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fed_types::{Proxies, WebIdentityToken};
use sts_exchange::{ExchangeRequest, RetryPolicy, SessionPolicy, StsEndpoint};

pub(crate) const ROLE: &str = "arn:aws:iam::278805249149:role/google-oidc-role";

/// Tries without pauses.
pub(crate) const QUICKLY: RetryPolicy = RetryPolicy { attempts: 4, ..RetryPolicy::NONE };

/// The time that it has, in seconds since 1970 and as its answers say it.
pub(crate) const DATE: (i64, &str) = (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT");

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) headers: HeaderMap,
}

#[derive(Default)]
struct Desk {
    answers: Mutex<VecDeque<(u16, String)>>,
    asked: Mutex<Vec<Asked>>,
}

pub(crate) struct Sts {
    desk: Arc<Desk>,
    pub(crate) endpoint: StsEndpoint,
}

impl Sts {
    /// Answers one after the other; then 500.
    pub(crate) async fn start(answers: impl IntoIterator<Item = (u16, String)>) -> Self {
        let desk = Arc::new(Desk {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint_url = Some(format!("http://{}", listener.local_addr().unwrap()));
        let router = Router::new().fallback(answer).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let region = "ap-northeast-2".to_owned();
        Self {
            desk,
            endpoint: StsEndpoint {
                region,
                endpoint_url,
                proxies: Proxies::none(),
                certificate_authorities: None,
            },
        }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.desk.asked.lock().unwrap().clone()
    }
}

async fn answer(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let parameters = String::from_utf8(body.to_vec()).unwrap();
    let parameters = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    desk.asked.lock().unwrap().push(Asked { parameters, headers });
    let (status, body) = desk.answers.lock().unwrap().pop_front().unwrap_or((500, String::new()));
    let headers =
        [("content-type", "text/xml"), ("x-amzn-requestid", "request-1"), ("date", DATE.1)];
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}

/// A good answer of `action`, for the role `name`.
pub(crate) fn good(action: &str, name: &str) -> (u16, String) {
    let web = if action == "AssumeRoleWithWebIdentity" {
        "<SubjectFromWebIdentityToken>113632458324056836621</SubjectFromWebIdentityToken>\
         <Provider>accounts.google.com</Provider><Audience>client</Audience>\
         <SourceIdentity>ana</SourceIdentity>"
    } else {
        "<PackedPolicySize>6</PackedPolicySize>"
    };
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>\
         <Credentials><AccessKeyId>ASIA{name}</AccessKeyId>\
         <SecretAccessKey>canary-key-{name}</SecretAccessKey>\
         <SessionToken>canary-token-{name}</SessionToken>\
         <Expiration>2026-11-23T10:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><AssumedRoleId>AROA{name}:session</AssumedRoleId>\
         <Arn>arn:aws:sts::278805249149:assumed-role/{name}/session</Arn></AssumedRoleUser>{web}\
         </{action}Result><ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata>\
         </{action}Response>"
    );
    (200, body)
}

/// An error answer.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
         <Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>request-1</RequestId></ErrorResponse>"
    );
    (status, body)
}

pub(crate) fn request() -> ExchangeRequest {
    ExchangeRequest {
        token: WebIdentityToken::new("canary.id.token"),
        role_arn: ROLE.parse().unwrap(),
        session_name: "google-oidc-session".parse().unwrap(),
        duration: None,
        session_policy: SessionPolicy::default(),
        chain: Vec::new(),
    }
}
