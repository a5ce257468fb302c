//! An emulator as a process of this machine's Python.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStdin, Command};

use crate::health::wait_until_healthy;
use crate::process::ProcessGroup;
use crate::run_directory::{EMULATOR_LOG, RunDirectory};
use crate::venv::Venv;
use crate::{LabError, Progress, emulator_files};

/// How long an emulator may take; a cold LocalStack on a slow machine takes ten seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// How many lines of its log are shown when it does not start.
const SHOWN_LINES: usize = 15;
/// What a start of LocalStack computes and the next can begin with, below the root
/// folder.
const WARM: [&str; 2] = ["var/lib/localstack/cache", ".cache/plux"];
/// The file without which the rest is not worth keeping.
const CATALOG: &str = "service-catalog";
/// A file untouched for so long is complete.
const SETTLED: Duration = Duration::from_secs(1);

/// Which emulator, and how it is told what to do.
pub(crate) struct Program {
    /// For messages, such as `LocalStack`.
    pub(crate) name: &'static str,
    /// What the launcher calls it.
    pub(crate) argument: &'static str,
    /// Its environment.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// The path that answers once it is ready.
    pub(crate) health: &'static str,
}

/// A running emulator; killed, with all it started, when dropped.
pub(crate) struct HostProcess {
    name: &'static str,
    child: ProcessGroup,
    /// Open as long as we live: its end of file tells the launcher that we do not.
    _alive: Option<ChildStdin>,
    url: String,
    /// The path that answers once it is ready.
    health: &'static str,
    root: PathBuf,
    log: PathBuf,
    warm: PathBuf,
}

impl HostProcess {
    /// Starts the emulator, which listens when this returns and answers when it is
    /// [ready](Self::ready).
    pub(crate) async fn start(
        program: Program,
        venv: &Venv,
        run: &RunDirectory,
        progress: &dyn Progress,
    ) -> Result<Self, LabError> {
        let name = program.name;
        progress.doing(&format!("starting {name}"));
        let root = run.path().join("root");
        emulator_files::write(run)?;
        let launcher = run.path().join("launcher.py");
        let log = run.write_private(EMULATOR_LOG, b"")?;
        copy_warm(&venv.warm_cache(), &root);
        let temporary = root.join("tmp");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| LabError::File { what: "write", path, source }
        };
        fs::create_dir_all(&temporary).map_err(failed(&temporary))?;
        let log_file = File::options().append(true).open(&log).map_err(failed(&log))?;

        let python = venv.python();
        let mut command = Command::new(&python);
        command
            .args(["-I", "-W", "ignore"])
            .arg(&launcher)
            .arg(program.argument)
            .env_clear()
            .envs(program.settings)
            .envs(HOST_SETTINGS);
        command.env("FILESYSTEM_ROOT", &root).env("HOME", &root).env("TMPDIR", &temporary);
        command.current_dir(&root);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log_file);
        let spawned = ProcessGroup::spawn(&mut command);
        let mut child = spawned.map_err(|source| LabError::Spawn { program: python, source })?;
        let warm = venv.warm_cache();
        // Waiting for a child closes its standard input, if the child still has it.
        let alive = child.stdin();
        let health = program.health;
        let (url, _alive) = (String::new(), alive);
        let mut process = Self { name, child, _alive, url, health, root, log, warm };
        let listens = tokio::time::timeout(PATIENCE, process.listens()).await;
        listens.unwrap_or_else(|_| Err(process.not_ready()))?;
        Ok(process)
    }

    /// Waits until it answers.
    pub(crate) async fn ready(&mut self, http: &reqwest::Client) -> Result<(), LabError> {
        let answers = tokio::time::timeout(PATIENCE, self.answers(http)).await;
        answers.unwrap_or_else(|_| Err(self.not_ready()))
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its log.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Ends it, keeping what the next start can begin with.
    pub(crate) async fn stop(self) {
        keep_warm(&self.root, &self.warm);
        self.child.kill().await;
    }

    async fn listens(&mut self) -> Result<(), LabError> {
        let Some(stdout) = self.child.stdout() else { return Err(self.ended().await) };
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line).await;
        let port: u16 = match (read, line.trim().parse()) {
            (Ok(_), Ok(port)) => port,
            _ => return Err(self.ended().await),
        };
        self.url = format!("http://127.0.0.1:{port}");
        Ok(())
    }

    async fn answers(&mut self, http: &reqwest::Client) -> Result<(), LabError> {
        let health = format!("{}{}", self.url, self.health);
        let ended = tokio::select! {
            () = wait_until_healthy(http, &health) => false,
            _ = self.child.wait() => true,
        };
        if ended { Err(self.ended().await) } else { Ok(()) }
    }

    fn not_ready(&self) -> LabError {
        let (name, seconds) = (self.name, PATIENCE.as_secs());
        LabError::EmulatorNotReady { name, seconds, log: tail(&self.log) }
    }

    /// Returns when it has ended by itself, with its exit status and last lines.
    pub(crate) async fn ended(&mut self) -> LabError {
        let status = match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        LabError::EmulatorEnded { name: self.name, status, log: tail(&self.log) }
    }
}

/// What only a process of the host needs: it is in no container, even where the
/// host is one, and finds nothing of Docker.
const HOST_SETTINGS: [(&str, &str); 4] = [
    ("OVERRIDE_IN_DOCKER", "0"),
    ("DOCKER_CMD", "/bin/false"),
    ("LANG", "C.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
];

/// The last lines of the log.
fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}

/// Copies what an earlier run computed. It only saves time: failing is no error.
fn copy_warm(warm: &Path, root: &Path) {
    for folder in WARM {
        let _ = copy_files(&warm.join(folder), &root.join(folder));
    }
}

/// Keeps what this run computed, whole or not at all, unless an earlier run did.
fn keep_warm(root: &Path, warm: &Path) {
    let Some(folder) = warm.parent().filter(|_| !warm.exists()) else { return };
    if !catalog_is_written(&root.join(WARM[0])) {
        return;
    }
    let Ok(aside) = tempfile::Builder::new().prefix(".warm-").tempdir_in(folder) else { return };
    let copied =
        WARM.iter().all(|part| copy_files(&root.join(part), &aside.path().join(part)).is_ok());
    if copied {
        // Another run may have been faster; its copy is as good.
        let _ = fs::rename(aside.path(), warm);
    }
}

/// Whether the catalog of services, which takes seconds to compute, is there and
/// has not just been touched: LocalStack may be writing it.
fn catalog_is_written(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
        entry.file_name().to_string_lossy().starts_with(CATALOG)
            && matches!(age, Ok(Ok(age)) if age >= SETTLED)
    })
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_told_by_its_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let lines: Vec<String> = (0..40).map(|number| format!("line {number}")).collect();
        fs::write(&log, lines.join("\n\n")).unwrap();
        let shown = tail(&log);
        assert_eq!(shown.lines().count(), SHOWN_LINES);
        assert!(shown.ends_with("line 39"));
        assert_eq!(tail(&folder.path().join("none")), "");
    }

    #[test]
    fn a_first_run_warms_the_next_and_a_second_does_not_disturb_it() {
        let folder = tempfile::tempdir().unwrap();
        let (root, warm) = (folder.path().join("root"), folder.path().join("warm"));
        for part in WARM {
            fs::create_dir_all(root.join(part)).unwrap();
            write_settled(&root.join(part).join("service-catalog-1"), "first");
        }
        keep_warm(&root, &warm);
        write_settled(&root.join(WARM[0]).join("service-catalog-1"), "second");
        keep_warm(&root, &warm);

        let next = folder.path().join("next");
        copy_warm(&warm, &next);
        let catalog = next.join(WARM[0]).join("service-catalog-1");
        assert_eq!(fs::read_to_string(catalog).unwrap(), "first");
    }

    #[test]
    fn what_is_missing_or_still_being_written_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (root, warm) = (folder.path().join("root"), folder.path().join("warm"));
        keep_warm(&root, &warm);
        for part in WARM {
            fs::create_dir_all(root.join(part)).unwrap();
        }
        keep_warm(&root, &warm);
        fs::write(root.join(WARM[0]).join("service-catalog-1"), "half").unwrap();
        keep_warm(&root, &warm);
        assert!(!warm.exists());
    }

    fn write_settled(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        let earlier = std::time::SystemTime::now() - 2 * SETTLED;
        File::options().write(true).open(path).unwrap().set_modified(earlier).unwrap();
    }
}
