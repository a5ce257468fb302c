//! What all scenarios share: the lab, the programs under test, and the counters
//! that give each scenario an account and a port of its own.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use fed_lab::Lab;
use tempfile::TempDir;

use crate::drivers::aws::AccessKey;
use crate::drivers::chromium::Chromium;
use crate::drivers::python_server::PythonServer;
use crate::options::Options;
use crate::turns::Calm;

/// The account of the tutorial. Features name it throughout; every scenario but the
/// tutorial's own runs in another, and sees this one's id replaced by its own.
pub(crate) const TUTORIAL_ACCOUNT: &str = "278805249149";
/// The tutorial's region.
pub(crate) const REGION: &str = "ap-northeast-2";
/// The path of the redirect URI.
pub(crate) const REDIRECT_PATH: &str = "/auth/google/callback";

/// The issuers beside Google's, as `fed-lab --issuer` names them.
pub(crate) const ISSUERS: [&str; 4] =
    ["github-actions", "gitlab", "eks", "https://login.example.com"];

/// The lab and what belongs to a run.
pub(crate) struct Stage {
    /// LocalStack, issuer and gate.
    pub(crate) lab: Lab,
    /// What the lab keeps between runs.
    pub(crate) cache: PathBuf,
    /// Holds `fed-cli` and `fed-lab` under their names, and nothing else.
    pub(crate) programs: TempDir,
    /// Has the aws CLI and boto3 in memory.
    pub(crate) python: PythonServer,
    /// Talks to the lab; follows no redirect by itself.
    pub(crate) http: reqwest::Client,
    /// The same by the world's own names, which lead into the lab.
    pub(crate) named_http: reqwest::Client,
    /// The browser that was found, if any.
    pub(crate) chromium: Option<Chromium>,
    /// Where pictures of pages are kept, if they are.
    pub(crate) pictures: Option<PathBuf>,
    /// Kept by all who use the lab, broken by who changes what all share of it.
    pub(crate) calm: Calm,
    accounts: AtomicU64,
    ports: AtomicU16,
    answered_for: Mutex<BTreeSet<String>>,
}

static CURRENT: Mutex<Option<Arc<Stage>>> = Mutex::new(None);

impl Stage {
    /// Puts the programs where scenarios find them.
    pub(crate) fn new(
        lab: Lab,
        python: PythonServer,
        cache: PathBuf,
        options: &Options,
        chromium: Option<Chromium>,
    ) -> Result<Self> {
        let fed_cli = &options.fed_cli;
        let programs = tempfile::Builder::new().prefix("fed-e2e-").tempdir()?;
        let fed_cli = fed_cli
            .canonicalize()
            .with_context(|| format!("expected the fed-cli program at `{}`", fed_cli.display()))?;
        std::os::unix::fs::symlink(&fed_cli, programs.path().join("fed-cli"))?;
        // Built by the same command, beside it.
        let fed_lab = fed_cli.with_file_name("fed-lab");
        anyhow::ensure!(
            fed_lab.exists(),
            "expected the fed-lab program at `{}`",
            fed_lab.display()
        );
        std::os::unix::fs::symlink(&fed_lab, programs.path().join("fed-lab"))?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let named_http = named_client(&lab)?;
        // Accounts of other runs against the same endpoint must not be met again.
        let seed = crate::drivers::cli::unix_seconds().unsigned_abs() % 1_000_000;
        // Nor should runs at the same time try for the same ports.
        let port = 20_000 + u16::try_from(std::process::id() % 100).unwrap_or(0) * 100;
        Ok(Self {
            lab,
            cache,
            programs,
            python,
            http,
            named_http,
            chromium,
            pictures: options.report.as_ref().map(|folder| folder.join("pages")),
            calm: Calm::default(),
            accounts: AtomicU64::new(100_000_000_000 + seed * 100_000),
            ports: AtomicU16::new(port),
            answered_for: Mutex::default(),
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

    /// Takes the stage back and everything down; then what is left of it, if anything.
    pub(crate) async fn close() -> Option<String> {
        let stage = CURRENT.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(stage) = stage.and_then(Arc::into_inner) else {
            return Some("the lab, which a scenario still holds".to_owned());
        };
        let emulator = (!stage.lab.is_external()).then(|| stage.lab.upstream_url().to_owned());
        let programs = stage.programs.path().to_owned();
        stage.lab.stop().await;
        drop((stage.programs, stage.python));
        if let Some(url) = emulator
            && stage.http.get(&url).send().await.is_ok()
        {
            return Some(format!("the emulator, which still answers at {url}"));
        }
        programs.exists().then(|| format!("the folder `{}`", programs.display()))
    }

    /// An account that no scenario has had.
    pub(crate) fn next_account(&self) -> String {
        self.accounts.fetch_add(1, Ordering::Relaxed).to_string()
    }

    /// What Google has seen that OAuth client do wrong, in the words of its own list.
    pub(crate) fn mistakes(&self, client_id: &str) -> Vec<String> {
        self.lab.issuer().mistakes(Some(client_id)).iter().map(told).collect()
    }

    /// Notes that a scenario has looked at that client's mistakes.
    pub(crate) fn answer_for(&self, client_id: &str) {
        let mut answered = self.answered_for.lock().unwrap_or_else(PoisonError::into_inner);
        answered.insert(client_id.to_owned());
    }

    /// Mistakes of clients that no scenario has looked at.
    pub(crate) fn stray_mistakes(&self) -> Vec<String> {
        let answered = self.answered_for.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            |client: &Option<String>| client.as_ref().is_some_and(|id| answered.contains(id));
        let all = self.lab.issuer().mistakes(None).into_iter();
        all.filter(|counted| !known(&counted.client_id))
            .map(|counted| {
                let client = counted.client_id.as_deref().unwrap_or("nobody in particular");
                format!("{}, by {client}", told(&counted))
            })
            .collect()
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
        let mut environment = vec![
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
        ];
        // Where issuers are, and the emulator for another lab before it.
        let told = |(name, _): &(String, String)| {
            name.ends_with("_ISSUER_URL") || name == "FED_LAB_UPSTREAM_URL"
        };
        environment.extend(self.lab.environment().into_iter().filter(told));
        environment
    }

    /// The file of the lab's own authority, and of no other.
    pub(crate) fn lab_authority(&self) -> Result<&Path> {
        authority_of(&self.lab)
    }

    /// A free port that no scenario has had, below those the system hands out itself.
    pub(crate) fn next_port(&self) -> Result<u16> {
        for _ in 0..1000 {
            let port = self.ports.fetch_add(1, Ordering::Relaxed);
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(port);
            }
        }
        bail!("no free port between 20000 and 32767")
    }
}

/// A client that goes by the lab's proxy and trusts the lab's authority; not to this machine.
fn named_client(lab: &Lab) -> Result<reqwest::Client> {
    let authority = reqwest::Certificate::from_pem(&std::fs::read(authority_of(lab)?)?)?;
    let proxy = lab.proxy_url().context("the lab has no proxy")?;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .proxy(reqwest::Proxy::https(proxy)?)
        .tls_certs_only([authority]);
    Ok(client.build()?)
}

/// The file of the authority by which the lab speaks TLS.
fn authority_of(lab: &Lab) -> Result<&Path> {
    let variables = lab.names_environment();
    let file = variables.iter().find(|(name, _)| name == "FED_LAB_CA_FILE");
    file.map(|(_, path)| Path::new(path)).context("the lab has no authority")
}

/// `unknown code`, or `unknown code (2 times)`.
fn told(counted: &fed_lab::CountedMistake) -> String {
    let name = serde_json::to_value(counted.mistake).unwrap_or_default();
    let name = name.as_str().unwrap_or("a mistake without a name").replace('_', " ");
    if counted.count == 1 { name } else { format!("{name} ({} times)", counted.count) }
}
