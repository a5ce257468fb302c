//! Chromium's processes, and the pipes by which they are spoken to.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::BufReader;
use tokio::process::{Child, Command};

use super::devtools::Devtools;

pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a killed browser may take to be gone.
const ENDING: Duration = Duration::from_secs(2);
/// Chromium reads its commands from the third file and writes to the fourth.
const PIPED: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#;
const ARGUMENTS: [&str; 14] = [
    "--remote-debugging-pipe",
    "--headless=new",
    // Without it Chromium refuses to run as root, as it does in containers. It
    // shows nothing but this run's own pages.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    // Nothing is prepared for pages to come, and nothing of those that are left is kept.
    "--disable-features=BackForwardCache,MediaRouter,OptimizationHints,\
     SpareRendererForSitePerProcess,Translate",
    // Of what a person would have beside pages nothing is there.
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "about:blank",
];

/// A browser that runs. Dropped, it is killed.
pub(super) struct Browser {
    pub(super) devtools: Devtools,
    _processes: Processes,
}

struct Processes {
    child: Child,
    profile: TempDir,
}

impl Browser {
    /// Starts it, with a profile of its own.
    pub(super) async fn start(program: &Path) -> Result<Arc<Self>> {
        let profile = tempfile::Builder::new().prefix("fed-e2e-chromium-").tempdir()?;
        let mut child = Command::new("/bin/sh")
            .args(["-c", PIPED])
            .arg(program)
            .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
            .args(ARGUMENTS)
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start `{}`", program.display()))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.context("Chromium has no pipes")?;
        let devtools = Devtools::new(input, BufReader::new(output));
        let browser = Self { devtools, _processes: Processes { child, profile } };
        browser.call("Browser.getVersion", json!({})).await.context("Chromium does not start")?;
        Ok(Arc::new(browser))
    }

    /// What comes of a command to the browser itself.
    pub(super) async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        self.devtools.call(None, method, parameters, PATIENCE).await
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // What it started does not always go with it: end whatever names this profile's folder.
        let _ = self.child.start_kill();
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
