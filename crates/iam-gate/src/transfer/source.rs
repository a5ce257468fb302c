//! What a client sends as a request's body, until somebody has read it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};

/// A client that sends nothing for so long is waiting.
const LULL: Duration = Duration::from_secs(1);

/// A request's body. Whoever reads it may give up; what is left is still there then.
#[derive(Clone)]
pub(crate) struct Source(Arc<Mutex<Option<Incoming>>>);

impl Source {
    pub(crate) fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// The body, for whoever reads it to its end; `None` when it has been read.
    pub(crate) fn take(&self) -> Option<Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The next part; `None` at the end.
    pub(super) fn poll_part(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, hyper::Error>>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let Some(body) = held.as_mut() else { return Poll::Ready(None) };
            match ready!(Pin::new(body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(part) => return Poll::Ready(Some(Ok(part))),
                    // HTTP's own trailers are none of S3's.
                    Err(_) => continue,
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    *held = None;
                    return Poll::Ready(None);
                }
            }
        }
    }

    /// Reads what is left and throws it away, so that a client that still sends gets to read
    /// why. Not for one that waits to be told to send. Whether there was anything.
    pub(crate) fn pour_away(&self, waits: bool, most: usize, time: Duration) -> bool {
        let Some(rest) = self.take().filter(|rest| !rest.is_end_stream()) else { return false };
        if !waits {
            tokio::spawn(async move {
                let mut rest = Limited::new(rest, most);
                let reading = async {
                    while let Ok(Some(Ok(_))) = tokio::time::timeout(LULL, rest.frame()).await {}
                };
                let _ = tokio::time::timeout(time, reading).await;
            });
        }
        true
    }
}
