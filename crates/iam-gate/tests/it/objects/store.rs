//! Stands where the emulator stands: keeps objects, and what it was sent of those that broke
//! off, nowhere. It does as it is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Notify, mpsc};

use crate::server::Server;

/// What it does with uploads and downloads instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Answers before it has read anything, and then reads.
    Hasty(u16),
    /// Reads nothing and says nothing.
    Deaf,
    /// Takes all and says nothing.
    Silent,
    /// Breaks off in the middle of what it sends.
    BreaksOff,
    /// Sends the first half, and nothing more.
    Stops,
}

#[derive(Default)]
struct Inner {
    objects: HashMap<String, Vec<u8>>,
    headers: Vec<HeaderMap>,
    /// Uploads that ended too early.
    broken_off: usize,
    /// Questions of the gate's, and all other requests.
    requests: usize,
    habit: Option<Habit>,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Clone)]
pub(crate) struct Store {
    shared: Arc<Shared>,
    server: Server,
}

impl Store {
    pub(crate) async fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        Self { shared, server: Server::start(router).await }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap()
    }

    pub(crate) fn has(&self, path: &str, object: &[u8]) {
        self.inner().objects.insert(path.to_owned(), object.to_vec());
    }

    /// The object at path and query, as it was sent.
    pub(crate) fn object(&self, path: &str) -> Option<Vec<u8>> {
        self.inner().objects.get(path).cloned()
    }

    /// A header of the last upload that was whole.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let inner = self.inner();
        let value = inner.headers.last()?.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    pub(crate) fn behaves(&self, habit: Option<Habit>) {
        self.inner().habit = habit;
    }

    pub(crate) fn requests(&self) -> usize {
        self.inner().requests
    }

    pub(crate) fn broken_off(&self) -> usize {
        self.inner().broken_off
    }

    /// Returns once so many uploads have been broken off.
    pub(crate) async fn has_broken_off(&self, times: usize) {
        let waiting = async {
            loop {
                let changed = self.shared.changed.notified();
                if self.broken_off() >= times {
                    break;
                }
                changed.await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.unwrap();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let target = head.uri.to_string();
    let habit = {
        let mut inner = shared.inner.lock().unwrap();
        inner.requests += 1;
        inner.habit
    };
    if target.ends_with("?policy") {
        let absent = "<Error><Code>NoSuchBucketPolicy</Code></Error>";
        return (StatusCode::NOT_FOUND, absent).into_response();
    }
    if let Some(name) = target.strip_prefix("/?prefix=") {
        let bucket = format!("<Buckets><Bucket><Name>{name}</Name></Bucket></Buckets>");
        return format!("<ListAllMyBucketsResult>{bucket}</ListAllMyBucketsResult>")
            .into_response();
    }
    if target.ends_with("?location") {
        return "<LocationConstraint>ap-northeast-2</LocationConstraint>".into_response();
    }
    if head.method == "PUT" {
        return take(&shared, habit, target, head.headers, body).await;
    }
    let object = shared.inner.lock().unwrap().objects.get(&target).cloned();
    match object {
        Some(object) => give(habit, object, head.headers.get("range").is_some()),
        None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
    }
}

async fn take(
    shared: &Shared,
    habit: Option<Habit>,
    target: String,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match habit {
        Some(Habit::Hasty(status)) => {
            let answer = "<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>";
            tokio::spawn(to_bytes(body, usize::MAX));
            return (StatusCode::from_u16(status).unwrap(), answer).into_response();
        }
        Some(Habit::Deaf) => {
            let _unread = body;
            return std::future::pending().await;
        }
        _ => {}
    }
    let whole = to_bytes(body, usize::MAX).await;
    if habit == Some(Habit::Silent) {
        return std::future::pending().await;
    }
    let answer = {
        let mut inner = shared.inner.lock().unwrap();
        match whole {
            Ok(whole) => {
                inner.objects.insert(target, whole.to_vec());
                inner.headers.push(headers);
                ([("etag", "\"e\"")], "").into_response()
            }
            Err(_) => {
                inner.broken_off += 1;
                StatusCode::BAD_REQUEST.into_response()
            }
        }
    };
    shared.changed.notify_waiters();
    answer
}

fn give(habit: Option<Habit>, object: Vec<u8>, in_range: bool) -> Response {
    let half = object[..object.len() / 2].to_vec();
    let length = [("content-length", object.len().to_string())];
    let (parts, body) = mpsc::channel::<Result<Bytes, std::io::Error>>(2);
    match habit {
        Some(Habit::BreaksOff) => {
            parts.try_send(Ok(half.into())).unwrap();
            parts.try_send(Err(std::io::Error::other("broken off"))).unwrap();
        }
        Some(Habit::Stops) => {
            parts.try_send(Ok(half.into())).unwrap();
            std::mem::forget(parts);
        }
        _ if in_range => {
            let part = object[..half.len()].to_vec();
            let range = format!("bytes 0-{}/{}", part.len() - 1, object.len());
            return (StatusCode::PARTIAL_CONTENT, [("content-range", range)], part).into_response();
        }
        _ => return (length, object).into_response(),
    }
    (length, Body::new(Parts(body))).into_response()
}

/// What is sent part by part.
struct Parts(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        self.0.poll_recv(context).map(|part| part.map(|part| part.map(hyper::body::Frame::data)))
    }
}
