//! A server in tasks of its own, which end with their owner.

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How long the last answer may take to leave.
const FAREWELL: Duration = Duration::from_secs(2);

/// One server at several addresses.
#[derive(Debug)]
pub(crate) struct Server {
    tasks: JoinSet<()>,
    stop: Vec<oneshot::Sender<()>>,
}

impl Server {
    pub(crate) fn start(listeners: Vec<TcpListener>, router: &Router) -> Self {
        let mut server = Self { tasks: JoinSet::new(), stop: Vec::new() };
        for listener in listeners {
            let (stop, stopped) = oneshot::channel::<()>();
            let serving =
                axum::serve(listener, router.clone()).with_graceful_shutdown(until(stopped));
            server.stop.push(stop);
            server.tasks.spawn(async move {
                if let Err(error) = serving.await {
                    tracing::debug!(%error, "a listener for the redirect ended");
                }
            });
        }
        server
    }

    /// Lets the answers under way leave, then closes.
    pub(crate) async fn stop(mut self) {
        self.stop.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::debug!("an answer to the browser is still under way");
        }
    }
}

async fn until(stopped: oneshot::Receiver<()>) {
    // The sender is dropped, which is the message.
    drop(stopped.await);
}
