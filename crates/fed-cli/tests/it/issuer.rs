//! An issuer of the test's own, a profile there, and a person who signs in by pasting.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use fake_issuer::{ActiveFault, Client, Clock, Fault, Issuer, IssuerConfig, RefreshRotation};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::aws::Aws;
use crate::scripted::{Seen, answering};
use crate::sealed::Sealed;

const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";

/// The issuer, and a home whose only profile signs Ada in there.
pub(crate) struct Provider {
    pub(crate) issuer: Issuer,
    pub(crate) sealed: Sealed,
    runtime: Runtime,
}

impl Provider {
    /// Refresh tokens stay good when they are used, as Google's do.
    pub(crate) fn start(aws: &Aws) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut config = IssuerConfig::google(Clock::system());
        config.refresh_rotation = RefreshRotation::Keep;
        config.clients = vec![Client::web("client", "canary-secret", REDIRECT_URI)];
        let issuer = runtime.block_on(Issuer::start(config)).unwrap();
        let sealed =
            Sealed::with_config(&profile(&issuer, aws, "client")).env("SECRET", "canary-secret");
        Self { issuer, sealed, runtime }
    }

    /// The same with more settings in its profile.
    pub(crate) fn with(aws: &Aws, settings: &str) -> Self {
        let provider = Self::start(aws);
        let lines = format!("account = 'ada@example.com'\n{ROLE}\n{settings}");
        provider.with_profiles(aws, &[("google", &lines)]);
        provider
    }

    /// Writes the configuration anew: these profiles of the issuer's client, each with more lines.
    pub(crate) fn with_profiles(&self, aws: &Aws, profiles: &[(&str, &str)]) {
        let text: String = profiles
            .iter()
            .map(|(name, lines)| format!("{}{lines}\n", common(&self.issuer, aws, name, "client")))
            .collect();
        self.sealed.file(".config/fed/config.toml", &text);
    }

    /// Writes the configuration anew, for another client of the same issuer.
    pub(crate) fn with_client(&self, aws: &Aws, client_id: &str) {
        self.sealed.file(".config/fed/config.toml", &profile(&self.issuer, aws, client_id));
        self.issuer.register_client(Client::web(client_id, "canary-secret", REDIRECT_URI));
    }

    /// Runs the command with Ada at the terminal, who opens the address she is shown and pastes
    /// the one she ends up at.
    pub(crate) fn ada(&self, words: &[&str]) -> Seen {
        answering(&self.sealed, words, |said| Some(format!("{}\n", redirected(said)?)))
    }

    /// What the program does wrongly from now on.
    pub(crate) fn fault(&self, fault: Fault, times: Option<u32>) {
        self.issuer.add_fault(ActiveFault { fault, times, client_id: None });
    }

    /// Changes what is kept of a kind.
    pub(crate) fn change(&self, kind: &str, change: impl Fn(&mut Value)) {
        for (path, mut document) in self.kept(kind) {
            change(&mut document["entry"]);
            std::fs::write(path, document.to_string()).unwrap();
        }
    }

    /// The ID token has no life left; the refresh token is as good as before.
    pub(crate) fn id_token_ends_in(&self, seconds: i64) {
        let now = fed_types::UnixTime::from(std::time::SystemTime::now()).seconds();
        self.change("sign-in", |entry| entry["id_token_expiration"] = (now + seconds).into());
    }

    /// What is kept of a kind, each with its file.
    pub(crate) fn kept(&self, kind: &str) -> Vec<(std::path::PathBuf, Value)> {
        let state = self.sealed.home().join(".local/state/fed");
        let paths = std::fs::read_dir(state).into_iter().flatten().flatten().map(|it| it.path());
        let is_of_kind = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with(&format!("{kind}-")) && name.ends_with(".json")
        };
        let read = |path: std::path::PathBuf| {
            let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (path, value)
        };
        paths.filter(is_of_kind).map(read).collect()
    }

    /// The one sign-in that is kept.
    pub(crate) fn sign_in(&self) -> Value {
        let mut kept = self.kept("sign-in");
        assert_eq!(kept.len(), 1);
        kept.remove(0).1["entry"].clone()
    }

    pub(crate) fn stop(self) {
        let Self { issuer, runtime, .. } = self;
        runtime.block_on(issuer.stop());
    }
}

fn profile(issuer: &Issuer, aws: &Aws, client_id: &str) -> String {
    format!("{}account = 'ada@example.com'\n{ROLE}\n", common(issuer, aws, "google", client_id))
}

/// The role of profiles that have no other.
pub(crate) const ROLE: &str = "role_arn = 'arn:aws:iam::278805249149:role/r'";

/// A profile of the issuer without person and role.
fn common(issuer: &Issuer, aws: &Aws, name: &str, client_id: &str) -> String {
    format!(
        "[profile.{name}]\nissuer = '{}'\ndiscovery_url = '{}'\nclient_id = '{client_id}'\n\
         client_secret_env = 'SECRET'\nredirect_uri = '{REDIRECT_URI}'\nsource = 'paste'\n\
         region = 'us-east-1'\nendpoint_url = '{}'\n",
        issuer.issuer(),
        issuer.discovery_url(),
        aws.url()
    )
}

/// Where the issuer sends the browser that opens the last address that was shown.
pub(crate) fn redirected(said: &str) -> Option<String> {
    let address = said.split_whitespace().rfind(|word| word.starts_with("http://127.0.0.1:"))?;
    let (host, path) = address.strip_prefix("http://")?.split_once('/')?;
    let mut stream = TcpStream::connect(host).ok()?;
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut headers = lines.take_while(|line| !line.is_empty());
    headers.find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location").then(|| value.to_owned())
    })
}
