//! A place where nothing of this machine shows: no environment, a home of its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_fed-cli");

/// A home directory and an environment for one test.
pub(crate) struct Sealed {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sealed {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// With this configuration file where it is by custom.
    pub(crate) fn with_config(text: &str) -> Self {
        let sealed = Self::new();
        sealed.file(".config/fed/config.toml", text);
        sealed
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file into the home directory.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// The whole environment: what this test set, and places in the home directory. macOS
    /// and Windows look for files elsewhere: all are sent to the same place.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let place = |name: &str| self.home.path().join(name).display().to_string();
        let customary = [
            ("HOME", place("")),
            ("XDG_CONFIG_HOME", place(".config")),
            ("XDG_STATE_HOME", place(".local/state")),
            // The keyring of macOS needs no variable to be found.
            ("FED_STORE", "file".to_owned()),
        ];
        let customary = customary.map(|(name, value)| (name.to_owned(), value));
        customary.into_iter().chain(self.environment.iter().cloned()).collect()
    }

    /// A command with nothing but what this test set.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(words)
            .current_dir(self.home.path())
            .env_clear()
            .envs(self.variables())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Outcome {
        let output = self.command(words).output().unwrap();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: self.without_home(&output.stdout),
            stderr: self.without_home(&output.stderr),
        }
    }

    /// The whole of a run, for a snapshot.
    pub(crate) fn transcript(&self, words: &[&str]) -> String {
        let outcome = self.run(words);
        let mut text = format!("$ fed-cli {}\n", words.join(" "));
        text = text.replace(&self.home.path().display().to_string(), "[HOME]");
        for (name, stream) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
            if !stream.is_empty() {
                let _ = write!(text, "--- {name}\n{stream}");
            }
        }
        let _ = write!(text, "--- exit status {}", outcome.status);
        text
    }

    fn without_home(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let text = text.replace(&self.home.path().display().to_string(), "[HOME]");
        // Linux and macOS count errors differently.
        let mut parts = text.split(" (os error ");
        let mut kept = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            kept.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
        }
        kept
    }
}
