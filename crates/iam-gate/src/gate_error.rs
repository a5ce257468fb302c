//! Why a gate does not start.

use std::io;
use std::net::SocketAddr;

use crate::credential::RandomnessUnavailable;

/// Why a gate did not start, or could not open an account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// The port is taken, or may not be listened on.
    #[error("tried to listen on `{address}`")]
    Listen {
        /// Where the gate was to listen.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The emulator's address is not one that can be asked.
    #[error("expected the emulator's address to be `http://HOST:PORT`, found `{0}`")]
    Upstream(String),
    /// The HTTP client that fetches issuers' keys could not be built.
    #[error("tried to build the client that fetches issuers' keys")]
    Client(#[source] reqwest::Error),
    /// No key could be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
}

impl GateError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Listen { .. } => Some("leave the port out to get a free one".to_owned()),
            Self::Upstream(_) => Some("for example `http://127.0.0.1:4566`".to_owned()),
            Self::Client(_) | Self::Randomness(_) => None,
        }
    }
}
