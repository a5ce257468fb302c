//! Objects to and from the emulator, which pass as they come.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use fed_types::AccountId;
use http::{HeaderMap, Request};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::connections::{Connection, Connections, ExchangeError, is_reusable, whole};
use super::{Answer, Upstream, failed};
use crate::call::{Call, S3Request};
use crate::error_response::ErrorResponse;
use crate::transfer::{Inbound, Outgoing, Pace, Place, Progress};

/// Answers of so many bytes at most are read whole.
const SHORT: u64 = 64 * 1024;

/// What was fetched.
pub(crate) enum Fetched {
    /// A short object, or none.
    Whole(Answer),
    /// A long one, which is on its way.
    Object { status: u16, headers: HeaderMap, milliseconds: f64, content: Outbound },
}

/// An object on its way to the client. It is broken off where the emulator breaks it off.
pub(crate) struct Outbound {
    content: Incoming,
    connections: Arc<Connections>,
    /// Kept once all has been read, where it can be used again.
    connection: Option<Connection>,
    pace: Pace,
    _place: Place,
}

/// Why an object ends before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokenOff {
    #[error("the emulator broke off an object")]
    Emulator(#[source] hyper::Error),
    #[error("an object took too long")]
    Overdue,
}

impl Upstream {
    /// Sends an object, or a part of one, as it comes.
    ///
    /// # Errors
    /// What is wrong with the object, which is none then; [`ErrorResponse::Upstream`] when no
    /// whole answer comes in time, or before the emulator has all of it.
    pub(crate) async fn upload(
        &self,
        account: &AccountId,
        (call, read): (&Call, &S3Request),
        content: Inbound,
    ) -> Result<Answer, ErrorResponse> {
        let progress = content.progress();
        let request = self.s3_upload(account, call, read, Box::new(content))?;
        let start = Instant::now();
        let is_whole = || progress.is_whole();
        let exchange = self.connections.deliver(request, self.limits.upstream_body, is_whole);
        let sent = self.while_it_moves(&progress, exchange).await;
        // What is wrong with the object outranks what came of breaking it off.
        if let Some(fault) = progress.fault() {
            return Err(fault);
        }
        let early = "the emulator behind the gate answered before it had the whole object";
        let answer = match sent {
            Ok(Ok(response)) => Ok(Answer::of(response, start)),
            Ok(Err(error)) => Err(failed(&error)),
            Err(late) => Err(late),
        };
        let answer = answer.and_then(|answer| match progress.is_whole() || !answer.is_success() {
            true => Ok(answer),
            false => Err(ErrorResponse::Upstream(early.to_owned())),
        });
        self.counted(answer)
    }

    /// Fetches an object, whose place is given back once it is whole or gone.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when no answer begins in time.
    pub(crate) async fn fetch(
        &self,
        account: &AccountId,
        call: &Call,
        place: Place,
    ) -> Result<Fetched, ErrorResponse> {
        let request = self.request(account, call)?;
        let start = Instant::now();
        let fetching = self.begin_to_fetch(request, start, place);
        let fetched = match tokio::time::timeout(self.limits.upstream_time, fetching).await {
            Ok(fetched) => fetched.map_err(|error| failed(&error)),
            Err(_) => Err(self.late()),
        };
        self.counted(fetched)
    }

    async fn begin_to_fetch(
        &self,
        request: Request<Outgoing>,
        start: Instant,
        place: Place,
    ) -> Result<Fetched, ExchangeError> {
        let (response, connection) = self.connections.send(request).await?;
        let length = response.body().size_hint().exact();
        let reusable = is_reusable(&response);
        if !response.status().is_success() || length.is_some_and(|length| length <= SHORT) {
            let response = whole(response, self.limits.upstream_body).await?;
            if reusable {
                self.connections.keep(connection);
            }
            return Ok(Fetched::Whole(Answer::of(response, start)));
        }
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let (head, content) = response.into_parts();
        let length = length.unwrap_or(self.limits.object);
        let content = Outbound {
            content,
            connections: Arc::clone(&self.connections),
            connection: Some(connection).filter(|_| reusable),
            pace: Pace::of(length, self.limits.upstream_time, &self.limits),
            _place: place,
        };
        Ok(Fetched::Object {
            status: head.status.as_u16(),
            headers: head.headers,
            milliseconds,
            content,
        })
    }

    /// Waits for as long as the emulator takes more, and for an answer after that.
    async fn while_it_moves<T>(
        &self,
        progress: &Progress,
        exchange: impl Future<Output = T>,
    ) -> Result<T, ErrorResponse> {
        let mut exchange = pin!(exchange);
        loop {
            let moved = progress.moved();
            let patience = match progress.is_whole() {
                true => self.limits.upstream_time,
                // It may be the client that it waits for.
                false => self.limits.upstream_time + self.limits.request_time,
            };
            tokio::select! {
                done = &mut exchange => return Ok(done),
                () = tokio::time::sleep_until(moved + patience) => {}
            }
            if progress.moved() == moved {
                return Err(self.late());
            }
        }
    }
}

impl Body for Outbound {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.content).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(match this.pace.came() {
                Ok(()) => Ok(frame),
                Err(_) => Err(BrokenOff::Overdue),
            })),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(BrokenOff::Emulator(error)))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                this.pace.poll_overdue(context).map(|()| Some(Err(BrokenOff::Overdue)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for Outbound {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.content.is_end_stream()) {
            self.connections.keep(connection);
        }
    }
}
