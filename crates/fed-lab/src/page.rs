//! The lab's pages, on a port of their own on 127.0.0.1.
//!
//! Whoever comes shows a key that is good once; the browser keeps a cookie instead. A page of
//! somebody else can neither read them nor press their buttons: the `Host` must be the lab's
//! own, and so must the `Origin` where something is changed.

mod acts;
mod entry;
mod guard;
mod html;
mod learned;
mod live;
mod routes;
mod served;
mod shown;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use fake_issuer::Controls;
use fed_types::Secret;
use iam_gate::Gate;
use lab_page::{LabFacts, Person};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::LabError;
use crate::accounts::Accounts;
use entry::Entry;
use served::Served;

/// What the pages show.
pub(crate) struct Shown {
    pub(crate) lab: LabFacts,
    pub(crate) gate: Arc<Gate>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) issuers: Vec<Controls>,
    pub(crate) people: Vec<Person>,
    /// Names of addresses, and the addresses.
    pub(crate) addresses: Vec<(&'static str, String)>,
}

/// The server of the pages; closed when dropped.
pub(crate) struct Pages {
    way_in: WayIn,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// What lets browsers in.
#[derive(Clone)]
pub(crate) struct WayIn {
    url: String,
    entry: Arc<Entry>,
}

impl WayIn {
    /// An address that opens the pages once. The key stands behind a `#`, so that no server is
    /// sent it with the address.
    pub(crate) fn address(&self) -> Result<Secret, LabError> {
        let key = self.entry.new_key()?;
        Ok(Secret::new(format!("{}/#{}", self.url, key.expose())))
    }
}

impl Pages {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn start(shown: Shown) -> Result<Self, LabError> {
        let failed = |source| LabError::Port { what: "pages", port: 0, source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let entry = Arc::new(Entry::new(address.port()));
        let (stop, stopped) = watch::channel(false);
        let served = Served {
            port: address.port(),
            entry: Arc::clone(&entry),
            shown,
            stopped: stopped.clone(),
        };
        let router = routes::router(Arc::new(served));
        let mut stopping = stopped;
        let server = tokio::spawn(async move {
            let until = async move { drop(stopping.wait_for(|stop| *stop).await) };
            let serving = axum::serve(listener, router).with_graceful_shutdown(until);
            if let Err(error) = serving.await {
                tracing::warn!(%error, "the pages are no longer served");
            }
        });
        let way_in = WayIn { url: format!("http://{address}"), entry };
        Ok(Self { way_in, stop, server })
    }

    /// What lets browsers in.
    pub(crate) fn way_in(&self) -> &WayIn {
        &self.way_in
    }

    /// Closes them; open answers get a moment to be finished.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let patience = Duration::from_secs(2);
        let _ = tokio::time::timeout(patience, &mut self.server).await;
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.server.abort();
    }
}
