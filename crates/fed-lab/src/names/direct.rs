//! Connections that come to a name's own address, in a world where names have some: no proxy
//! was asked, and the address says which name was meant.

use std::io;
use std::net::{self, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::book::Book;
use super::connection::{World, copy};
use super::route::Route;
use super::{outside, resolver};

/// Where names answer: by TLS, and in plain HTTP.
const HTTPS: u16 = 443;
const HTTP: u16 = 80;
/// Connections at the same time; further ones wait.
const CONNECTIONS: usize = 512;
/// How long to wait after no connection could be taken in.
const PAUSE: Duration = Duration::from_millis(20);

/// Where names answer in a sealed world, and what of the lab is found there by its port.
pub(crate) struct Direct {
    world: Arc<World>,
    book: Book,
    ports: Vec<u16>,
    places: Arc<Semaphore>,
}

impl Direct {
    /// `ports` are those that parts of the lab have on this machine's 127.0.0.1.
    pub(super) fn new(world: Arc<World>, ports: Vec<u16>) -> Self {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        Self { world, book: Book::default(), ports, places }
    }

    /// The ports at which it wants to be reached, each once.
    pub(crate) fn ports(&self) -> Vec<u16> {
        let mut ports = [&[HTTPS, HTTP], self.ports.as_slice()].concat();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// Serves the sockets, each until it is aborted.
    ///
    /// # Errors
    /// Where the runtime takes a socket for none.
    pub(crate) fn serve(
        self,
        resolver: net::UdpSocket,
        listeners: Vec<net::TcpListener>,
    ) -> io::Result<Vec<JoinHandle<()>>> {
        let direct = Arc::new(self);
        resolver.set_nonblocking(true)?;
        let resolver = UdpSocket::from_std(resolver)?;
        let find = {
            let direct = Arc::clone(&direct);
            move |host: &str, kind| resolver::find(host, kind, &direct.world, &direct.book)
        };
        let mut servers = vec![tokio::spawn(resolver::serve(resolver, find))];
        for listener in listeners {
            listener.set_nonblocking(true)?;
            let listener = TcpListener::from_std(listener)?;
            servers.push(tokio::spawn(accept(listener, Arc::clone(&direct))));
        }
        Ok(servers)
    }
}

async fn accept(listener: TcpListener, direct: Arc<Direct>) {
    loop {
        // The semaphore is never closed, so this fails never.
        let place = Arc::clone(&direct.places).acquire_owned().await.ok();
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let direct = Arc::clone(&direct);
        tokio::spawn(async move {
            if let Err(error) = answer(client, &direct).await {
                tracing::debug!(%error, "a connection to a name's address ended early");
            }
            drop(place);
        });
    }
}

async fn answer(mut client: TcpStream, direct: &Direct) -> io::Result<()> {
    client.set_nodelay(true)?;
    let SocketAddr::V4(meant) = client.local_addr()? else { return Ok(()) };
    let (address, port) = (*meant.ip(), meant.port());
    if let Some(host) = direct.book.host_of(address) {
        return by_name(client, &host, port, &direct.world).await;
    }
    // Every other address that begins with 127 is this machine's, as it is outside.
    if direct.ports.contains(&port) {
        let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        server.set_nodelay(true)?;
        return copy(&mut client, &mut server).await;
    }
    Ok(())
}

async fn by_name(mut client: TcpStream, host: &str, port: u16, world: &World) -> io::Result<()> {
    if port != HTTPS && port != HTTP {
        return Ok(());
    }
    let route = world.route(host, port);
    match &route {
        Route::Lab(..) if port == HTTPS => world.lead_in(client, host, &route).await,
        Route::Lab(_, address) => {
            let mut server = TcpStream::connect(address).await?;
            server.set_nodelay(true)?;
            copy(&mut client, &mut server).await
        }
        Route::Outside => {
            let mut server = outside::connect(host, port).await?;
            copy(&mut client, &mut server).await
        }
        // Such names have no address; it was refused when it was asked for.
        Route::Refused(_) => Ok(()),
    }
}
