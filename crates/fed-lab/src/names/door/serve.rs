//! Takes connections in at the door, with or without TLS, within bounds.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::super::authority::Authority;
use super::super::route::{Route, Routes};
use super::destination::{Entrance, Places, name_of};
use super::forward;

/// How a TLS connection begins: a record of the handshake (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;
/// Connections at the same time; further ones wait. All together are fewer than what the gate takes.
const CONNECTIONS: usize = 512;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait after no connection could be taken in.
const PAUSE: Duration = Duration::from_millis(20);
/// Headers of one request, in bytes: as the gate takes them.
const HEADER_BYTES: usize = 64 * 1024;

/// Serves until it is aborted.
pub(super) async fn serve(listener: TcpListener, acceptor: TlsAcceptor, places: Arc<Places>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // The semaphore is never closed, so this fails never.
        let place = Arc::clone(&free).acquire_owned().await.ok();
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (acceptor, places) = (acceptor.clone(), Arc::clone(&places));
        tokio::spawn(async move {
            if let Err(error) = take_in(client, &acceptor, places).await {
                tracing::debug!(%error, "a connection at the door ended early");
            }
            drop(place);
        });
    }
}

async fn take_in(client: TcpStream, acceptor: &TlsAcceptor, places: Arc<Places>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut first = [0];
    let seen = tokio::time::timeout(PATIENCE, client.peek(&mut first)).await??;
    if seen == 0 {
        return Ok(());
    }
    if first[0] != HANDSHAKE {
        return speak(client, Entrance::Plain, places).await;
    }
    let inside = tokio::time::timeout(PATIENCE, acceptor.accept(client)).await??;
    let name = inside.get_ref().1.server_name().map(str::to_owned);
    speak(inside, Entrance::Tls(name), places).await
}

async fn speak(
    client: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    entrance: Entrance,
    places: Arc<Places>,
) -> io::Result<()> {
    let entrance = Arc::new(entrance);
    let service = service_fn(move |request| {
        let (places, entrance) = (Arc::clone(&places), Arc::clone(&entrance));
        async move { Ok::<_, Infallible>(forward::answer(&places, &entrance, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(client), service);
    served.await.map_err(io::Error::other)
}

/// Certificates for whoever is in the lab, and for nobody else.
pub(super) struct Certificates {
    pub(super) authority: Authority,
    /// What the lab is called, in lower case.
    pub(super) names: Vec<String>,
    pub(super) routes: Routes,
    /// The door's address, for clients that go by it and say no name.
    pub(super) own_address: Option<String>,
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = match hello.server_name() {
            Some(name) => name_of(name),
            None => self.own_address.clone()?,
        };
        let is_in_the_lab =
            self.names.contains(&name) || matches!(self.routes.of(&name), Route::Lab(..));
        self.authority.certified(&name).filter(|_| is_in_the_lab)
    }
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Certificates")
    }
}
