//! A home of its own for the measured programs; removed at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::could_not;
use super::sts::Sts;
use crate::failure::Failure;

/// Header and claims that can be read, and no signature: whether it is genuine is for STS
/// to say, and the one here does not ask.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJleHAiOjQwNzA5MDg4MDB9.unsigned";

pub(super) struct Place {
    path: PathBuf,
}

impl Place {
    pub(super) fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("fed-bench-{}", std::process::id()));
        fs::create_dir(&path)
            .map_err(|error| could_not(&format!("create `{}`", path.display()), &error))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A profile whose ID token is in a file and whose STS is `sts`.
    pub(super) fn configure(&self, sts: &Sts) -> Result<(), Failure> {
        let config = format!(
            "[profile.bench]\nissuer = 'https://accounts.google.com'\nsource = 'file'\n\
             token_file = 'token'\nrole_arn = 'arn:aws:iam::278805249149:role/r'\n\
             role_session_name = 'bench'\nregion = 'ap-northeast-2'\nendpoint_url = '{}'\n",
            sts.url()
        );
        self.write("config.toml", &config)?;
        self.write("token", TOKEN)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        fs::write(&path, text)
            .map_err(|error| could_not(&format!("write `{}`", path.display()), &error))
    }

    /// `credential-process` with the profile and nothing else in its environment.
    pub(super) fn command(&self, fed_cli: &Path) -> Command {
        let mut command = Command::new(fed_cli);
        command
            .args(["credential-process", "--profile", "bench"])
            .env_clear()
            .env("HOME", &self.path)
            .env("FED_CONFIG", self.path.join("config.toml"))
            .env("FED_STATE_DIR", self.state());
        command
    }

    /// Empties the store.
    pub(super) fn forget(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(self.state()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(could_not(&format!("empty `{}`", self.state().display()), &error))
            }
            _ => Ok(()),
        }
    }

    fn state(&self) -> PathBuf {
        self.path.join("state")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed is the system's to tidy up.
        let _ = fs::remove_dir_all(&self.path);
    }
}
