//! The world's own names, led into the lab: a proxy on 127.0.0.1 behind which
//! `sts.amazonaws.com` is the gate and `accounts.google.com` the issuer, by TLS with an authority
//! of the lab's own. Whatever else is asked for is refused and written down, unless it was let
//! out by name. The authority's key is in the lab's memory alone.

mod amazon;
mod authority;
mod connection;
mod host;
mod issuer_host;
mod java;
mod journal;
mod outside;
mod proxy;
mod route;
mod trust;
mod variables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::LabError;
use crate::run_directory::RunDirectory;
use authority::Authority;
use connection::World;
pub(crate) use issuer_host::{check as check_issuers, host_of};
use journal::Journal;
pub(crate) use route::{GOOGLE, Routes};

pub use host::AllowedHost;
pub use journal::Refused;
pub use trust::PersonsTrust;

/// A running proxy; it stops when dropped.
pub(crate) struct Names {
    world: Arc<World>,
    port: u16,
    variables: Vec<(String, String)>,
    log: PathBuf,
    server: JoinHandle<()>,
}

impl Names {
    /// Makes the authority, writes what clients need to trust it into the lab's folder, and
    /// serves.
    ///
    /// # Errors
    /// [`LabError::Authority`], [`LabError::File`], [`LabError::CertificateFile`],
    /// [`LabError::Port`].
    pub(crate) async fn start(
        routes: Routes,
        trust: &PersonsTrust,
        run: &RunDirectory,
    ) -> Result<Self, LabError> {
        let authority = Authority::create()?;
        let files = trust::write(trust, authority.pem(), run)?;
        let failed = |source| LabError::Port { what: "proxy", port: 0, source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let log = run.write_private("connections.jsonl", b"")?;
        let journal = Journal::open(&log)?;
        let world = Arc::new(World::new(routes, authority, journal)?);
        let variables = variables::of_proxy(port, &files, &log);
        let server = tokio::spawn(proxy::serve(listener, Arc::clone(&world)));
        Ok(Self { world, port, variables, log, server })
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What leads a command's clients to the proxy and makes them trust it.
    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// One JSON line a connection: when, to which host and port, and where it was led.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// What was refused so far, each host and port once.
    pub(crate) fn refused(&self) -> Vec<Refused> {
        self.world.journal().refused()
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.server.abort();
    }
}
