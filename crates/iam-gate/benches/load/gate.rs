//! The gate as a process of its own, and what Linux tells about it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;
use crate::client::Key;

const ACCOUNT: &str = "278805249149";
/// Of the clock that `/proc/PID/stat` counts by. Source: proc(5), `sysconf(_SC_CLK_TCK)`.
const TICK: Duration = Duration::from_millis(10);

/// A gate that ends when it is dropped.
pub(crate) struct GateProcess {
    child: Child,
    address: String,
    credentials: PathBuf,
}

impl GateProcess {
    /// Starts one in front of the emulator at `HOST:PORT`.
    pub(crate) fn start(emulator: &str) -> Result<Self, Failure> {
        let name = format!("gate-load-{}.credentials", std::process::id());
        let credentials = std::env::temp_dir().join(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_iam-gate"))
            .args(["--upstream", &format!("http://{emulator}"), "--account", ACCOUNT])
            .arg("--credentials-file")
            .arg(&credentials)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the gate has no output")?;
        // Dropped, and so ended, should it not say where it listens.
        let mut gate = Self { child, address: String::new(), credentials };
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        let address = url.trim().strip_prefix("http://").ok_or("the gate did not start")?;
        gate.address = address.to_owned();
        Ok(gate)
    }

    /// `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The key of the account's administrator.
    pub(crate) fn administrator(&self) -> Result<Key, Failure> {
        let text = std::fs::read_to_string(&self.credentials)?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(str::to_owned).ok_or("the credentials file lacks a line")
        };
        Ok(Key { id: value("aws_access_key_id")?, secret: value("aws_secret_access_key")? })
    }

    /// What it has used of the cores so far; `None` where `/proc` does not tell.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let stat = self.proc("stat")?;
        let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
        let ticks: u32 =
            fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
        Some(TICK * ticks)
    }

    /// What it holds of the memory now, and at most so far; `None` where `/proc` does not
    /// tell.
    pub(crate) fn memory(&self) -> Option<String> {
        let status = self.proc("status")?;
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
            Some(kilobytes / 1024.0)
        };
        let (now, most) = (megabytes("VmRSS:")?, megabytes("VmHWM:")?);
        Some(format!("{now:.1} MB, {most:.1} MB at most"))
    }

    fn proc(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id())).ok()
    }

    /// Ends it; an error where it had ended by itself.
    pub(crate) fn stop(&mut self) -> Result<(), Failure> {
        match self.child.try_wait()? {
            Some(status) => Err(format!("the gate ended by itself: {status}").into()),
            None => Ok(()),
        }
    }
}

impl Drop for GateProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.credentials);
    }
}
