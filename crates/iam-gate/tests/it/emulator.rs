//! Stands where LocalStack stands: answers what the test has laid out, and remembers what
//! it was asked.

mod account;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;

use crate::server::Server;

/// What the emulator does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Says nothing.
    Silence,
    /// Says nothing until [`Emulator::answers_at_last`].
    Slowness,
    /// Answers with something that is no XML.
    Garbage,
    /// Answers with this status and an empty body.
    Status(u16),
}

/// One request that came through.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) action: String,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// As text, whatever of it is none.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) authorization: String,
    /// All headers but those.
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Default)]
struct Inner {
    details: String,
    answers: HashMap<String, (u16, String)>,
    /// Action, what its body contains, and the answer then.
    answers_about: Vec<(String, String, String)>,
    details_after: HashMap<String, String>,
    /// The path of a bucket, and the region where it is.
    moved: Option<(String, String)>,
    seen: Vec<Seen>,
    /// The action that is answered when the test says so.
    held: Option<String>,
    /// Actions that fail, and how often they still do.
    failing: HashMap<String, usize>,
    fault: Option<Fault>,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    waited_for: Notify,
    goes_on: Notify,
}

#[derive(Clone)]
pub(crate) struct Emulator {
    shared: Arc<Shared>,
    server: Server,
}

impl Emulator {
    pub(crate) async fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        Self { shared, server: Server::start(router).await }
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap()
    }

    /// What the account holds, in the XML lists of GetAccountAuthorizationDetails.
    pub(crate) fn holds(&self, details: impl Into<String>) {
        self.inner().details = details.into();
    }

    /// What it tells once `action` has passed.
    pub(crate) fn holds_after(&self, action: &str, details: impl Into<String>) {
        self.inner().details_after.insert(action.to_owned(), details.into());
    }

    /// What an action is answered with: the members of its result.
    pub(crate) fn answers(&self, action: &str, result: &str) {
        let body = format!(
            "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
        );
        self.inner().answers.insert(action.to_owned(), (200, body));
    }

    /// What an action of the JSON protocol is answered with.
    pub(crate) fn answers_json(&self, action: &str, answer: serde_json::Value) {
        self.refuses(action, 200, &answer.to_string());
    }

    /// What an action is answered with when its body contains this.
    pub(crate) fn answers_about(&self, action: &str, about: &str, answer: &str) {
        let (action, about) = (action.to_owned(), about.to_owned());
        self.inner().answers_about.push((action, about, answer.to_owned()));
    }

    /// The status and body an action is answered with. S3's requests go by their method, a
    /// blank, and their path with the query. An account and a blank before the action make
    /// it the answer to that account alone.
    pub(crate) fn refuses(&self, action: &str, status: u16, body: &str) {
        self.inner().answers.insert(action.to_owned(), (status, body.to_owned()));
    }

    /// Has this bucket answer in one region alone, and name it elsewhere.
    pub(crate) fn moves(&self, bucket: &str, region: &str) {
        self.inner().moved = Some((format!("/{bucket}"), region.to_owned()));
    }

    pub(crate) fn fails(&self, fault: Option<Fault>) {
        self.inner().fault = fault;
    }

    /// Fails at this action so many times before it answers.
    pub(crate) fn fails_at(&self, action: &str, times: usize) {
        self.inner().failing.insert(action.to_owned(), times);
    }

    /// Answers this action only when [`Self::answers_at_last`] says so.
    pub(crate) fn holds_back(&self, action: &str) {
        self.inner().held = Some(action.to_owned());
    }

    /// Returns once a request waits for the slow emulator.
    pub(crate) async fn is_waited_for(&self) {
        self.shared.waited_for.notified().await;
    }

    /// Answers the request that waits, and the next ones at once.
    pub(crate) fn answers_at_last(&self) {
        self.fails(None);
        self.inner().held = None;
        self.shared.goes_on.notify_one();
    }

    /// Forgets what it was asked.
    pub(crate) fn forgets(&self) {
        self.inner().seen.clear();
    }

    /// The last request of all.
    pub(crate) fn last(&self) -> Option<Seen> {
        self.inner().seen.last().cloned()
    }

    /// All requests but so many of the first, in order.
    pub(crate) fn since(&self, first: usize) -> Vec<Seen> {
        self.inner().seen.get(first..).unwrap_or_default().to_vec()
    }

    /// The actions of all requests, in order.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.inner().seen.iter().map(|seen| seen.action.clone()).collect()
    }

    /// How many requests there were.
    pub(crate) fn count(&self) -> usize {
        self.inner().seen.len()
    }

    /// Everything asked so far of this action.
    pub(crate) fn seen(&self, action: &str) -> Vec<Seen> {
        self.inner().seen.iter().filter(|seen| seen.action == action).cloned().collect()
    }
}

// Long: one arm a question that the emulator is asked.
async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: axum::body::Bytes,
) -> Response {
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let fault = shared.inner.lock().unwrap().fault;
    match fault {
        Some(Fault::Slowness) => {
            shared.waited_for.notify_one();
            shared.goes_on.notified().await;
        }
        Some(Fault::Silence) => return std::future::pending().await,
        Some(Fault::Garbage) => return "<not xml".into_response(),
        Some(Fault::Status(status)) => {
            return StatusCode::from_u16(status).unwrap().into_response();
        }
        None => {}
    }
    let is_held = {
        let held = shared.inner.lock().unwrap().held.clone();
        let target = headers.get("x-amz-target").map(|value| value.to_str().unwrap().to_owned());
        held.is_some_and(|held| {
            body.contains(&format!("Action={held}&"))
                || target.is_some_and(|target| target.ends_with(&format!(".{held}")))
        })
    };
    if is_held {
        shared.waited_for.notify_one();
        shared.goes_on.notified().await;
    }
    let (status, answer) = {
        let mut inner = shared.inner.lock().unwrap();
        let header = |name: &str| {
            headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let form = |name: &str| {
            body.split('&').find_map(|pair| pair.strip_prefix(name)).map(str::to_owned)
        };
        let target = header("x-amz-target");
        let is_s3 = header("authorization").contains("/s3/aws4_request");
        let is_rest = is_s3 || uri.path() != "/";
        let action = match is_rest {
            true => format!("{method} {uri}"),
            false if target.is_empty() => form("Action=").unwrap_or_default(),
            false => target.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
        inner.seen.push(Seen {
            action: action.clone(),
            method: method.to_string(),
            target: uri.to_string(),
            body: body.clone(),
            bytes: bytes.to_vec(),
            authorization: header("authorization"),
            headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        });
        if let Some(times) = inner.failing.get_mut(&action).filter(|times| **times > 0) {
            *times -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        if let Some((path, region)) = &inner.moved
            && is_s3
            && uri.path() == path
            && !header("authorization").contains(&format!("/{region}/s3/"))
        {
            let headers = [("x-amz-bucket-region", region.clone())];
            let error = "<Error><Code>PermanentRedirect</Code></Error>";
            return (StatusCode::MOVED_PERMANENTLY, headers, error).into_response();
        }
        if let Some(details) = inner.details_after.remove(&action) {
            inner.details = details;
        }
        if action == "GetAccountAuthorizationDetails" {
            let details = &inner.details;
            let body = format!(
                "<{action}Response><{action}Result>{details}<IsTruncated>false</IsTruncated>\
                 </{action}Result></{action}Response>"
            );
            (200, body)
        } else {
            let no_policy = "<Error><Code>NoSuchBucketPolicy</Code></Error>";
            let default = match target.is_empty() {
                true if action.starts_with("GET /") && action.ends_with("?policy") => {
                    (404, no_policy.to_owned())
                }
                true if action.starts_with("GET /") && action.ends_with("?location") => {
                    let here = "<LocationConstraint>ap-northeast-2</LocationConstraint>";
                    (200, here.to_owned())
                }
                // Whoever asks has it.
                true if is_s3 && action.starts_with("GET /?prefix=") => {
                    let name = action.trim_start_matches("GET /?prefix=");
                    let bucket = format!("<Bucket><Name>{name}</Name></Bucket>");
                    let list = format!("<Buckets>{bucket}</Buckets>");
                    (200, format!("<ListAllMyBucketsResult>{list}</ListAllMyBucketsResult>"))
                }
                true if is_s3 && action.ends_with("?publicAccessBlock") && method == "GET" => {
                    let none = "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>";
                    (404, none.to_owned())
                }
                true if is_s3 && action.starts_with("GET /") && uri.query() == Some("tagging") => {
                    (200, "<Tagging><TagSet/></Tagging>".to_owned())
                }
                true if is_rest => (200, String::new()),
                true => (200, format!("<{action}Response><{action}Result/></{action}Response>")),
                false => (200, "{}".to_owned()),
            };
            let authorization = header("authorization");
            let account = authorization.split("Credential=").nth(1).unwrap_or_default();
            let by_account = format!("{} {action}", account.split('/').next().unwrap_or_default());
            let about = inner.answers_about.iter().find_map(|(of, about, answer)| {
                (*of == action && body.contains(about)).then(|| (200, answer.clone()))
            });
            let answers = &inner.answers;
            let laid_out =
                about.or_else(|| answers.get(&by_account).or(answers.get(&action)).cloned());
            let of_account = || account::answer(&inner.details, &action, &body);
            laid_out.or_else(of_account).unwrap_or(default)
        }
    };
    let headers = [("content-type", "text/xml"), ("x-amz-meta-of", "emulator"), ("server", "stub")];
    (StatusCode::from_u16(status).unwrap(), headers, answer).into_response()
}

/// A user of GetAccountAuthorizationDetails.
pub(crate) fn user(name: &str, inline: &[(&str, &str)], groups: &[&str]) -> String {
    let policies: String = inline.iter().map(|(name, document)| policy(name, document)).collect();
    let groups: String = groups.iter().map(|group| format!("<member>{group}</member>")).collect();
    format!(
        "<member><Path>/</Path><UserName>{name}</UserName><UserId>id-of-{name}</UserId>\
         <Arn>arn:aws:iam::278805249149:user/{name}</Arn>\
         <UserPolicyList>{policies}</UserPolicyList><GroupList>{groups}</GroupList>\
         <AttachedManagedPolicies/></member>"
    )
}

/// A role of GetAccountAuthorizationDetails.
pub(crate) fn role(name: &str, trust: &str, inline: &[(&str, &str)]) -> String {
    let policies: String = inline.iter().map(|(name, document)| policy(name, document)).collect();
    let trust = escape(trust);
    format!(
        "<member><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROAAAAAAAAAAAAAAAAAA</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/{name}</Arn>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>\
         <RolePolicyList>{policies}</RolePolicyList><AttachedManagedPolicies/></member>"
    )
}

/// A group of GetAccountAuthorizationDetails.
pub(crate) fn group(name: &str, inline: &[(&str, &str)]) -> String {
    let policies: String = inline.iter().map(|(name, document)| policy(name, document)).collect();
    format!(
        "<member><Path>/</Path><GroupName>{name}</GroupName>\
         <Arn>arn:aws:iam::278805249149:group/{name}</Arn>\
         <GroupPolicyList>{policies}</GroupPolicyList><AttachedManagedPolicies/></member>"
    )
}

fn policy(name: &str, document: &str) -> String {
    format!(
        "<member><PolicyName>{name}</PolicyName><PolicyDocument>{}</PolicyDocument></member>",
        escape(document)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The three lists.
pub(crate) fn details(users: &[String], groups: &[String], roles: &[String]) -> String {
    format!(
        "<UserDetailList>{}</UserDetailList><GroupDetailList>{}</GroupDetailList>\
         <RoleDetailList>{}</RoleDetailList><Policies/>",
        users.concat(),
        groups.concat(),
        roles.concat()
    )
}
