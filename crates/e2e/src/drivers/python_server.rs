//! The aws CLI and boto3, in memory once for all scenarios: where a step is not about the process
//! itself, its command is run in a fork of one. Starting Python anew for each is most of what the
//! features cost.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::running_chromium::PATIENCE;

const SERVER: &str = include_str!("python_server.py");
/// Built by the same command, beside this program.
const CLIENT: &str = "served-aws";
/// The names under which commands find the client.
const NAMES: [&str; 2] = ["aws", PYTHON];
const PYTHON: &str = "served-python";
/// As the client knows it.
const SOCKET: &str = "server";

/// The server, and the folder of the programs that it runs. Dropped, it ends.
pub(crate) struct PythonServer {
    folder: TempDir,
    _process: Child,
}

impl PythonServer {
    /// Starts it with the interpreter that the aws CLI has.
    pub(crate) async fn start(aws_cli: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fed-e2e-").tempdir()?;
        let client = std::env::current_exe()?.with_file_name(CLIENT);
        ensure!(client.is_file(), "expected the program `{}`: build it", client.display());
        for name in NAMES {
            // It finds the server in its own folder, whatever links lead to it.
            let place = folder.path().join(name);
            let linked = std::fs::hard_link(&client, &place);
            linked.or_else(|_| std::fs::copy(&client, &place).map(drop))?;
        }
        let environment = aws_cli.ancestors().nth(2).context("the aws CLI is in no environment")?;
        let python = environment.join("bin/python");
        let mut process = Command::new(&python)
            .args(["-I", "-c", SERVER])
            .arg(folder.path().join(SOCKET))
            .arg(environment.join("aws.py"))
            .env_clear()
            .envs([("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")])
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start `{}`", python.display()))?;
        let stdout = process.stdout.take().context("the server has no standard output")?;
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        timeout(PATIENCE, stdout.read_line(&mut line))
            .await
            .context("no server of the aws CLI")??;
        ensure!(line == "ready\n", "the server of the aws CLI has ended: its words are above");
        Ok(Self { folder, _process: process })
    }

    /// Where its `aws` is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What stands for `python` in a command, with `-I` and a program after it.
    pub(crate) fn program(&self) -> String {
        format!("'{}'", self.folder.path().join(PYTHON).display())
    }
}
