//! A sign-in by the browser's way, with a browser that is at once wherever it is sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::place::Place;
use super::{build, could_not, timing};
use crate::failure::Failure;
use crate::process;

/// The client that the issuer knows; it has no secret.
const CLIENT: &str = "bench-client";
/// Who signs in, without being asked.
const ACCOUNT: &str = "ada@example.com";

/// The issuer that signs in whomever it is told of; it ends with this.
pub(super) struct Issuer {
    process: Child,
    url: String,
}

impl Issuer {
    /// Builds and starts it.
    pub(super) fn start() -> Result<Self, Failure> {
        build(&["build", "--locked", "-p", "fake-issuer"])?;
        let mut command = Command::new(process::built("fake-issuer")?);
        command.args(["--client-id", CLIENT]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(|error| could_not("start the issuer", &error))?;
        let mut url = String::new();
        if let Some(stdout) = process.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut url);
            read.map_err(|error| could_not("read the issuer's address", &error))?;
        }
        Ok(Self { process, url: url.trim().to_owned() })
    }

    /// A profile that signs in there.
    pub(super) fn profile(&self) -> String {
        format!(
            "[profile.login]\nissuer = 'https://accounts.google.com'\n\
             discovery_url = '{}/.well-known/openid-configuration'\nclient_id = '{CLIENT}'\n\
             account = '{ACCOUNT}'\nstore = 'file'\n",
            self.url
        )
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        // One that has ended by itself is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What `login` needed beside the browser, the middle one of several sign-ins: from its start to
/// its end, without the time from the address it shows to the page that the browser ends up at.
pub(super) fn added(fed_cli: &Path, place: &Place, rounds: usize) -> Result<Duration, Failure> {
    let times: Result<Vec<Duration>, Failure> =
        (0..rounds).map(|_| once(place.login(fed_cli))).collect();
    times.map(timing::median)
}

fn once(mut command: Command) -> Result<Duration, Failure> {
    let failed = |error| could_not("sign in", &error);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let began = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    let mut browser = Duration::ZERO;
    let mut said = String::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line.map_err(failed)?;
            if let Some(address) = line.trim().strip_prefix("http://") {
                let shown = Instant::now();
                browse(address).map_err(failed)?;
                browser = shown.elapsed();
            }
            said.push_str(&line);
        }
    }
    let status = child.wait().map_err(failed)?;
    let whole = began.elapsed();
    if !status.success() || browser == Duration::ZERO {
        return Err(Failure::new(format!("could not sign in: {said}")));
    }
    Ok(whole.saturating_sub(browser))
}

/// Goes wherever it is sent, as a browser does.
fn browse(address: &str) -> std::io::Result<()> {
    let mut address = address.to_owned();
    loop {
        let (host, path) = address.split_once('/').unwrap_or((&address, ""));
        let mut stream = TcpStream::connect(host)?;
        write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let next = answer.lines().take_while(|line| !line.is_empty()).find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let next = name.eq_ignore_ascii_case("location").then_some(value)?;
            next.strip_prefix("http://").map(str::to_owned)
        });
        match next {
            Some(next) => address = next,
            None => return Ok(()),
        }
    }
}
