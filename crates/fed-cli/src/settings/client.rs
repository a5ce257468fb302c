//! The OAuth client: its id, and its secret from where it is kept.

use std::process::{Command, Stdio};

use fed_types::{Secret, text_of};
use oidc_client::{Client, GoogleClientFile};

use super::{Settings, unreadable};
use crate::advice::told;
use crate::config::ConfigError;
use crate::host::{Files, Host};

impl Settings {
    /// The OAuth client. The secret is read from file, environment or command here and
    /// now, and from nowhere else: never from an option's value.
    ///
    /// # Errors
    /// [`ConfigError`] when the id is missing, or the secret cannot be had.
    pub(crate) fn client(&self, host: &Host) -> Result<Client, ConfigError> {
        let profile = &self.profile;
        let given: Vec<&'static str> = [
            ("client_secret_file", profile.client_secret_file.is_some()),
            ("client_secret_env", profile.client_secret_env.is_some()),
            ("client_secret_command", profile.client_secret_command.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, given)| given.then_some(key))
        .collect();
        if given.len() > 1 {
            return Err(ConfigError::Conflict { keys: given });
        }
        let mut client_id = profile.client_id.clone();
        let client_secret = if let Some(path) = &profile.client_secret_file {
            let text = host
                .files
                .read_secret(path)
                .map_err(|error| unreadable("client_secret_file", path, &error))?;
            if text.expose().starts_with('{') {
                let file = google_client_file(text.expose())?;
                same_client(client_id.as_deref(), &file.client_id)?;
                client_id = Some(file.client_id);
                Some(file.client_secret)
            } else {
                Some(text)
            }
        } else if let Some(name) = &profile.client_secret_env {
            Some(from_environment(host, name)?)
        } else if let Some(words) = &profile.client_secret_command {
            Some(from_command(words)?)
        } else {
            None
        };
        if client_secret.as_ref().is_some_and(Secret::is_empty) {
            return Err(invalid(
                given.first().copied().unwrap_or("client_secret_file"),
                "it is empty",
            ));
        }
        let client_id =
            self.required(client_id.as_ref(), "OAuth client id", "client_id", "--client-id")?;
        let authentication = self.client_authentication(host, client_secret)?;
        Ok(Client { client_id: client_id.clone(), authentication })
    }
}

impl Settings {
    /// The OAuth client's id, without asking for its secret: the one configured, or that of
    /// Google's client file.
    pub(crate) fn client_id(&self, files: &Files) -> Option<String> {
        let profile = &self.profile;
        let of_file = || {
            let text = files.read_secret(profile.client_secret_file.as_deref()?).ok()?;
            GoogleClientFile::parse(text.expose()).ok().map(|file| file.client_id)
        };
        profile.client_id.clone().or_else(of_file)
    }
}

/// Google's `client_secret_….json`.
fn google_client_file(text: &str) -> Result<GoogleClientFile, ConfigError> {
    GoogleClientFile::parse(text).map_err(|error| ConfigError::Invalid {
        key: "client_secret_file",
        why: error.to_string(),
        hint: error.hint().map(|hint| told(&hint, None)),
    })
}

fn same_client(configured: Option<&str>, found: &str) -> Result<(), ConfigError> {
    match configured {
        Some(configured) if configured != found => Err(invalid(
            "client_secret_file",
            &format!("expected the secret of client `{configured}`, found that of `{found}`"),
        )),
        _ => Ok(()),
    }
}

fn from_environment(host: &Host, name: &str) -> Result<Secret, ConfigError> {
    host.environment
        .text(name)
        .map(|text| Secret::new(text.trim()))
        .ok_or_else(|| invalid("client_secret_env", &format!("the variable `{name}` is not set")))
}

/// What the command prints, white space around it removed. Its stderr goes to ours, so
/// that it can ask for a password.
fn from_command(words: &[String]) -> Result<Secret, ConfigError> {
    let key = "client_secret_command";
    let (program, arguments) =
        words.split_first().ok_or_else(|| invalid(key, "it names no command"))?;
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| invalid(key, &format!("could not run `{program}`: {error}")))?;
    if !output.status.success() {
        return Err(invalid(key, &format!("`{program}` ended with {}", output.status)));
    }
    let text = text_of(output.stdout)
        .map_err(|error| invalid(key, &format!("`{program}` printed what is {error}")))?;
    Ok(Secret::new(text.trim()))
}

fn invalid(key: &'static str, why: &str) -> ConfigError {
    ConfigError::Invalid { key, why: why.to_owned(), hint: None }
}
