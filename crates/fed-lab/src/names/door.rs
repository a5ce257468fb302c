//! The door: one port that other containers and machines reach, where all else of a lab listens on
//! 127.0.0.1. It speaks TLS and plain HTTP, by names of the lab's own and by AWS's and the issuers',
//! where somebody leads those here. What steers the lab is done for nobody but who shows the
//! lab's key, and by TLS alone.

mod address;
mod destination;
mod forward;
mod handed_over;
mod serve;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fed_types::Secret;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::authority::Authority;
use super::{PersonsTrust, Routes, connection};
use crate::{LabError, NamesError};
pub use address::{DoorAddress, DoorName};
use destination::Places;
use handed_over::HandedOver;
use serve::Certificates;

/// Where a lab is reached from elsewhere, and what is handed over there.
#[derive(Clone, Debug)]
pub struct DoorConfig {
    /// Where it listens.
    pub address: DoorAddress,
    /// What others call it; the first is in the URLs that they are given.
    pub names: Vec<DoorName>,
    /// Where others find what they need, key and authority included; `None`: in the lab's own
    /// folder.
    pub folder: Option<PathBuf>,
}

/// A port that was taken before anything else is started.
pub struct DoorListener {
    config: DoorConfig,
    listener: TcpListener,
    address: SocketAddr,
}

impl DoorListener {
    /// Takes the port; who comes is let wait until [`Lab::open`](crate::Lab::open).
    ///
    /// # Errors
    /// [`LabError::Port`].
    pub async fn bind(config: DoorConfig) -> Result<Self, LabError> {
        let port = config.address.port();
        let failed = |source| LabError::Port { what: "door", port, source };
        let listener = TcpListener::bind(config.address.socket()).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { config, listener, address })
    }

    /// What others call the lab.
    fn url(&self) -> String {
        let address = self.address.ip().to_string();
        let name = self.config.names.first().map_or(address.as_str(), DoorName::as_str);
        match self.address.port() {
            443 => format!("https://{name}"),
            port => format!("https://{name}:{port}"),
        }
    }
}

/// What the door leads to.
pub(crate) struct Behind<'a> {
    pub(crate) routes: Routes,
    /// `_lab`, on this machine's loopback.
    pub(crate) control: SocketAddr,
    /// The host of the issuer whose control endpoints need no name.
    pub(crate) issuer: String,
    /// What has to be shown.
    pub(crate) key: Secret,
    pub(crate) client_secret: &'a Secret,
    /// What this machine's clients trust.
    pub(crate) trust: &'a PersonsTrust,
    /// The lab's own folder.
    pub(crate) folder: &'a Path,
    /// What a command on this machine finds in its environment.
    pub(crate) environment: Vec<(String, String)>,
}

/// An open door; closed when dropped, and what was handed over is taken back.
pub struct Door {
    url: String,
    address: SocketAddr,
    handed_over: HandedOver,
    server: JoinHandle<()>,
}

impl Door {
    pub(crate) fn open(listener: DoorListener, behind: Behind<'_>) -> Result<Self, LabError> {
        let (url, address) = (listener.url(), listener.address);
        let DoorListener { config, listener, .. } = listener;
        let mut names: Vec<String> =
            config.names.iter().map(|name| name.as_str().to_owned()).collect();
        if let Some(taken) = names.iter().find(|name| behind.routes.is_issuers(name)) {
            return Err(NamesError::DoorNameTaken(taken.clone()).into());
        }
        let own_address = (!address.ip().is_unspecified()).then(|| address.ip().to_string());
        names.extend(own_address.clone());
        let authority = Authority::create()?;
        let folder = config.folder.unwrap_or_else(|| behind.folder.join("door"));
        let handed_over = HandedOver::write(folder, &url, authority.pem(), &behind)?;
        let certificates = Certificates {
            authority,
            names: names.clone(),
            routes: behind.routes.clone(),
            own_address,
        };
        let acceptor = connection::acceptor(Arc::new(certificates))?;
        let Behind { routes, control, issuer, key, .. } = behind;
        let places = Arc::new(Places { names, routes, control, issuer, key });
        let server = tokio::spawn(serve::serve(listener, acceptor, places));
        Ok(Self { url, address, handed_over, server })
    }

    /// `https://NAME`, with the port where it is not 443; no slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where others find what they need: `lab.sh`, which makes a shell one of the lab, and what is
    /// named in it. All of it is this user's alone.
    pub fn folder(&self) -> &Path {
        self.handed_over.folder()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.server.abort();
    }
}
