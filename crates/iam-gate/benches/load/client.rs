//! A client that costs little: a request is signed once and sent again and again.

use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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

/// Sends the request once; the whole answer.
pub(crate) async fn once(address: &str, request: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = Vec::new();
    read_message(&mut stream, &mut buffer).await?;
    Ok(String::from_utf8(buffer)?)
}

/// A connection and what is sent over it. It is made anew, between two requests, where the
/// other end says that it closes it.
pub(crate) struct Line {
    address: String,
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

impl Line {
    pub(crate) async fn open(address: &str, request: String) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = Vec::with_capacity(4096);
        Ok(Self { address: address.to_owned(), stream, request, buffer })
    }

    /// Sends the request, which must succeed; how long that took.
    pub(crate) async fn send(&mut self) -> Result<Duration, Failure> {
        let start = Instant::now();
        self.stream.write_all(self.request.as_bytes()).await?;
        let length = read_message(&mut self.stream, &mut self.buffer).await?;
        let took = start.elapsed();
        if !self.buffer.starts_with(b"HTTP/1.1 200 ") {
            return Err(String::from_utf8_lossy(&self.buffer).into());
        }
        let closes = header(&self.buffer[..length], b"connection:") == Some(b"close");
        self.buffer.drain(..length);
        if closes {
            self.stream = TcpStream::connect(&self.address).await?;
            self.stream.set_nodelay(true)?;
        }
        Ok(took)
    }
}

/// The time that so many percent of these stay below.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

/// Reads until a whole message with a `content-length` is at the start of the buffer; how
/// long it is.
pub(crate) async fn read_message(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> Result<usize, Failure> {
    let head = read_head(stream, buffer).await?;
    let whole = head + content_length(&buffer[..head]);
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
    }
    Ok(whole)
}

/// Reads until the head of a message is at the start of the buffer; how long it is.
pub(crate) async fn read_head(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> Result<usize, Failure> {
    loop {
        let head = buffer.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            return Ok(head + 4);
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
    }
}

/// What the head of a message says of the length of its body.
pub(crate) fn content_length(head: &[u8]) -> usize {
    let digits = header(head, b"content-length:");
    digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0)
}

fn header<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    head.split(|byte| *byte == b'\n')
        .take_while(|line| *line != b"\r")
        .find(|line| line.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
        .map(|line| line[name.len()..].trim_ascii())
}
