//! A machine that has nothing: each test adds what it needs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// An empty home and search path.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program on the search path, as a shell script.
    #[cfg(unix)]
    pub(crate) fn script(&self, name: &str, body: &str) {
        use std::os::unix::fs::PermissionsExt;

        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The folder, as it is printed.
    pub(crate) fn home(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// The aws CLI as an earlier lab has left it, as a shell script.
    #[cfg(unix)]
    pub(crate) fn installed_aws_cli(&self, body: &str) {
        let folder = self.path(".cache/fed/lab/host/localstack-4.13.1-python3.11-0/cli");
        fs::create_dir_all(&folder).unwrap();
        self.script("own", body);
        fs::rename(self.path("bin/own"), folder.join("aws")).unwrap();
    }

    pub(crate) fn fed_lab(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// `fed-lab`, not yet run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fed-lab"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", self.path("bin"))
            .env("DOCKER_HOST", "tcp://127.0.0.1:1");
        command
    }

    /// What was printed, with this machine's folder as `[home]` and without the
    /// numbers that systems give to errors.
    pub(crate) fn seen(&self, output: &Output) -> String {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "only data goes to stdout");
        let text = String::from_utf8_lossy(&output.stderr);
        let text = text.replace(&self.folder.path().display().to_string(), "[home]");
        let mut parts = text.split(" (os error ");
        let mut text = parts.next().unwrap().to_owned();
        for part in parts {
            text.push_str(part.split_once(')').unwrap().1);
        }
        format!("{text}exit code {}", output.status.code().unwrap())
    }
}
