//! A server that can be killed, and come back where it was.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify};
use tokio::task::{JoinHandle, JoinSet};

/// A server on 127.0.0.1. All clones are the same one.
#[derive(Clone)]
pub(crate) struct Server {
    address: SocketAddr,
    router: Router,
    running: Arc<Mutex<Option<Running>>>,
}

struct Running {
    killed: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = Running::new(listener, router.clone());
        Self { address, router, running: Arc::new(Mutex::new(Some(running))) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the port and every connection; when it returns they are closed.
    pub(crate) async fn kill(&self) {
        let running = self.running.lock().await.take().unwrap();
        running.killed.notify_one();
        running.task.await.unwrap();
    }

    /// Listens again, on the same port.
    pub(crate) async fn revive(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        *self.running.lock().await = Some(Running::new(listener, self.router.clone()));
    }
}

impl Running {
    fn new(listener: TcpListener, router: Router) -> Self {
        let killed = Arc::new(Notify::new());
        let task = tokio::spawn(serve(listener, router, Arc::clone(&killed)));
        Self { killed, task }
    }
}

async fn serve(listener: TcpListener, router: Router, killed: Arc<Notify>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.unwrap().0,
            () = killed.notified() => break,
        };
        let service = TowerToHyperService::new(router.clone());
        connections.spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// A server that reads something and then does as it is told, until the other end has had
/// enough; where.
pub(crate) async fn raw<F>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            tokio::spawn(answer(stream));
        }
    });
    url
}

/// Sends and closes.
pub(crate) async fn says(mut stream: TcpStream, text: &'static str) {
    let _ = stream.write_all(text.as_bytes()).await;
}

/// Sends for as long as somebody reads; how many bytes were taken.
pub(crate) async fn never_ends(stream: &mut TcpStream, part: &[u8]) -> usize {
    let mut taken = 0;
    while let Ok(more @ 1..) = stream.write(part).await {
        taken += more;
    }
    taken
}
