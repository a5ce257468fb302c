//! A home of its own for the measured programs; removed at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::could_not;
use super::sts::Sts;
use crate::failure::Failure;
use crate::own_folder::OwnFolder;

/// Header and claims that can be read, and no signature: whether it is genuine is for STS
/// to say, and the one here does not ask.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJleHAiOjQwNzA5MDg4MDB9.unsigned";

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}"#;

/// It admits the subject of the foreign token, but not its audience.
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringEquals": {"accounts.google.com:aud": "client",
                                   "accounts.google.com:sub": "113632458324056836621"}}}]}"#;

/// A token for another client, of now.
fn foreign() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let claims = format!(
        "{{\"iss\":\"https://accounts.google.com\",\"aud\":\"other\",\"sub\":\
         \"113632458324056836621\",\"iat\":{},\"exp\":4070908800}}",
        since.as_secs()
    );
    let header = TOKEN.split('.').next().unwrap_or_default();
    format!("{header}.{}.unsigned", base64url(claims.as_bytes()))
}

/// Source: RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let letter = (bits >> (18 - 6 * place)) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

pub(super) struct Place {
    folder: OwnFolder,
}

impl Place {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self { folder: OwnFolder::new("bench")? })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A profile whose ID token is in a file and whose STS is `sts`, and the same among a thousand;
    /// and the one for `login`.
    pub(super) fn configure(&self, sts: &Sts, login: &str) -> Result<(), Failure> {
        let profile = |name: &str| {
            format!(
                "[profile.{name}]\nissuer = 'https://accounts.google.com'\nsource = 'file'\n\
                 token_file = 'token'\nrole_arn = 'arn:aws:iam::278805249149:role/r'\n\
                 role_session_name = 'bench'\nregion = 'ap-northeast-2'\nendpoint_url = '{}'\n\n",
                sts.url()
            )
        };
        let bench = profile("bench");
        let others = |numbers: std::ops::Range<usize>| -> String {
            numbers.map(|number| profile(&format!("company-{number}"))).collect()
        };
        self.write("many.toml", &format!("{}{bench}{}", others(0..500), others(500..999)))?;
        self.write("config.toml", &bench)?;
        self.write("login.toml", login)?;
        self.write("token", TOKEN)?;
        self.write("foreign", &foreign())?;
        self.write("policy.json", POLICY)?;
        self.write("trust.json", TRUST)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)
            .map_err(|error| could_not(&format!("write `{}`", path.display()), &error))
    }

    /// `credential-process` with the profile and nothing else in its environment.
    pub(super) fn command(&self, fed_cli: &Path) -> Command {
        let mut command = Command::new(fed_cli);
        command
            .args(["credential-process", "--profile", "bench"])
            .env_clear()
            .env("HOME", self.folder.path())
            .env("FED_CONFIG", self.folder.path().join("config.toml"))
            .env("FED_STATE_DIR", self.state());
        command
    }

    /// The same, where a thousand profiles are in the file.
    pub(super) fn one_of_many(&self, fed_cli: &Path) -> Command {
        let mut command = self.command(fed_cli);
        command.env("FED_CONFIG", self.path().join("many.toml"));
        command
    }

    /// `login`, which shows the address instead of opening it.
    pub(super) fn login(&self, fed_cli: &Path) -> Command {
        let mut command = Command::new(fed_cli);
        command
            .args(["login", "--no-browser"])
            .env_clear()
            .env("HOME", self.path())
            .env("FED_CONFIG", self.path().join("login.toml"))
            .env("FED_STATE_DIR", self.path().join("signed-in"));
        command
    }

    /// `explain` with the profile, in the place's folder.
    pub(super) fn explain(&self, fed_cli: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(fed_cli);
        command
            .args(["explain", "--profile", "bench"])
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("FED_CONFIG", self.folder.path().join("config.toml"));
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
        self.folder.path().join("state")
    }
}

#[cfg(test)]
mod tests {
    use super::base64url;

    #[test]
    fn base64url_has_no_padding() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foo?>", "Zm9vPz4")]
        {
            assert_eq!(base64url(bytes.as_bytes()), text);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
