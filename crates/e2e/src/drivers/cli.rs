//! Runs what a scenario types, in a shell that knows nothing of this machine:
//! its own home, its own environment, only `aws`, `fed-cli` and the system's tools.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::turns::Held;

/// No typed command takes longer, not even on a machine that is busy with builds.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where a command runs and what it sees.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// `HOME` and the working directory.
    pub(crate) home: PathBuf,
    /// `PATH`.
    pub(crate) path: String,
    /// Every other variable; nothing is inherited.
    pub(crate) environment: Vec<(String, String)>,
}

/// What a finished command left.
#[derive(Clone)]
pub(crate) struct Output {
    /// As typed.
    pub(crate) command: String,
    /// Exit status; a signal counts as 128 plus its number, as in a shell.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// When it began and ended, in seconds since 1970.
    pub(crate) window: (i64, i64),
    /// How long it ran.
    pub(crate) took: Duration,
}

/// A command that still runs. Dropped, it and all it started are killed.
pub(crate) struct Running {
    command: String,
    child: Child,
    group: Group,
    stdout: JoinHandle<std::io::Result<String>>,
    stderr: JoinHandle<std::io::Result<String>>,
    lines: mpsc::UnboundedReceiver<String>,
    began: i64,
    clock: Instant,
    /// What it keeps from others meanwhile.
    pub(crate) held: Held,
}

/// The process group of a command; killed when dropped.
struct Group(Option<rustix::process::Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0.take() {
            // Whoever is left of the group after its leader ended, and the leader
            // itself when the scenario was given up.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Surroundings {
    /// Runs `command` to its end, `input` on its standard input.
    pub(crate) async fn run(&self, command: &str, input: &str) -> Result<Output> {
        self.start(command, input).await?.finish().await
    }

    /// Starts `command`; [`Running::finish`] waits for its end.
    pub(crate) async fn start(&self, command: &str, input: &str) -> Result<Running> {
        let (began, clock) = (unix_seconds(), Instant::now());
        let mut child = Command::new("/bin/sh")
            .args(["-c", command])
            .current_dir(&self.home)
            .env_clear()
            .env("HOME", &self.home)
            .env("PATH", &self.path)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start a shell for `{command}`"))?;
        let leader = child.id().and_then(|id| i32::try_from(id).ok());
        let group = Group(leader.and_then(rustix::process::Pid::from_raw));
        let (stdin, stdout, stderr) =
            match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
                (Some(stdin), Some(stdout), Some(stderr)) => (stdin, stdout, stderr),
                _ => bail!("the shell for `{command}` has no pipes"),
            };
        let (sender, lines) = mpsc::unbounded_channel();
        let stdout = tokio::spawn(collect(stdout, sender.clone()));
        let stderr = tokio::spawn(collect(stderr, sender));
        let mut stdin = stdin;
        // A command that reads nothing may be gone by now; that is its own affair.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let (command, held) = (command.to_owned(), Held::default());
        Ok(Running { command, child, group, stdout, stderr, lines, began, clock, held })
    }
}

impl Running {
    /// Waits for the first line, of either output, of which `find` makes something.
    pub(crate) async fn line<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let mut seen = String::new();
        let found = timeout(PATIENCE, async {
            while let Some(line) = self.lines.recv().await {
                if let Some(found) = find(&line) {
                    return Some(found);
                }
                seen.push_str(&line);
                seen.push('\n');
            }
            None
        });
        match found.await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => {
                bail!("`{}` ended without the awaited line; it said:\n{seen}", self.command)
            }
            Err(_) => bail!(
                "`{}` did not print the awaited line within {} s; it said:\n{seen}",
                self.command,
                PATIENCE.as_secs()
            ),
        }
    }

    /// Waits for the end.
    pub(crate) async fn finish(mut self) -> Result<Output> {
        let Ok(status) = timeout(PATIENCE, self.child.wait()).await else {
            bail!("`{}` did not end within {} s", self.command, PATIENCE.as_secs());
        };
        let status = status.with_context(|| format!("cannot wait for `{}`", self.command))?;
        // Ends whatever it left behind that would hold the pipes open.
        drop(self.group);
        let stdout = self.stdout.await.context("reading standard output")??;
        let stderr = self.stderr.await.context("reading standard error")??;
        Ok(Output {
            command: self.command,
            status: exit_code(status),
            stdout,
            stderr,
            window: (self.began, unix_seconds()),
            took: self.clock.elapsed(),
        })
    }

    /// Ends the command as Ctrl-C would, and waits for it.
    pub(crate) async fn interrupt(self) -> Result<Output> {
        if let Some(leader) = self.group.0 {
            rustix::process::kill_process_group(leader, rustix::process::Signal::INT)
                .with_context(|| format!("cannot interrupt `{}`", self.command))?;
        }
        self.finish().await
    }
}

impl Output {
    /// Both outputs, for a message that says what went wrong.
    pub(crate) fn describe(&self) -> String {
        format!(
            "`{}` ended with {}\n--- stdout\n{}\n--- stderr\n{}\n---",
            self.command,
            self.status,
            self.stdout.trim_end(),
            self.stderr.trim_end()
        )
    }
}

/// Seconds since 1970, by this machine's clock.
pub(crate) fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `PATH` for a scenario: the given folders, then the system's.
pub(crate) fn search_path(folders: &[&Path]) -> String {
    let mut path = String::new();
    for folder in folders {
        path.push_str(&folder.to_string_lossy());
        path.push(':');
    }
    path.push_str("/usr/local/bin:/usr/bin:/bin");
    path
}

async fn collect(
    stream: impl tokio::io::AsyncRead + Unpin,
    lines: mpsc::UnboundedSender<String>,
) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream);
    let mut all = String::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).await? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        // Nobody may be listening any more.
        let _ = lines.send(line.trim_end().to_owned());
        all.push_str(&line);
    }
    Ok(all)
}

fn exit_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}
