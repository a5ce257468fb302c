//! `GET /_gate/health` and `GET /_gate/decisions`: what the gate tells about itself; and
//! `DELETE /_gate/decisions`, which forgets what was decided. No request to AWS has such a path.
//!
//! Web pages that a person has open are kept out: whoever asks must call the gate by its own
//! address, and not for a page of somebody else.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, header};
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;

use crate::body::Body;
use crate::decision::DecisionRecord;
use crate::enforcement::Enforcement;
use crate::state::State;

/// Lines waiting for somebody who reads slowly.
const BACKLOG: usize = 2;

/// How many decisions went to make room for later ones.
const DROPPED: HeaderName = HeaderName::from_static("x-decisions-dropped");

/// What is told, or done.
enum Page {
    Health,
    Decisions,
    Forget,
}

/// Everything below `/_gate`.
const PAGES: [(Method, &str, Page); 3] = [
    (Method::GET, "/health", Page::Health),
    (Method::GET, "/decisions", Page::Decisions),
    (Method::DELETE, "/decisions", Page::Forget),
];

/// The method and the path of everything that the gate tells of itself.
pub fn control_routes() -> Vec<(String, String)> {
    PAGES.iter().map(|(method, path, _)| (method.to_string(), format!("/_gate{path}"))).collect()
}

/// The answer, when the path is one of the gate's own.
pub(crate) fn answer<B>(state: &Arc<State>, request: &Request<B>) -> Option<Response<Body>> {
    let path = request.uri().path().strip_prefix("/_gate")?;
    if let Err(fault) = is_for_this_gate(state.config.port, request.headers()) {
        let mut response = Response::new(Body::whole(format!("{fault}\n")));
        *response.status_mut() = StatusCode::FORBIDDEN;
        return Some(response);
    }
    let page = PAGES.iter().find(|(method, known, _)| (method, *known) == (request.method(), path));
    Some(match page.map(|(_, _, page)| page) {
        Some(Page::Health) => health(state),
        Some(Page::Decisions) => {
            let query = request.uri().query().unwrap_or_default();
            let follow = query.split('&').any(|pair| pair == "follow=1");
            decisions(state, follow, content_type(request.headers()))
        }
        Some(Page::Forget) => {
            state.decisions.clear();
            let mut response = Response::new(Body::whole(""));
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        None => {
            let mut response = Response::new(Body::whole("not found\n"));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    })
}

/// Whether `Host` is the gate's own address, and `Origin`, where there is one, too: a name
/// that somebody made to mean this machine is another's.
fn is_for_this_gate(port: Option<u16>, headers: &HeaderMap) -> Result<(), &'static str> {
    let own = |authority: &str| {
        let named = authority.rsplit_once(':');
        named.is_some_and(|(host, number)| {
            matches!(host, "127.0.0.1" | "localhost" | "[::1]") && number.parse().ok() == port
        })
    };
    let values = |name: HeaderName| {
        let values = headers.get_all(name).into_iter();
        values.map(|value| value.to_str().unwrap_or_default()).collect::<Vec<_>>()
    };
    match values(header::HOST).as_slice() {
        [host] if own(host) => {}
        _ => return Err("expected the Host header to be the gate's own address"),
    }
    match values(header::ORIGIN).as_slice() {
        [] => Ok(()),
        [origin] if origin.strip_prefix("http://").is_some_and(own) => Ok(()),
        _ => Err("expected no Origin header but the gate's own"),
    }
}

fn health(state: &State) -> Response<Body> {
    let mut health = json!({
        "status": "ok",
        "clock_offset_seconds": state.config.clock.offset(),
    });
    if state.enforcement() == Enforcement::Audit {
        health["enforcement"] = json!("audit");
    }
    with_type("application/json", Body::whole(format!("{health}\n")))
}

/// A browser saves what it does not know, so it is given text.
fn content_type(headers: &HeaderMap) -> &'static str {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    match accept.is_some_and(|accept| accept.contains("text/html")) {
        true => "text/plain; charset=utf-8",
        false => "application/x-ndjson",
    }
}

/// As a stream of lines: what is kept is more than anybody should hold twice.
fn decisions(state: &Arc<State>, follow: bool, content_type: &'static str) -> Response<Body> {
    let Ok(place) = Arc::clone(&state.decision_readers).try_acquire_owned() else {
        let mut response = Response::new(Body::whole("too many read decisions already\n"));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return response;
    };
    let dropped = state.decisions.dropped();
    let (range, coming) = match follow {
        true => {
            let (range, coming) = state.decisions.follow();
            (range, Some(coming))
        }
        false => (state.decisions.range(), None),
    };
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let state = Arc::clone(state);
    tokio::spawn(async move {
        let _place = place;
        if tell_kept(&state, range, &sender).await.is_ok()
            && let Some(coming) = coming
        {
            let _ = tell_coming(&state, coming, &sender).await;
        }
    });
    let mut response = with_type(content_type, Body::Stream(receiver));
    response.headers_mut().insert(DROPPED, dropped.into());
    response
}

/// Nobody listens any more, or the gate stops.
struct Over;

async fn tell(sender: &mpsc::Sender<Bytes>, line: Bytes) -> Result<(), Over> {
    sender.send(line).await.map_err(|_| Over)
}

async fn tell_kept(
    state: &State,
    mut range: Range<u64>,
    sender: &mpsc::Sender<Bytes>,
) -> Result<(), Over> {
    while !range.is_empty() {
        let batch = state.decisions.read(&range);
        range.start = batch.next;
        if batch.missed > 0 {
            tell(sender, missed(batch.missed)).await?;
        }
        for record in batch.records {
            tell(sender, line(&record)).await?;
        }
    }
    Ok(())
}

async fn tell_coming(
    state: &State,
    mut coming: broadcast::Receiver<Arc<DecisionRecord>>,
    sender: &mpsc::Sender<Bytes>,
) -> Result<(), Over> {
    let mut stopped = state.stopped();
    loop {
        let record = tokio::select! {
            record = coming.recv() => record,
            _ = stopped.changed() => return Err(Over),
            () = sender.closed() => return Err(Over),
        };
        match record {
            Ok(record) => tell(sender, line(&record)).await?,
            Err(RecvError::Lagged(count)) => tell(sender, missed(count)).await?,
            Err(RecvError::Closed) => return Err(Over),
        }
    }
}

fn missed(count: u64) -> Bytes {
    (json!({ "missed": count }).to_string() + "\n").into()
}

fn line(record: &Arc<DecisionRecord>) -> Bytes {
    let mut text = serde_json::to_string(&**record).unwrap_or_else(|error| {
        tracing::error!(%error, "a decision could not be written down");
        serde_json::json!({ "request_id": record.request_id }).to_string()
    });
    text.push('\n');
    text.into()
}

fn with_type(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let value = header::HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}
