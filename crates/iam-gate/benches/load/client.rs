//! A client that costs little: a request signed once, sent again and again.

use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Failure;

/// An access key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A Query call as it goes over the wire, signed by AWS's own signer.
pub(crate) fn signed(host: &str, key: &Key, service: &str, body: &str) -> Result<String, Failure> {
    let identity = Credentials::new(&key.id, &key.secret, None, None, "load").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("http://{host}/");
    let request =
        SignableRequest::new("POST", url, form.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    let mut text = format!("POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {}\r\n", form[0].1);
    for (name, value) in instructions.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    Ok(text)
}

/// Sends the request again and again over some connections; how long each took.
pub(crate) async fn run(
    address: &str,
    request: &str,
    requests: usize,
    connections: usize,
) -> Result<Vec<Duration>, Failure> {
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.to_owned());
        clients.spawn(repeat(address, request, requests.div_ceil(connections)));
    }
    let mut all = Vec::with_capacity(requests + connections);
    while let Some(client) = clients.join_next().await {
        all.extend(client??);
    }
    Ok(all)
}

async fn repeat(
    address: String,
    request: String,
    requests: usize,
) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::with_capacity(requests);
    let mut buffer = Vec::with_capacity(4096);
    for _ in 0..requests {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let length = read_message(&mut stream, &mut buffer).await?;
        times.push(start.elapsed());
        if !buffer.starts_with(b"HTTP/1.1 200 ") {
            return Err(String::from_utf8_lossy(&buffer).into());
        }
        buffer.drain(..length);
    }
    Ok(times)
}

/// Reads until a whole message with a `content-length` is at the start of the buffer; how
/// long it is.
pub(crate) async fn read_message(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> Result<usize, Failure> {
    loop {
        let head = buffer.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head.map(|at| at + 4) {
            let whole = head + content_length(&buffer[..head]);
            if buffer.len() >= whole {
                return Ok(whole);
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    const NAME: &[u8] = b"content-length:";
    let digits = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))
        .map(|line| line[NAME.len()..].trim_ascii());
    digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0)
}
