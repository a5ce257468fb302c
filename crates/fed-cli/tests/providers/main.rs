//! OpenID providers of others, as they are: sign-in, renewal, rotation and logout with the real
//! program, in a browser that is a script. And clients of others, which it gives credentials to.
//!
//! They come from the Python package index and from Debian, so that these tests do not run with the others:
//! `.ci/run providers` installs them and says where in `FED_PROVIDERS_PYTHON`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

#[path = "../it/aws.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod aws;
mod clients;
#[path = "../it/sealed.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod sealed;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use sealed::{Outcome, Sealed};
use serde_json::Value;

/// Where the tests' Python files are.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/providers");

/// A provider that runs, and a home with a profile that signs in there.
struct Provider {
    process: Child,
    sealed: Sealed,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn python() -> String {
    std::env::var("FED_PROVIDERS_PYTHON")
        .expect("`FED_PROVIDERS_PYTHON` names no interpreter: run `.ci/run providers`")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Provider {
    /// Starts it and waits until it says `ready`.
    fn start(command: &[&str], ready: &str, issuer: &str, more: &str) -> Self {
        let sealed = Sealed::with_config(&format!(
            "[profile.p]\nissuer = '{issuer}'\nclient_id = 'fed-test'\nclient_secret_env = 'SECRET'\n\
             {more}"
        ));
        let browser = format!("{} {HERE}/browser.py", python());
        let sealed = sealed.env("SECRET", "canary-secret").env("BROWSER", browser);
        let mut process = Command::new(python())
            .args(command)
            .env("OAUTHLIB_INSECURE_TRANSPORT", "1")
            .env("AUTHLIB_INSECURE_TRANSPORT", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = std::sync::mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(process.stdout.take().unwrap()), Box::new(process.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // Read on when nobody listens any more: a full pipe would stop it.
                    drop(sender.send(line));
                }
            });
        }
        drop(sender);
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.contains(ready)) {
            said.push(lines.recv().unwrap_or_else(|_| panic!("it ended: {said:#?}")));
        }
        Self { process, sealed }
    }

    fn run(&self, words: &[&str]) -> Outcome {
        self.sealed.run(words)
    }

    /// The file of the one sign-in that is kept.
    fn kept(&self) -> PathBuf {
        let state = self.sealed.home().join(".local/state/fed");
        let files = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path());
        let is_sign_in = |path: &PathBuf| {
            let document = std::fs::read(path).unwrap_or_default();
            serde_json::from_slice::<Value>(&document)
                .is_ok_and(|document| document["entry"]["id_token"].is_string())
        };
        let mut kept: Vec<_> = files.filter(is_sign_in).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept.remove(0)
    }

    fn refresh_token(&self) -> String {
        let document: Value = serde_json::from_slice(&std::fs::read(self.kept()).unwrap()).unwrap();
        document["entry"]["refresh_token"].as_str().unwrap_or_default().to_owned()
    }

    fn signs_in(&self) {
        let signed_in = self.run(&["login", "--login-timeout", "2m"]);
        assert_eq!(signed_in.status, 0, "{}", signed_in.stderr);
        assert!(signed_in.stderr.contains("\nsigned in as `"), "{}", signed_in.stderr);
    }

    /// Two tokens, each by a renewal that replaces the refresh token, then logout.
    fn rotates(&self) -> Rotated {
        let (first, before) = (self.token(), self.refresh_token());
        let (path, copy) = (self.kept(), std::fs::read(self.kept()).unwrap());
        let (second, after) = (self.token(), self.refresh_token());
        assert!(first.starts_with("eyJ") && first != second);
        assert!(!before.is_empty() && before != after, "the refresh token rotates");
        let gone = self.run(&["logout"]);
        assert_eq!((gone.status, gone.stderr.contains("warning")), (0, false), "{}", gone.stderr);
        Rotated { path, copy, after }
    }

    /// What was replaced is good for nothing there.
    fn refuses_what_was_replaced(&self, rotated: Rotated) {
        std::fs::write(rotated.path, rotated.copy).unwrap();
        let replaced = self.run(TOOL);
        assert_eq!(replaced.status, 4, "{}", replaced.stderr);
    }

    fn token(&self) -> String {
        let given = self.run(&["token", "--raw"]);
        assert_eq!(given.status, 0, "{}", given.stderr);
        given.stdout
    }
}

/// What a rotation leaves: where the sign-in was kept, as it was before, and the newest token.
struct Rotated {
    path: PathBuf,
    copy: Vec<u8>,
    after: String,
}

#[test]
fn django_oauth_toolkit() {
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    let script = format!("{HERE}/django_provider.py");
    let (number, kept) = (port.to_string(), folder.path().display().to_string());
    let provider = Provider::start(
        &[&script, &number, &kept],
        "ready",
        &format!("http://127.0.0.1:{port}/o"),
        // Any port of the one that is registered (RFC 8252 section 7.3).
        "redirect_uri = 'http://127.0.0.1/callback'\n",
    );
    provider.signs_in();
    // ID tokens live 30 s there, which is too short to be used again: each is a renewal.
    let rotated = provider.rotates();
    // Nothing is left here.
    assert_eq!(provider.run(TOOL).status, 4);
    provider.refuses_what_was_replaced(rotated);
}

#[test]
fn authlib() {
    let port = free_port();
    let (script, number) = (format!("{HERE}/authlib_provider.py"), port.to_string());
    let provider = Provider::start(
        &[&script, &number],
        "ready",
        &format!("http://127.0.0.1:{port}"),
        "redirect_uri = 'http://127.0.0.1/callback'\n",
    );
    provider.signs_in();
    let rotated = provider.rotates();
    assert_eq!(
        answer_of(port, &format!("/revoked?token={}", rotated.after)),
        "[true]",
        "given back"
    );
    provider.refuses_what_was_replaced(rotated);
}

/// The body of an answer on this machine.
fn answer_of(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.trim().to_owned()
}

#[test]
fn glewlwyd() {
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    let redirect_uri = format!("http://localhost:{}/callback", free_port());
    let script = format!("{HERE}/glewlwyd_provider.py");
    let (number, kept) = (port.to_string(), folder.path().display().to_string());
    let provider = Provider::start(
        &[&script, &number, &kept, &redirect_uri],
        "ready",
        &format!("http://localhost:{port}/api/oidc"),
        &format!(
            "redirect_uri = '{redirect_uri}'\ntoken_endpoint_auth_method = 'client_secret_basic'\n"
        ),
    );
    provider.signs_in();
    let before = provider.refresh_token();
    assert!(!before.is_empty(), "there is a refresh token");
    // It renews without an ID token: whoever cannot be asked is told who must sign in.
    let tool = provider.run(TOOL);
    assert_eq!(tool.status, 4, "{}", tool.stderr);
    assert!(tool.stderr.contains("hint: run `fed-cli login --profile p`"), "{}", tool.stderr);
    // Whoever can be asked signs in again, at the same command.
    assert!(provider.token().starts_with("eyJ"));
    let after = provider.refresh_token();
    assert!(!after.is_empty() && before != after);
    let gone = provider.run(&["logout"]);
    assert_eq!((gone.status, gone.stderr.contains("warning")), (0, false), "{}", gone.stderr);
    assert_eq!(provider.run(TOOL).status, 4);
}

/// Who cannot be asked to sign in. No exchange is ever reached: the role is nobody's.
const TOOL: &[&str] = &[
    "credential-process",
    "--role-arn",
    "arn:aws:iam::111122223333:role/nobody",
    "--region",
    "us-east-1",
];

#[test]
fn oidc_provider_mock() {
    let port = free_port();
    let number = port.to_string();
    let provider = Provider::start(
        &["-m", "oidc_provider_mock", "-p", &number, "-e", "40"],
        "running on",
        &format!("http://127.0.0.1:{port}"),
        "token_endpoint_auth_method = 'client_secret_basic'\n",
    );
    provider.signs_in();
    // It renews the access token alone: whoever cannot be asked is told who must sign in.
    let tool = provider.run(TOOL);
    assert_eq!(tool.status, 4, "{}", tool.stderr);
    assert!(tool.stderr.contains("hint: run `fed-cli login --profile p`"), "{}", tool.stderr);
    // Whoever can be asked signs in again.
    provider.signs_in();
    let gone = provider.run(&["logout"]);
    assert_eq!((gone.status, gone.stderr.contains("warning")), (0, false), "{}", gone.stderr);
}
