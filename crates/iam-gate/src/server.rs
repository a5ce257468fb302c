//! Takes connections in and hands each request to the pipeline, within bounds.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::{pipeline, state::State};

/// Headers of one request, in bytes: a session token, a signature and the rest fit easily.
const HEADER_BYTES: usize = 64 * 1024;

/// How long to wait after no connection could be taken in: it is files that are lacking, and
/// they come back as others finish.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until the gate is stopped, then waits for the requests under way.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut stopped = state.stopped();
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(state.config.limits.connections));
    loop {
        let accepted = async {
            // The semaphore is never closed, so this fails never.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            _ = stopped.changed() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "tried to accept a connection");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Small answers must not wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        // Who does not read holds a place and an answer.
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(state.config.limits.answer_time));
        let state = Arc::clone(&state);
        let request_time = state.config.limits.request_time;
        let service = service_fn(move |request| {
            let state = Arc::clone(&state);
            async move { Ok::<_, Infallible>(pipeline::answer(&state, request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(request_time)
            .max_buf_size(HEADER_BYTES)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    // Whatever takes longer than the emulator may take hangs for another reason.
    let patience = state.config.limits.upstream_time;
    let _ = tokio::time::timeout(patience, graceful.shutdown()).await;
}
