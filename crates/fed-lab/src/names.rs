//! The world's own names, led into the lab: a proxy on 127.0.0.1 behind which
//! `sts.amazonaws.com` is the gate and `accounts.google.com` the issuer, by TLS with an authority
//! of the lab's own. Whatever else is asked for is refused and written down, unless it was let
//! out by name. The authority's key is in the lab's memory alone.

mod amazon;
mod authority;
#[cfg(target_os = "linux")]
mod book;
mod connection;
#[cfg(target_os = "linux")]
mod direct;
mod door;
mod host;
mod issuer_host;
mod java;
mod journal;
mod outside;
mod proxy;
#[cfg(target_os = "linux")]
mod resolver;
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
pub(crate) use door::Behind;
pub use door::{Door, DoorAddress, DoorConfig, DoorListener, DoorName};
pub(crate) use issuer_host::{check as check_issuers, host_of};
use journal::Journal;
pub(crate) use route::{GOOGLE, Routes};
#[cfg(target_os = "linux")]
pub(crate) use {book::METADATA, direct::Direct, trust::SYSTEMS as SYSTEM_BUNDLES};

pub use host::AllowedHost;
pub use journal::Refused;
pub use trust::PersonsTrust;
pub use variables::{NO_PROXY, PROXY as PROXY_VARIABLES};

/// A running proxy; it stops when dropped.
pub(crate) struct Names {
    world: Arc<World>,
    port: u16,
    variables: Vec<(String, String)>,
    of_trust: Vec<(String, String)>,
    authority: String,
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
        let pem = authority.pem().to_owned();
        let files = trust::write(trust, &pem, run.path())?;
        let failed = |source| LabError::Port { what: "proxy", port: 0, source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let log = run.write_private("connections.jsonl", b"")?;
        let journal = Journal::open(&log)?;
        let world = Arc::new(World::new(routes, authority, journal)?);
        let variables = variables::of_proxy(port, &files, &log);
        let mut of_trust = variables::of_trust(&files, None);
        of_trust.push(variables::of_log(&log));
        let server = tokio::spawn(proxy::serve(listener, Arc::clone(&world)));
        Ok(Self { world, port, variables, of_trust, authority: pem, log, server })
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What leads a command's clients to the proxy and makes them trust it.
    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// What makes a command's clients trust it where names lead to it by themselves.
    pub(crate) fn of_trust(&self) -> &[(String, String)] {
        &self.of_trust
    }

    /// The authority's certificate as PEM.
    #[cfg(target_os = "linux")]
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// What serves names at addresses of their own, and parts of the lab at these ports.
    #[cfg(target_os = "linux")]
    pub(crate) fn direct(&self, ports: Vec<u16>) -> Direct {
        Direct::new(Arc::clone(&self.world), ports)
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
