//! A corporate network: other machines are reached by a proxy alone, which looks their names up
//! and has certificates of an authority of its own for them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// Who may go through the proxy.
pub(crate) const NAME: &str = "ada";
/// With a letter that has to be escaped in a URL.
pub(crate) const PASSWORD: &str = "canary@proxy";
/// Both, as they stand in a proxy's URL.
pub(crate) const IN_URL: &str = "ada:canary%40proxy";

/// What the proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// SOCKS 5 (RFC 1928) with name and password (RFC 1929).
    Socks,
    /// HTTP with `CONNECT`, and `Basic` authentication.
    Http,
}

/// The network, and the proxy to it.
pub(crate) struct Network {
    address: SocketAddr,
    authority: String,
    asked: Arc<Mutex<Vec<String>>>,
    /// Serves until it is dropped.
    _runtime: Runtime,
}

struct Behind {
    /// From names to what answers for them on this machine, over plain HTTP.
    machines: HashMap<String, String>,
    authority: CertifiedIssuer<'static, KeyPair>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Network {
    /// Starts the proxy on this address of the machine.
    pub(crate) fn start(speaks: Speaks, on: &str, machines: &[(&str, &str)]) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(parameters, key).unwrap();
        let (pem, asked) = (authority.pem(), Arc::default());
        let plain = |url: &str| url.strip_prefix("http://").unwrap().to_owned();
        let machines = machines.iter().map(|(name, url)| ((*name).to_owned(), plain(url)));
        let machines = machines.collect();
        let behind = Arc::new(Behind { machines, authority, asked: Arc::clone(&asked) });
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind((on, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let behind = Arc::clone(&behind);
                tokio::spawn(async move {
                    match speaks {
                        Speaks::Socks => socks(stream, &behind).await,
                        Speaks::Http => http(stream, &behind).await,
                    }
                });
            }
        });
        Self { address, authority: pem, asked, _runtime: runtime }
    }

    /// `HOST:PORT` of the proxy.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the network's authority, in PEM.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Which machines the proxy was asked for, `NAME:PORT` each, once.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked.dedup();
        asked
    }
}

/// RFC 1928 sections 3 to 6; names alone are looked up here.
async fn socks(mut stream: TcpStream, behind: &Behind) -> Option<()> {
    let [version, methods] = read(&mut stream).await?;
    let mut offered = vec![0; usize::from(methods)];
    stream.read_exact(&mut offered).await.ok()?;
    if version != 5 || !offered.contains(&2) {
        return stream.write_all(&[5, 0xff]).await.ok();
    }
    stream.write_all(&[5, 2]).await.ok()?;
    let [_, length] = read(&mut stream).await?;
    let name = text(&mut stream, length).await?;
    let [length] = read(&mut stream).await?;
    let password = text(&mut stream, length).await?;
    if (name.as_str(), password.as_str()) != (NAME, PASSWORD) {
        return stream.write_all(&[1, 1]).await.ok();
    }
    stream.write_all(&[1, 0]).await.ok()?;
    let [_, _connect, _, kind] = read(&mut stream).await?;
    let name = if kind == 3 {
        let [length] = read(&mut stream).await?;
        text(&mut stream, length).await?
    } else {
        "an address".to_owned()
    };
    let port = u16::from_be_bytes(read(&mut stream).await?);
    match behind.find(&name, port) {
        Some(machine) => {
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
            behind.pass_on(stream, &name, port, &machine).await
        }
        // Host unreachable.
        None => stream.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok(),
    }
}

/// RFC 9110 section 9.3.6.
async fn http(mut stream: TcpStream, behind: &Behind) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(read::<1>(&mut stream).await?);
    }
    let head = String::from_utf8(head).ok()?;
    // `ada:canary@proxy` in base64.
    if !head.to_ascii_lowercase().contains("proxy-authorization: basic ywrhomnhbmfyeubwcm94eq==") {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(refusal).await.ok();
    }
    let (name, port) = head.strip_prefix("CONNECT ")?.split_once(' ')?.0.rsplit_once(':')?;
    let port = port.parse().ok()?;
    match behind.find(name, port) {
        Some(machine) => {
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.ok()?;
            behind.pass_on(stream, name, port, &machine).await
        }
        None => stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await.ok(),
    }
}

async fn read<const LENGTH: usize>(stream: &mut TcpStream) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

async fn text(stream: &mut TcpStream, length: u8) -> Option<String> {
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes).await.ok()?;
    String::from_utf8(bytes).ok()
}

impl Behind {
    fn find(&self, name: &str, port: u16) -> Option<String> {
        self.asked.lock().unwrap().push(format!("{name}:{port}"));
        self.machines.get(name).cloned()
    }

    /// Passes bytes on, out of TLS where the port is that of https.
    async fn pass_on(
        &self,
        mut stream: TcpStream,
        name: &str,
        port: u16,
        machine: &str,
    ) -> Option<()> {
        let mut inner = TcpStream::connect(machine).await.ok()?;
        if port == 443 {
            let mut stream = self.acceptor(name).accept(stream).await.ok()?;
            copy_bidirectional(&mut stream, &mut inner).await.ok()?;
        } else {
            copy_bidirectional(&mut stream, &mut inner).await.ok()?;
        }
        Some(())
    }

    fn acceptor(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.authority).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}
