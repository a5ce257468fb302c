//! The proxy itself: `CONNECT` for TLS (RFC 9110 §9.3.6), and requests that name a host in their
//! target for plain HTTP.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::connection::{World, copy};
use super::outside;
use super::route::Route;

/// The longest head of a request.
const HEAD: usize = 16 * 1024;
/// How long a client may take for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections at the same time; further ones wait.
const CONNECTIONS: usize = 512;
/// How long to wait after no connection could be taken in.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until it is aborted.
pub(super) async fn serve(listener: TcpListener, world: Arc<World>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // The semaphore is never closed, so this fails never.
        let place = Arc::clone(&places).acquire_owned().await.ok();
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            if let Err(error) = answer(client, &world).await {
                tracing::debug!(%error, "a connection through the proxy ended early");
            }
            drop(place);
        });
    }
}

/// What the client asks of the proxy.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    host: String,
    port: u16,
    /// Of plain HTTP, the head as the server is to see it; of `CONNECT` none.
    head: Option<Vec<u8>>,
}

async fn answer(mut client: TcpStream, world: &World) -> io::Result<()> {
    client.set_nodelay(true)?;
    let read = tokio::time::timeout(PATIENCE, read_head(&mut client)).await;
    let (head, rest) = read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let Some(asked) = Asked::read(&head) else {
        return refuse(&mut client, "400 Bad Request", "this is the lab's proxy").await;
    };
    let route = world.route(&asked.host, asked.port);
    match (&route, asked.head) {
        (Route::Refused(reason), _) => refuse(&mut client, "403 Forbidden", reason).await,
        (Route::Lab(..), None) => {
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            world.lead_in(client, &asked.host, &route).await
        }
        (Route::Lab(_, address), Some(head)) => {
            let mut server = TcpStream::connect(address).await?;
            server.write_all(&[head, rest].concat()).await?;
            copy(&mut client, &mut server).await
        }
        (Route::Outside, head) => {
            let connected = outside::connect(&asked.host, asked.port).await;
            let mut server = match connected {
                Ok(server) => server,
                Err(error) => {
                    let reason = format!("{} cannot be reached: {error}", asked.host);
                    return refuse(&mut client, "502 Bad Gateway", &reason).await;
                }
            };
            match head {
                Some(head) => server.write_all(&[head, rest].concat()).await?,
                None => {
                    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                }
            }
            copy(&mut client, &mut server).await
        }
    }
}

/// The head, its empty line included, and what was read beyond it. Of `CONNECT` nothing is
/// beyond: a client waits for the answer.
async fn read_head(client: &mut TcpStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok((read, rest));
        }
        if read.len() > HEAD {
            return Err(io::Error::other("the head of a request is too long"));
        }
        if client.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Says why in the status line too: many clients show nothing else of a proxy's refusal.
async fn refuse(client: &mut TcpStream, status: &str, reason: &str) -> io::Result<()> {
    let code = status.split_once(' ').map_or(status, |(code, _)| code);
    let text = format!("fed-lab: {reason}\n");
    let answer = format!(
        "HTTP/1.1 {code} {}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{text}",
        text.trim_end(),
        text.len()
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

impl Asked {
    /// Reads the head. `None`: it is of no request that a proxy is asked.
    fn read(head: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(head).ok()?;
        let (line, fields) = text.split_once("\r\n")?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") {
            return None;
        }
        if method == "CONNECT" {
            let (host, port) = authority(target, None)?;
            return Some(Self { host, port, head: None });
        }
        let rest = target.strip_prefix("http://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (named, path) = rest.split_at(end);
        let (host, port) = authority(named, Some(80))?;
        // One request a connection: the next may be for another host.
        let kept = fields.split("\r\n").filter(|field| !field.is_empty()).filter(|field| {
            let name = field.split_once(':').map_or(*field, |(name, _)| name);
            !["connection", "proxy-connection", "proxy-authorization", "host"]
                .iter()
                .any(|dropped| name.eq_ignore_ascii_case(dropped))
        });
        let slash = if path.starts_with('/') { "" } else { "/" };
        let mut head = format!("{method} {slash}{path} {version}\r\nHost: {named}\r\n");
        for field in kept {
            head.push_str(field);
            head.push_str("\r\n");
        }
        head.push_str("Connection: close\r\n\r\n");
        Some(Self { host, port, head: Some(head.into_bytes()) })
    }
}

/// Host and port. No user, and a name or an address of the fourth version.
fn authority(text: &str, usual: Option<u16>) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (text, usual?),
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_host = !host.is_empty() && host.bytes().all(letter);
    is_host.then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_and_a_plain_request_name_their_host() {
        let asked = |text: &str| Asked::read(text.as_bytes());
        let tunnel = asked("CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert_eq!((tunnel.host.as_str(), tunnel.port), ("sts.amazonaws.com", 443));
        assert_eq!(tunnel.head, None);
        let plain = asked(
            "GET http://metadata.google.internal/a?b HTTP/1.1\r\nHost: elsewhere\r\n\
             Metadata-Flavor: Google\r\nProxy-Connection: Keep-Alive\r\nConnection: x\r\n\r\n",
        );
        let plain = plain.unwrap();
        assert_eq!((plain.host.as_str(), plain.port), ("metadata.google.internal", 80));
        assert_eq!(
            String::from_utf8(plain.head.unwrap()).unwrap(),
            "GET /a?b HTTP/1.1\r\nHost: metadata.google.internal\r\nMetadata-Flavor: Google\r\n\
             Connection: close\r\n\r\n"
        );
        let bare = asked("GET http://localhost:9?x HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!((bare.host.as_str(), bare.port), ("localhost", 9));
        assert!(bare.head.unwrap().starts_with(b"GET /?x HTTP/1.1\r\nHost: localhost:9\r\n"));
    }

    #[test]
    fn what_is_asked_of_no_proxy_is_refused() {
        for text in [
            "GET / HTTP/1.1\r\n\r\n",
            "CONNECT sts.amazonaws.com HTTP/1.1\r\n\r\n",
            "CONNECT sts.amazonaws.com:https HTTP/1.1\r\n\r\n",
            "CONNECT :443 HTTP/1.1\r\n\r\n",
            "CONNECT user@host:443 HTTP/1.1\r\n\r\n",
            "CONNECT a b:443 HTTP/1.1\r\n\r\n",
            "CONNECT [::1]:443 HTTP/1.1\r\n\r\n",
            "GET https://sts.amazonaws.com/ HTTP/1.1\r\n\r\n",
            "GET http://user@localhost/ HTTP/1.1\r\n\r\n",
            "GET http://sts.amazonaws.com/ HTTP/2\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert_eq!(Asked::read(text.as_bytes()), None, "{text}");
        }
    }
}
