//! Hands a request on to where it goes, and the answer back; both bodies pass as they come.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::http::uri::PathAndQuery;
use hyper::{HeaderMap, Request, Response, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::destination::{Destination, Entrance, Places, Refusal};

/// What came from behind, or a refusal.
pub(super) type Answer = Response<Either<Incoming, Full<Bytes>>>;

/// What one connection says to the next, and to nobody behind it (RFC 9110 §7.6.1).
const OF_CONNECTION: [header::HeaderName; 3] =
    [header::CONNECTION, header::PROXY_AUTHORIZATION, header::UPGRADE];
const ALSO_OF_CONNECTION: [&str; 2] = ["keep-alive", "proxy-connection"];

/// The answer to a request that came in by that entrance.
pub(super) async fn answer(
    places: &Places,
    entrance: &Arc<Entrance>,
    request: Request<Incoming>,
) -> Answer {
    let (parts, body) = request.into_parts();
    let destination = match places.of(&parts, entrance) {
        Ok(destination) => destination,
        Err(refusal) => return refuse(refusal),
    };
    let to = destination.to;
    match hand_on(Request::from_parts(parts, body), destination).await {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(%error, %to, "a request through the door was not answered");
            let why = "the part of the lab that the request is for did not answer".to_owned();
            refuse(Refusal { status: StatusCode::BAD_GATEWAY, why })
        }
    }
}

/// What can go wrong on the way: all of it is told in the log alone.
type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn hand_on(
    mut request: Request<Incoming>,
    destination: Destination,
) -> Result<Answer, Failure> {
    let Destination { to, host, target } = destination;
    let target: PathAndQuery = match &target {
        Some(target) => target.parse()?,
        None => request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")),
    };
    *request.uri_mut() = Uri::from(target);
    drop_of_connection(request.headers_mut());
    if let Some(host) = host {
        request.headers_mut().insert(header::HOST, host.parse()?);
    }
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection behind the door ended early");
        }
    });
    let mut response = sender.send_request(request).await?;
    drop_of_connection(response.headers_mut());
    Ok(response.map(Either::Left))
}

fn drop_of_connection(headers: &mut HeaderMap) {
    for name in OF_CONNECTION {
        headers.remove(name);
    }
    for name in ALSO_OF_CONNECTION {
        headers.remove(name);
    }
}

fn refuse(Refusal { status, why }: Refusal) -> Answer {
    let mut response = Response::new(Either::Right(Full::from(format!("fed-lab: {why}\n"))));
    *response.status_mut() = status;
    let text = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
