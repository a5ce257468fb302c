//! A machine with `::1` alone: the browser comes back, credentials are got and served.
//!
//! The test runs itself again in a network of its own, where no 127.0.0.1 is. Issuer and AWS stay
//! outside, and are reached by sockets in the file system.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fake_issuer::{Client, Clock, Issuer, IssuerConfig, Redirects};
use serde_json::{Value, json};

use crate::aws::{ASSUMED, Aws};
use crate::sealed::Sealed;

/// Where the sockets are, for the run inside.
const INSIDE: &str = "FED_TEST_SOCKETS";

#[test]
fn everything_works_where_there_is_no_ipv4() {
    match std::env::var_os(INSIDE) {
        None => outside(),
        Some(sockets) => inside(&PathBuf::from(sockets)),
    }
}

fn outside() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut config = IssuerConfig::google(Clock::system());
    config.clients = vec![Client {
        client_id: "client".into(),
        client_secret: Some("canary-secret".into()),
        redirect_uris: Redirects::AnyLoopbackPort,
    }];
    let issuer = runtime.block_on(Issuer::start(config)).unwrap();
    let aws = Aws::answering(200, ASSUMED);
    let sockets = tempfile::tempdir().unwrap();
    for (name, url) in [("issuer", issuer.url()), ("aws", aws.url())] {
        let listener = UnixListener::bind(sockets.path().join(name)).unwrap();
        let to = url.strip_prefix("http://").unwrap().to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, inner) = (stream.unwrap(), TcpStream::connect(&to).unwrap());
                let both = (stream.try_clone().unwrap(), inner.try_clone().unwrap());
                pass(stream, inner, |inner| inner.shutdown(Shutdown::Write));
                pass(both.1, both.0, |stream| stream.shutdown(Shutdown::Write));
            }
        });
    }
    let script = "ip link set lo up && ip addr del 127.0.0.1/8 dev lo || exit 77; \
                  exec \"$0\" --exact ipv6::everything_works_where_there_is_no_ipv4 --nocapture";
    let output = Command::new("unshare")
        .args(["-rn", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env(INSIDE, sockets.path())
        .output();
    let Ok(output) = output else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Where networks of one's own are forbidden, there is none without IPv4.
    if output.status.code() == Some(77) || said.starts_with("unshare:") {
        return;
    }
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{said}");
    assert!(told.contains("1 passed"), "{told}");
    runtime.block_on(issuer.stop());
}

/// Passes bytes on until there are no more, and then says so.
fn pass<From, To>(mut from: From, mut to: To, end: fn(&To) -> std::io::Result<()>)
where
    From: std::io::Read + Send + 'static,
    To: std::io::Write + Send + 'static,
{
    std::thread::spawn(move || {
        // However the two end, they are done.
        drop(std::io::copy(&mut from, &mut to));
        drop(end(&to));
    });
}

/// A machine outside, at an address that there is.
fn reached_by(socket: PathBuf) -> String {
    let listener = TcpListener::bind("[::1]:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, inner) = (stream.unwrap(), UnixStream::connect(&socket).unwrap());
            let both = (stream.try_clone().unwrap(), inner.try_clone().unwrap());
            pass(stream, inner, |inner| inner.shutdown(Shutdown::Write));
            pass(both.1, both.0, |stream| stream.shutdown(Shutdown::Write));
        }
    });
    url
}

/// The issuer's document with addresses that there are.
fn documented(issuer: &str) -> String {
    let listener = TcpListener::bind("[::1]:0").unwrap();
    let url = format!("http://{}/d", listener.local_addr().unwrap());
    let document = json!({
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": format!("{issuer}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/oauth2/v3/certs"),
    });
    let body = document.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let read = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).count();
            assert!(read > 0);
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n");
            write!(stream, "{head}connection: close\r\n\r\n{body}").unwrap();
        }
    });
    url
}

/// Asks for an address as a browser does: the answer, whole.
fn get(url: &str, more: &str) -> String {
    let (authority, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    let head = format!("GET /{path} HTTP/1.1\r\nhost: {authority}\r\n{more}connection: close");
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn inside(sockets: &Path) {
    let none = TcpListener::bind("127.0.0.1:0").unwrap_err();
    assert_eq!(none.kind(), std::io::ErrorKind::AddrNotAvailable, "there is IPv4 here");
    let issuer = reached_by(sockets.join("issuer"));
    let aws = reached_by(sockets.join("aws"));
    let sealed = Sealed::with_config(&format!(
        "[profile.six]\nissuer = 'https://accounts.google.com'\ndiscovery_url = '{}'\n\
         client_id = 'client'\nclient_secret_env = 'SECRET'\naccount = 'ada@example.com'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'us-east-1'\n\
         endpoint_url = '{aws}'\n",
        documented(&issuer)
    ))
    .env("SECRET", "canary-secret")
    .env("PATH", "/usr/bin:/bin");

    let mut login = sealed.command(&["login", "--no-browser"]);
    let mut login = login.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(login.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = said.find(|line| line.trim().starts_with("http://[::1]:")).unwrap();
    let answer = get(address.trim(), "");
    let back = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned();
    assert!(back.starts_with("http://[::1]:"), "{back}");
    assert!(get(&back, "").starts_with("HTTP/1.1 200 "), "{back}");
    let rest: Vec<String> = said.collect();
    assert!(login.wait().unwrap().success(), "{rest:?}");

    let given = sealed.run(&["credential-process"]);
    assert_eq!(given.status, 0, "{}", given.stderr);
    let credentials: Value = serde_json::from_str(&given.stdout).unwrap();
    assert_eq!(credentials["AccessKeyId"], "ASIAEXAMPLE");

    let script = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; \
                  echo $AWS_CONTAINER_AUTHORIZATION_TOKEN; read end";
    let mut served = sealed.command(&["exec", "--serve", "--", "sh", "-c", script]);
    let mut served = served.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(served.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (uri, token) = (told.next().unwrap(), told.next().unwrap());
    assert!(uri.starts_with("http://[::1]:"), "{uri}");
    let answer = get(&uri, &format!("authorization: {token}\r\n"));
    assert!(answer.contains("ASIAEXAMPLE"), "{answer}");
    drop(served.stdin.take());
    served.wait().unwrap();
}
