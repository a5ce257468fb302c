//! Fills a folder: `python -m venv`, pip with hashes, byte code, `aws`.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::pip::Pip;
use super::{Packages, bring_ours};
use crate::process::ProcessGroup;
use crate::python::Python;
use crate::{LabError, Progress};

/// How many of a program's last lines are kept for an error.
const KEPT_LINES: usize = 15;

/// Fills `partial`, which will be renamed to `path` afterwards.
pub(super) async fn install(
    packages: Packages,
    partial: &Path,
    path: &Path,
    python: &Python,
    progress: &dyn Progress,
) -> Result<(), LabError> {
    let (name, (major, minor)) = (packages.name, python.version);
    progress.note(&format!(
        "Installing {name} and the aws CLI for Python {major}.{minor}: once, about half a minute."
    ));
    progress.doing("making a virtual environment");
    let pip = Pip::find(python).await;
    let made = run(pip.venv(python, partial), |_| ()).await?;
    if !made.success {
        return Err(LabError::NoVenv { python: python.program.clone(), reason: made.last_line() });
    }

    let requirements = partial.join("requirements.txt");
    write(&requirements, packages.requirements)?;
    let mut command = pip.install(python, partial);
    command.args(["--disable-pip-version-check", "--no-input", "--no-compile"]);
    command.args(["--progress-bar", "off", "--retries", "2", "--timeout", "20"]);
    command.args(["--only-binary", ":all:", "--require-hashes", "--requirement"]);
    command.arg(&requirements);
    let count = packages.requirements.lines().filter(|line| line.contains("==")).count();
    let mut collected = 0;
    let installed = run(command, |line| {
        if line.starts_with("Collecting ") {
            collected += 1;
            progress.doing(&format!("fetching {name}: {collected} of about {count} packages"));
        } else if line.starts_with("Installing collected") {
            progress.doing(&format!("unpacking {name}"));
        }
    })
    .await?;
    if !installed.success {
        return Err(installed.pip_error(name));
    }

    progress.doing(&format!("compiling {name}"));
    let mut command = Command::new(partial.join("bin/python"));
    command.args(["-I", "-m", "compileall", "-q", "-j", "0", "-s"]);
    command.arg(partial).arg("-p").arg(path).arg(partial.join("lib"));
    // A file that does not compile is a template for another Python: not used here.
    run(command, |_| ()).await?;

    drop_scripts(&partial.join("bin"))?;
    bring_ours(partial)
}

/// What a program left behind.
struct Finished {
    success: bool,
    lines: VecDeque<String>,
}

impl Finished {
    fn last_line(&self) -> String {
        let told = self.lines.iter().rev().find(|line| !line.trim().is_empty());
        told.map_or_else(|| "it printed nothing".to_owned(), |line| line.trim().to_owned())
    }

    fn pip_error(self, what: &'static str) -> LabError {
        let lines = || self.lines.iter().map(String::as_str);
        // pip tells a connection that failed by trying it again.
        if let Some(retried) = lines().rfind(|line| line.contains("Retrying (Retry(")) {
            return LabError::NoInternet { what, reason: why_broken(retried).to_owned() };
        }
        let reason = lines().find_map(|line| line.strip_prefix("ERROR: "));
        let reason = reason.map_or_else(|| self.last_line(), str::to_owned);
        LabError::Install { what, reason, log: lines().collect::<Vec<_>>().join("\n") }
    }
}

/// `… after connection broken by 'NewConnectionError("…: [Errno 111] Connection
/// refused")': /simple/attrs/` says why between its last colon and the quote.
fn why_broken(retried: &str) -> &str {
    let (_, cause) = retried.split_once("connection broken by ").unwrap_or(("", retried));
    let (cause, _) = cause.split_once("': /").unwrap_or((cause, ""));
    let innermost = cause.rsplit_once(": ").map_or(cause, |(_, innermost)| innermost);
    innermost.trim_matches(|sign| matches!(sign, '\'' | '"' | ')' | '(' | ','))
}

/// Runs to the end, in a process group of its own that ends with this future.
async fn run(mut command: Command, mut each: impl FnMut(&str)) -> Result<Finished, LabError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = command.as_std().get_program().into();
    let spawned = ProcessGroup::spawn(&mut command);
    let mut child = spawned.map_err(|source| LabError::Spawn { program, source })?;
    let (sender, mut received) = mpsc::channel(64);
    forward(child.stdout(), sender.clone());
    forward(child.stderr(), sender);
    let mut lines = VecDeque::new();
    while let Some(line) = received.recv().await {
        each(&line);
        if line.starts_with("Ignoring ") {
            // What the lock holds for other systems.
            continue;
        }
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
    let success = child.wait().await.is_ok_and(|status| status.success());
    Ok(Finished { success, lines })
}

/// Sends each line on until the stream ends.
fn forward(stream: Option<impl AsyncRead + Unpin + Send + 'static>, sender: mpsc::Sender<String>) {
    let Some(stream) = stream else { return };
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).split(b'\n');
        while let Ok(Some(line)) = lines.next_segment().await {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(line).await.is_err() {
                break;
            }
        }
    });
}

/// Leaves only the interpreters: every other script names the folder that is
/// about to be renamed.
fn drop_scripts(bin: &Path) -> Result<(), LabError> {
    let failed = |source| LabError::File { what: "tidy", path: bin.to_owned(), source };
    for entry in fs::read_dir(bin).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_name().to_string_lossy().starts_with("python") {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), LabError> {
    fs::write(path, text).map_err(|source| LabError::File {
        what: "write",
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(lines: &[&str]) -> Finished {
        Finished { success: false, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn a_connection_that_fails_is_no_internet() {
        for (cause, reason) in [
            (
                "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at \
                 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')'",
                "[Errno 111] Connection refused",
            ),
            (
                "'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] \
                 certificate verify failed: self-signed certificate in certificate chain'))'",
                "self-signed certificate in certificate chain",
            ),
            (
                "'ConnectTimeoutError('Connection to proxy timed out. (connect timeout=20.0)')'",
                "ConnectTimeoutError('Connection to proxy timed out. (connect timeout=20.0",
            ),
        ] {
            let retried = format!(
                "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
                 {cause}: /simple/attrs/"
            );
            let error = finished(&[&retried, "ERROR: No matching distribution found"])
                .pip_error("LocalStack");
            assert_eq!(
                error.to_string(),
                format!(
                    "tried to fetch LocalStack's Python packages, but found no package index: \
                     {reason}"
                )
            );
            assert!(error.hint().unwrap().contains("HTTPS_PROXY"));
        }
    }

    #[test]
    fn a_wrong_hash_is_pips_own_reason() {
        let error = finished(&[
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "    attrs==26.1.0",
        ])
        .pip_error("LocalStack");
        assert_eq!(
            error.to_string(),
            "tried to install LocalStack's Python packages, but pip failed: THESE PACKAGES DO NOT \
             MATCH THE HASHES FROM THE REQUIREMENTS FILE."
        );
    }

    #[test]
    fn a_program_that_prints_nothing_is_told_so() {
        assert_eq!(finished(&["", " "]).last_line(), "it printed nothing");
    }
}
