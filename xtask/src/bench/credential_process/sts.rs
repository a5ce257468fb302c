//! An STS on loopback that answers at once and notes how long each exchange was on the
//! network.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::could_not;
use crate::failure::Failure;

/// What AssumeRoleWithWebIdentity is answered with.
const ANSWER: &str = "<AssumeRoleWithWebIdentityResponse \
xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult>\
<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>not-a-secret</SecretAccessKey>\
<SessionToken>not-a-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
</Credentials><SubjectFromWebIdentityToken>1</SubjectFromWebIdentityToken><AssumedRoleUser>\
<AssumedRoleId>AROAEXAMPLE:bench</AssumedRoleId><Arn>arn:aws:sts::278805249149:assumed-role/r/bench\
</Arn></AssumedRoleUser></AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>r</RequestId>\
</ResponseMetadata></AssumeRoleWithWebIdentityResponse>";

/// Listens until the process ends.
pub(super) struct Sts {
    url: String,
    exchanges: Arc<Mutex<Vec<Duration>>>,
}

impl Sts {
    pub(super) fn start() -> Result<Self, Failure> {
        let listening = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr().map(|address| (listener, address)));
        let (listener, address) =
            listening.map_err(|error| could_not("listen on a loopback port", &error))?;
        let exchanges = Arc::default();
        let noted = Arc::clone(&exchanges);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let began = Instant::now();
                // Until it is noted nobody looks: a client may have ended before.
                let mut exchanges = lock(&noted);
                if answer(stream).is_ok() {
                    exchanges.push(began.elapsed());
                }
            }
        });
        Ok(Self { url: format!("http://{address}"), exchanges })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// From accepting the connection to the answer's last byte, one entry an exchange.
    pub(super) fn exchanges(&self) -> Vec<Duration> {
        lock(&self.exchanges).clone()
    }
}

fn lock(exchanges: &Mutex<Vec<Duration>>) -> MutexGuard<'_, Vec<Duration>> {
    exchanges.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One request, read whole, and the answer. The connection stays the client's to close.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body)?;
    if !body.contains("Action=AssumeRoleWithWebIdentity&") {
        return Err(std::io::Error::other("not an exchange"));
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: ";
    write!(stream, "{head}{}\r\n\r\n{ANSWER}", ANSWER.len())
}
