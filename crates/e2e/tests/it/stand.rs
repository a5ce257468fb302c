//! An issuer, the gate and a home of its own for fed-cli's program.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use fake_issuer::{ActiveFault, Issuer, IssuerConfig, Redirects};
use iam_gate::{AccessKey, Gate, GateConfig, Limits, TrustedIssuer};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::emulator;

pub(crate) const GOOGLE: &str = "https://accounts.google.com";
pub(crate) const CLIENT: &str = "448771483088-canary.apps.googleusercontent.com";
pub(crate) const CLIENT_SECRET: &str = "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2";
pub(crate) const SUBJECT: &str = "113632458324056836621";
pub(crate) const ROLE: &str = "arn:aws:iam::278805249149:role/google-oidc-role";

/// Everything a test needs. The servers run as long as it lives.
pub(crate) struct Stand {
    pub(crate) runtime: Runtime,
    pub(crate) issuer: Issuer,
    pub(crate) gate: Gate,
    /// The account's administrator.
    pub(crate) root: AccessKey,
    /// Where the emulator listens.
    pub(crate) emulator: String,
    pub(crate) home: TempDir,
    browser: reqwest::Client,
}

/// A sign-in that a person made in a browser.
pub(crate) struct SignedIn {
    pub(crate) output: Output,
    /// Where the issuer sent the browser: the redirect URI with its code.
    pub(crate) callback: String,
    /// The page fed-cli showed, its headers before it.
    pub(crate) page: String,
}

impl Stand {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut config = IssuerConfig::google(fake_issuer::Clock::system());
        config.clients = vec![fake_issuer::Client {
            client_id: CLIENT.to_owned(),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            redirect_uris: Redirects::AnyLoopbackPort,
        }];
        let (issuer, gate, emulator) = runtime.block_on(async {
            let issuer = Issuer::start(config).await.unwrap();
            let emulator = emulator::start().await;
            let gate = Gate::start(GateConfig {
                upstream: emulator.parse().unwrap(),
                port: None,
                region: "ap-northeast-2".to_owned(),
                issuers: vec![TrustedIssuer {
                    issuer: GOOGLE.to_owned(),
                    discovery_url: issuer.discovery_url(),
                }],
                callbacks: Vec::new(),
                clock: iam_gate::Clock::new(SystemTime::now),
                limits: Limits::standard(),
            });
            (issuer, gate.await.unwrap(), emulator)
        });
        let root = gate.open_account(&"278805249149".parse().unwrap()).unwrap();
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let home = tempfile::Builder::new().prefix("fed-e2e-").tempdir().unwrap();
        let stand = Self { runtime, issuer, gate, root, emulator, home, browser };
        stand.file("client_secret.json", &client_file());
        stand.configure("");
        stand
    }

    /// The profile `google`, with these lines in the place of its own.
    pub(crate) fn configure(&self, changes: &str) -> PathBuf {
        let usual = [
            ("issuer", GOOGLE.to_owned()),
            ("discovery_url", self.issuer.discovery_url()),
            ("client_secret_file", self.path("client_secret.json").display().to_string()),
            // Signs in at once, without the account picker.
            ("account", "ada@example.com".to_owned()),
            ("role_arn", ROLE.to_owned()),
            ("role_session_name", "google-oidc-session".to_owned()),
            ("region", "ap-northeast-2".to_owned()),
            ("endpoint_url", self.gate.url().to_owned()),
        ];
        let replaced =
            |name: &str| changes.lines().any(|line| line.split('=').next().unwrap().trim() == name);
        let mut text = String::from("[profile.google]\n");
        for (name, value) in usual.iter().filter(|(name, _)| !replaced(name)) {
            text.push_str(&format!("{name} = \"{value}\"\n"));
        }
        // A name without a value only leaves the usual line out.
        let given = |line: &&str| !line.trim_end().ends_with('=');
        changes.lines().filter(given).for_each(|line| text.push_str(&format!("{line}\n")));
        self.file(".config/fed/config.toml", &text)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file into the home, private as the user's own are.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        self.private_file(name, text, 0o600)
    }

    /// Writes a shell script into the home.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        self.private_file(name, &format!("#!/bin/sh\n{text}\n"), 0o700)
    }

    fn private_file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

        let path = self.path(name);
        let folder = path.parent().unwrap();
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// fed-cli with nothing of this machine in its environment.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(program());
        command
            .args(words)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command that wants a sign-in, signs Ada in as a browser would, and waits
    /// for its end.
    pub(crate) fn sign_in(&self, mut command: Command) -> SignedIn {
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        let url = loop {
            let mut line = String::new();
            assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "no address in: {told}");
            told.push_str(&line);
            if let Some(url) = line.trim().strip_prefix("http") {
                break format!("http{url}");
            }
        };
        let (callback, page) = self.runtime.block_on(self.browse(&url));
        stderr.read_to_string(&mut told).unwrap();
        let mut output = child.wait_with_output().unwrap();
        output.stderr = told.into_bytes();
        SignedIn { output, callback, page }
    }

    async fn browse(&self, url: &str) -> (String, String) {
        let response = self.browser.get(url).send().await.unwrap();
        let callback = response.headers()["location"].to_str().unwrap().to_owned();
        let response = self.browser.get(&callback).send().await.unwrap();
        let headers = format!("{:?}", response.headers());
        (callback, format!("{headers}\n{}", response.text().await.unwrap()))
    }

    /// Signs Ada in, so that a refresh token is kept and the ID token is about to expire:
    /// whatever needs credentials now has to renew the sign-in.
    pub(crate) fn sign_in_to_be_renewed(&self) {
        self.issuer.clock().set_offset_seconds(-3590);
        let words = ["login", "--no-browser"];
        let signed_in = self.sign_in(self.command(&words));
        self.issuer.clock().set_offset_seconds(0);
        assert!(signed_in.output.status.success(), "{:?}", signed_in.output);
    }

    /// Counts the calls of an endpoint: `fault`, which must be harmless or wanted, is
    /// switched on for [`COUNTED`] times.
    pub(crate) fn count(&self, fault: fake_issuer::Fault) {
        self.issuer.clear_faults();
        self.issuer.add_fault(ActiveFault { fault, times: Some(COUNTED), client_id: None });
    }

    /// How many calls there were since [`Stand::count`].
    pub(crate) fn counted(&self) -> u32 {
        let url = format!("{}/_control/faults", self.issuer.url());
        let answer = self
            .runtime
            .block_on(async { self.browser.get(url).send().await.unwrap().text().await.unwrap() });
        let (_, left) = answer.split_once("\"times\":").unwrap();
        let digits: String = left.chars().take_while(char::is_ascii_digit).collect();
        COUNTED - digits.parse::<u32>().unwrap()
    }

    /// How often the role was asked for, and with what outcome.
    pub(crate) fn exchanges(&self) -> Vec<iam_gate::Verdict> {
        let decisions = self.gate.decisions();
        let exchange =
            |action: &Option<String>| action.as_deref() == Some("sts:AssumeRoleWithWebIdentity");
        decisions.iter().filter(|d| exchange(&d.action)).map(|d| d.decision).collect()
    }
}

/// More calls than any test makes.
const COUNTED: u32 = 100_000;

/// What Google offers for download.
fn client_file() -> String {
    serde_json::json!({ "installed": {
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": ["http://localhost"],
    } })
    .to_string()
}

/// The program that cargo built beside this test.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(Path::parent).unwrap().join("fed-cli");
    assert!(program.is_file(), "expected fed-cli at `{}`: build it", program.display());
    program
}
