//! What all scenarios share: the lab, the programs under test, and the counters
//! that give each scenario an account and a port of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use fed_lab::Lab;
use tempfile::TempDir;

use crate::drivers::aws::AccessKey;
use crate::drivers::chromium::Chromium;

/// The account of the tutorial. Features name it throughout; every scenario but the
/// tutorial's own runs in another, and sees this one's id replaced by its own.
pub(crate) const TUTORIAL_ACCOUNT: &str = "278805249149";
/// Where the tutorial's program listens; replaced like the account.
pub(crate) const TUTORIAL_PORT: u16 = 3000;
/// The tutorial's region.
pub(crate) const REGION: &str = "ap-northeast-2";
/// The path of the redirect URI.
pub(crate) const REDIRECT_PATH: &str = "/auth/google/callback";

/// The lab and what belongs to a run.
pub(crate) struct Stage {
    /// LocalStack, issuer and gate.
    pub(crate) lab: Lab,
    /// Holds `fed-cli` under its name, and nothing else.
    pub(crate) programs: TempDir,
    /// Talks to the lab; follows no redirect by itself.
    pub(crate) http: reqwest::Client,
    /// The browser that was found, if any.
    pub(crate) chromium: Option<Chromium>,
    accounts: AtomicU64,
    ports: AtomicU16,
    redirect_uris: Mutex<Vec<String>>,
}

static CURRENT: Mutex<Option<Arc<Stage>>> = Mutex::new(None);

impl Stage {
    /// Puts the programs where scenarios find them.
    pub(crate) fn new(lab: Lab, fed_cli: &Path, chromium: Option<Chromium>) -> Result<Self> {
        let programs = tempfile::Builder::new().prefix("fed-e2e-").tempdir()?;
        let fed_cli = fed_cli
            .canonicalize()
            .with_context(|| format!("expected the fed-cli program at `{}`", fed_cli.display()))?;
        std::os::unix::fs::symlink(&fed_cli, programs.path().join("fed-cli"))?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        // Accounts of other runs against the same endpoint must not be met again.
        let seed = crate::drivers::cli::unix_seconds().unsigned_abs() % 1_000_000;
        Ok(Self {
            lab,
            programs,
            http,
            chromium,
            accounts: AtomicU64::new(100_000_000_000 + seed * 100_000),
            ports: AtomicU16::new(20_000),
            redirect_uris: Mutex::default(),
        })
    }

    /// Makes this the stage that scenarios find.
    pub(crate) fn open(self) {
        *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(self));
    }

    /// The open stage.
    pub(crate) fn current() -> Result<Arc<Self>> {
        let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone().context("no lab is running")
    }

    /// Takes the stage back once no scenario holds it.
    pub(crate) fn close() -> Option<Self> {
        let stage = CURRENT.lock().unwrap_or_else(PoisonError::into_inner).take();
        stage.and_then(Arc::into_inner)
    }

    /// An account that no scenario has had.
    pub(crate) fn next_account(&self) -> String {
        self.accounts.fetch_add(1, Ordering::Relaxed).to_string()
    }

    /// The access key of the account's administrator.
    pub(crate) fn open_account(&self, account: &str) -> Result<AccessKey> {
        let key = self.lab.gate().open_account(&account.parse()?)?;
        Ok(AccessKey {
            id: key.access_key_id,
            secret: key.secret_access_key.expose().to_owned(),
            session_token: None,
        })
    }

    /// What every command sees of the lab: where it listens, but nobody's key.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        vec![
            ("AWS_ENDPOINT_URL".to_owned(), self.lab.gate_url().to_owned()),
            ("AWS_DEFAULT_REGION".to_owned(), REGION.to_owned()),
            ("AWS_REGION".to_owned(), REGION.to_owned()),
            // No half second is lost on looking for an EC2 instance's own credentials.
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
            // What is not answered at the first attempt is a fault to be seen.
            ("AWS_MAX_ATTEMPTS".to_owned(), "1".to_owned()),
            ("AWS_PAGER".to_owned(), String::new()),
            ("NO_COLOR".to_owned(), "1".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ]
    }

    /// A free port that no scenario has had, below those the system hands out itself; the
    /// redirect URI on it is registered with the issuer.
    pub(crate) fn next_port(&self) -> Result<u16> {
        for _ in 0..1000 {
            let port = self.ports.fetch_add(1, Ordering::Relaxed);
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                let mut uris = self.redirect_uris.lock().unwrap_or_else(PoisonError::into_inner);
                uris.push(format!("http://127.0.0.1:{port}{REDIRECT_PATH}"));
                self.lab.register_redirect_uris(&uris);
                return Ok(port);
            }
        }
        bail!("no free port between 20000 and 32767")
    }
}
