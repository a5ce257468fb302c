//! Chromium without a screen, driven through chromedriver, for the sign-in that a
//! person sees.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::options::BrowserChoice;

pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a killed browser may take to be gone.
const ENDING: Duration = Duration::from_secs(2);
const HINT: &str = "install Debian's `chromium` and `chromium-driver`, or leave `--browser` out";

/// Where the browser and its driver are.
#[derive(Clone, Debug)]
pub(crate) struct Chromium {
    browser: PathBuf,
    driver: PathBuf,
}

/// A browser window, and the processes behind it. Dropped, they are killed.
pub(crate) struct Window {
    pub(super) client: Client,
    _processes: Processes,
}

struct Processes {
    driver: Child,
    profile: TempDir,
}

impl Chromium {
    /// Looks for both programs, as far as the run wants them.
    ///
    /// # Errors
    /// When one is missing and the run requires them.
    pub(crate) fn find(choice: BrowserChoice) -> Result<Option<Self>> {
        if choice == BrowserChoice::Skip {
            return Ok(None);
        }
        let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find);
        match (browser, find("chromedriver")) {
            (Some(browser), Some(driver)) => Ok(Some(Self { browser, driver })),
            _ if choice == BrowserChoice::Auto => Ok(None),
            (None, _) => bail!("expected `chromium` on the PATH, found none\nhint: {HINT}"),
            (_, None) => bail!("expected `chromedriver` on the PATH, found none\nhint: {HINT}"),
        }
    }

    /// The browser program, for messages.
    pub(crate) fn browser(&self) -> &Path {
        &self.browser
    }

    /// Opens a window.
    pub(crate) async fn open(&self) -> Result<Window> {
        let profile = tempfile::Builder::new().prefix("fed-e2e-chromium-").tempdir()?;
        let mut driver = Command::new(&self.driver)
            .arg("--port=0")
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start `{}`", self.driver.display()))?;
        let stdout = driver.stdout.take().context("chromedriver has no standard output")?;
        let processes = Processes { driver, profile };
        let port = timeout(PATIENCE, port(BufReader::new(stdout)));
        let port = port.await.context("chromedriver does not say where it listens")??;
        let arguments = [
            "--headless=new".to_owned(),
            // Without it Chromium refuses to run as root, as it does in containers. It
            // shows nothing but this run's own pages.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--no-proxy-server".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            format!("--user-data-dir={}", processes.profile.path().join("profile").display()),
        ];
        let options = json!({ "args": arguments, "binary": self.browser });
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let driver_url = format!("http://127.0.0.1:{port}");
        let client = timeout(PATIENCE, builder.connect(&driver_url)).await;
        let client = client.context("Chromium does not start")??;
        Ok(Window { client, _processes: processes })
    }
}

impl Window {
    /// Opens the authorization URL, presses the account's button and waits until the
    /// application's page is there; answers what it reads.
    pub(crate) async fn sign_in(&self, url: &str, email: &str, until: &str) -> Result<String> {
        self.client.goto(url).await?;
        let path = format!("//button[contains(., '{email}')]");
        let button = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path));
        button.await?.click().await?;
        let shown = timeout(PATIENCE, async {
            loop {
                let here = self.client.current_url().await?;
                if here.as_str() == until {
                    let body = self.client.wait().for_element(Locator::Css("body")).await?;
                    return Ok::<_, anyhow::Error>(body.text().await?);
                }
            }
        });
        shown.await.with_context(|| format!("the browser does not come to {until}"))?
    }

    /// Closes the window, and ends the browser and its driver.
    pub(crate) async fn close(self) -> Result<()> {
        self.client.close().await?;
        Ok(())
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // chromedriver does not take its browser with it: end whatever was started on
        // this window's own profile folder.
        let _ = self.driver.start_kill();
        let profile = self.profile.path().to_string_lossy().into_owned();
        // Those that are ending may still write to the folder that is removed next.
        let until = Instant::now() + ENDING;
        loop {
            let left = processes_naming(&profile);
            if left.is_empty() || Instant::now() > until {
                return;
            }
            for process in left {
                end(process, until);
            }
        }
    }
}

/// Kills a process and waits for its end. One that cannot be opened has ended by itself.
fn end(process: Pid, until: Instant) {
    let Ok(handle) = pidfd_open(process, PidfdFlags::empty()) else { return };
    let _ = pidfd_send_signal(&handle, Signal::KILL);
    let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
    let _ = poll(&mut [PollFd::new(&handle, PollFlags::IN)], left.as_ref());
}

fn processes_naming(text: &str) -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let named = entries.filter_map(|entry| {
        let path = entry.ok()?.path();
        let id = path.file_name()?.to_str()?.parse().ok()?;
        let arguments = std::fs::read(path.join("cmdline")).ok()?;
        String::from_utf8_lossy(&arguments).contains(text).then_some(id)
    });
    named.filter_map(Pid::from_raw).collect()
}

async fn port(mut lines: impl tokio::io::AsyncBufRead + Unpin) -> Result<u16> {
    let mut line = String::new();
    while lines.read_line(&mut line).await? > 0 {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let digits: String = port.chars().take_while(char::is_ascii_digit).collect();
            return digits.parse().with_context(|| format!("`{digits}` is no port"));
        }
        line.clear();
    }
    bail!("chromedriver ended without a word about its port")
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}
