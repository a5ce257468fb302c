//! Kept-alive connections to the emulator.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, Version, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::transfer::Outgoing;

/// An idle connection is not used again after this long: the emulator closes its own after
/// a while, and a request that meets the closing is lost.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// The connections to one emulator: bounded in number, each carries one request at a time
/// and is used again.
pub(super) struct Connections {
    /// `HOST:PORT`.
    address: String,
    /// One for each request under way.
    places: Semaphore,
    /// The one used last is at the back.
    idle: Mutex<VecDeque<(Instant, Connection)>>,
    closed: Arc<AtomicU64>,
}

/// One connection. Its other half is a task that ends with it, or when the emulator closes
/// it.
pub(super) struct Connection {
    sender: SendRequest<Outgoing>,
    is_idle: Arc<AtomicBool>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("no connection")]
    Connect(#[from] std::io::Error),
    #[error("no answer")]
    Answer(#[from] hyper::Error),
    #[error("half an answer, or one that is too long")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Connections {
    pub(super) fn new(address: String, most: usize) -> Self {
        let places = Semaphore::new(most);
        Self { address, places, idle: Mutex::default(), closed: Arc::default() }
    }

    /// How many idle connections the emulator has closed so far.
    pub(super) fn closed(&self) -> u64 {
        self.closed.load(Ordering::SeqCst)
    }

    /// Sends a request and reads the answer, of a body of so many bytes at most.
    pub(super) async fn exchange(
        &self,
        request: Request<Outgoing>,
        limit: usize,
    ) -> Result<Response<Bytes>, ExchangeError> {
        // The semaphore is never closed, so this fails never.
        let _place = self.places.acquire().await.ok();
        let (response, connection) = self.send(request).await?;
        let reusable = is_reusable(&response);
        let response = whole(response, limit).await?;
        if reusable {
            self.keep(connection);
        }
        Ok(response)
    }

    /// Sends a request whose body comes while it is sent, over a connection of its own, and reads
    /// the answer. The connection is used again if by then `is_whole` says that all was sent.
    pub(super) async fn deliver(
        &self,
        request: Request<Outgoing>,
        limit: usize,
        is_whole: impl Fn() -> bool,
    ) -> Result<Response<Bytes>, ExchangeError> {
        let mut connection = self.open().await?;
        let response = connection.sender.send_request(request).await?;
        let reusable = is_reusable(&response);
        let response = whole(response, limit).await?;
        if reusable && is_whole() {
            self.keep(connection);
        }
        Ok(response)
    }

    /// Sends a request, over an idle connection where there is one, and reads the head of the
    /// answer. It is sent again only when nothing of it has been sent.
    pub(super) async fn send(
        &self,
        mut request: Request<Outgoing>,
    ) -> Result<(Response<Incoming>, Connection), ExchangeError> {
        while let Some(mut connection) = self.take() {
            if connection.sender.ready().await.is_err() {
                continue;
            }
            match connection.sender.try_send_request(request).await {
                Ok(response) => return Ok((response, connection)),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(failed.into_error().into()),
                },
            }
        }
        let mut connection = self.open().await?;
        Ok((connection.sender.send_request(request).await?, connection))
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, connection) = idle.pop_back()?;
        if since.elapsed() > IDLE_TIME {
            // So are all the others.
            idle.clear();
            return None;
        }
        connection.is_idle.store(false, Ordering::SeqCst);
        Some(connection)
    }

    pub(super) fn keep(&self, connection: Connection) {
        connection.is_idle.store(true, Ordering::SeqCst);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while idle.front().is_some_and(|(since, _)| since.elapsed() > IDLE_TIME) {
            idle.pop_front();
        }
        idle.push_back((Instant::now(), connection));
    }

    async fn open(&self) -> Result<Connection, ExchangeError> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, exchanges) = http1::handshake(TokioIo::new(stream)).await?;
        let is_idle = Arc::new(AtomicBool::new(false));
        let (was_idle, closed) = (Arc::clone(&is_idle), Arc::clone(&self.closed));
        tokio::spawn(async move {
            // What goes wrong is told to whoever waits for an answer.
            let _ = exchanges.await;
            if was_idle.load(Ordering::SeqCst) {
                closed.fetch_add(1, Ordering::SeqCst);
            }
        });
        Ok(Connection { sender, is_idle })
    }
}

/// Reads the body of an answer.
pub(super) async fn whole(
    response: Response<Incoming>,
    limit: usize,
) -> Result<Response<Bytes>, ExchangeError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, limit).collect().await.map_err(ExchangeError::Body)?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

/// Whether the connection can be used again after this answer.
pub(super) fn is_reusable<B>(response: &Response<B>) -> bool {
    let ends = response.headers().get(header::CONNECTION).is_some_and(|value| value == "close");
    response.version() == Version::HTTP_11 && !ends
}

impl Drop for Connection {
    fn drop(&mut self) {
        // It is the gate that ends it.
        self.is_idle.store(false, Ordering::SeqCst);
    }
}
