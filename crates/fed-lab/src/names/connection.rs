//! One connection, led to where its host is.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::ResolvesServerCert;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::authority::Authority;
use super::journal::Journal;
use super::route::{Route, Routes};
use crate::LabError;

/// What every connection needs: who is where, the authority, and the journal.
pub(super) struct World {
    routes: Routes,
    acceptor: TlsAcceptor,
    journal: Journal,
}

impl World {
    pub(super) fn new(
        routes: Routes,
        authority: Authority,
        journal: Journal,
    ) -> Result<Self, LabError> {
        let acceptor = acceptor(Arc::new(authority))?;
        Ok(Self { routes, acceptor, journal })
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Where the host would lead.
    pub(super) fn whereabouts(&self, host: &str) -> Route {
        self.routes.of(host)
    }

    /// Where the host leads; it is written down.
    pub(super) fn route(&self, host: &str, port: u16) -> Route {
        let route = self.routes.of(host);
        self.journal.note(host, Some(port), &route);
        route
    }

    /// Takes the TLS off and hands on what is in it to the part of the lab that `host` is. A
    /// client that says inside that it wants another host gets no certificate for it.
    pub(super) async fn lead_in(
        &self,
        client: impl AsyncRead + AsyncWrite + Unpin,
        host: &str,
        route: &Route,
    ) -> io::Result<()> {
        let Route::Lab(_, address) = route else { return Ok(()) };
        let mut inside = self.acceptor.accept(client).await?;
        let named = inside.get_ref().1.server_name();
        if named.is_some_and(|named| !named.eq_ignore_ascii_case(host.trim_end_matches('.'))) {
            return Err(io::Error::other("the name inside is another than the one asked for"));
        }
        let mut server = TcpStream::connect(address).await?;
        server.set_nodelay(true)?;
        copy(&mut inside, &mut server).await
    }
}

/// What takes TLS off, with the certificates that are given.
pub(super) fn acceptor(certificates: Arc<dyn ResolvesServerCert>) -> Result<TlsAcceptor, LabError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| LabError::Authority(error.to_string()))?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    // What is behind speaks nothing else.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Hands on in both directions until both have ended.
pub(super) async fn copy(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: &mut (impl AsyncRead + AsyncWrite + Unpin),
) -> io::Result<()> {
    match copy_bidirectional(client, server).await {
        // Clients close without a word.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        outcome => outcome.map(drop),
    }
}
