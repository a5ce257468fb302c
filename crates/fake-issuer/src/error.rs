//! What can go wrong with the issuer itself.

use thiserror::Error;

/// Why an issuer could not start or sign.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// The port could not be bound.
    #[error("could not listen on `127.0.0.1:{port}`")]
    Listen {
        /// The port asked for; 0 means any free one.
        port: u16,
        /// What the system answered.
        source: std::io::Error,
    },
    /// The crypto library made no key or signature.
    #[error("could not {what} with an RSA key")]
    Crypto {
        /// The step that failed.
        what: &'static str,
    },
    /// A token was asked for with the account picker empty.
    #[error("no account to sign a token for: the issuer was started without accounts")]
    NoAccount,
}

impl IssuerError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Listen { port: 0, .. } | Self::Crypto { .. } => None,
            Self::Listen { port, .. } => {
                Some(format!("leave the port out to use a free one, or find who holds {port}"))
            }
            Self::NoAccount => Some("add one to `IssuerConfig::accounts`".to_owned()),
        }
    }
}
