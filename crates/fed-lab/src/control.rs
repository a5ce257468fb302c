//! `/_lab`: what may be asked of a running lab, on a port of its own on 127.0.0.1.
//!
//! Whoever asks shows the key in [`Control::key_file`], which only this user can read. Web
//! pages that a person has open are kept out besides: the `Host` must be the lab's own, and
//! no page is answered.

mod guard;
mod lessons;
mod routes;
mod served;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fed_types::Secret;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::page::WayIn;
use crate::random_key::random_key;
use crate::run_directory::RunDirectory;
use crate::{LabError, LabStatus};
use lessons::Lessons;
use served::Served;

/// The file in a lab's folder that holds the key.
const KEY: &str = "control_key";

/// The server behind `/_lab`; closed when dropped.
pub(crate) struct Control {
    url: String,
    key: Secret,
    key_file: PathBuf,
    stop_requested: Arc<Notify>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Control {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn start(
        run: &RunDirectory,
        accounts: Arc<Accounts>,
        pages: WayIn,
        status: LabStatus,
    ) -> Result<Self, LabError> {
        let failed = |source| LabError::Port { what: "control endpoints", port: 0, source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let key = random_key()?;
        let key_file = run.write_private(KEY, key.expose().as_bytes())?;
        let stop_requested = Arc::new(Notify::new());
        let served = Arc::new(Served {
            key: key.clone(),
            port: address.port(),
            accounts,
            lessons: Lessons::default(),
            pages,
            status,
            ready: Instant::now(),
            stop_requested: Arc::clone(&stop_requested),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = routes::router(served);
        let server = tokio::spawn(async move {
            let until = async { drop(stopped.await) };
            let serving = axum::serve(listener, router).with_graceful_shutdown(until);
            if let Err(error) = serving.await {
                tracing::warn!(%error, "the control endpoints are no longer served");
            }
        });
        Ok(Self {
            url: format!("http://{address}"),
            key,
            key_file,
            stop_requested,
            stop: Some(stop),
            server,
        })
    }

    /// Where it listens, no slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What whoever asks has to show.
    pub(crate) fn key(&self) -> &Secret {
        &self.key
    }

    /// The file that holds the key, and nothing else.
    pub(crate) fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// Returns once somebody has asked the lab to stop.
    pub(crate) async fn stop_requested(&self) {
        self.stop_requested.notified().await;
    }

    /// Closes it; open answers get a moment to be finished.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        let patience = Duration::from_secs(2);
        let _ = tokio::time::timeout(patience, &mut self.server).await;
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The method and the path of everything by which a lab, its gate and its issuers are steered, as
/// docs/control-api.yaml describes it.
pub fn control_routes() -> Vec<(String, String)> {
    let own = routes::rows().map(|(method, path, _)| (method, path));
    let own = own.into_iter().chain(fake_issuer::control_routes());
    let own = own.map(|(method, path)| (method.to_owned(), path.to_owned()));
    own.chain(iam_gate::control_routes()).collect()
}
