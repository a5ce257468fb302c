//! Issuer, client and source of the ID token.

use std::path::PathBuf;

use oidc_client::{Issuer, RedirectUri};
use url::Url;

use super::Settings;
use crate::config::ConfigError;

/// Where the ID token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A person signs in, in a browser on this machine.
    Browser,
    /// A person signs in on another machine, with a code.
    Device,
    /// A person signs in anywhere and pastes the address they end up at.
    Paste,
    /// GitHub Actions gives it.
    GithubActions,
    /// GitLab put it into a variable.
    Gitlab,
    /// Google's metadata server gives it.
    GcpMetadata,
    /// A file holds it; `-` is standard input.
    File(Option<PathBuf>),
    /// An environment variable holds it.
    Environment(String),
    /// A command prints it.
    Command(Vec<String>),
}

const SOURCES: [&str; 9] = [
    "browser",
    "device",
    "paste",
    "github-actions",
    "gitlab",
    "gcp-metadata",
    "file",
    "env",
    "command",
];

impl Source {
    /// The name it has in the configuration.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Device => "device",
            Self::Paste => "paste",
            Self::GithubActions => "github-actions",
            Self::Gitlab => "gitlab",
            Self::GcpMetadata => "gcp-metadata",
            Self::File(_) => "file",
            Self::Environment(_) => "env",
            Self::Command(_) => "command",
        }
    }

    /// Whether a person signs in.
    pub(crate) fn needs_person(&self) -> bool {
        matches!(self, Self::Browser | Self::Device | Self::Paste)
    }
}

impl Settings {
    /// Where the ID token comes from.
    ///
    /// # Errors
    /// [`ConfigError`] for an unknown source, and for one whose parts are not all there.
    pub(crate) fn source(&self) -> Result<Source, ConfigError> {
        let profile = &self.profile;
        let given: Vec<&'static str> = [
            ("token_file", profile.token_file.is_some()),
            ("token_env", profile.token_env.is_some()),
            ("token_command", profile.token_command.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, given)| given.then_some(key))
        .collect();
        if given.len() > 1 {
            return Err(ConfigError::Conflict { keys: given });
        }
        let missing = |what, key| ConfigError::Missing {
            what,
            key,
            option: "--web-identity-token-file",
            profile: self.name.clone(),
            nowhere: self.nowhere.clone(),
        };
        match profile.source.as_deref().unwrap_or("browser") {
            "browser" => Ok(Source::Browser),
            "device" => Ok(Source::Device),
            "paste" => Ok(Source::Paste),
            "github-actions" => Ok(Source::GithubActions),
            "gitlab" => Ok(Source::Gitlab),
            "gcp-metadata" => Ok(Source::GcpMetadata),
            "file" => Ok(Source::File(profile.token_file.clone())),
            "env" => match &profile.token_env {
                Some(name) => Ok(Source::Environment(name.clone())),
                None => Err(missing("variable with the token", "token_env")),
            },
            "command" => match &profile.token_command {
                Some(words) if !words.is_empty() => Ok(Source::Command(words.clone())),
                _ => Err(missing("command that prints the token", "token_command")),
            },
            other => Err(ConfigError::Invalid {
                key: "source",
                why: format!("expected one of `{}`, found `{other}`", SOURCES.join("`, `")),
                hint: fed_types::did_you_mean(other, SOURCES),
            }),
        }
    }

    /// The issuer.
    ///
    /// # Errors
    /// [`ConfigError`] when there is none, or it cannot be one.
    pub(crate) fn issuer(&self) -> Result<Issuer, ConfigError> {
        let text = self.required(self.profile.issuer.as_ref(), "issuer", "issuer", "--issuer")?;
        Issuer::parse(text).map_err(|error| ConfigError::Invalid {
            key: "issuer",
            why: error.to_string(),
            hint: Some(error.hint()),
        })
    }

    /// Where the discovery document is, when not at the issuer.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is no URL.
    pub(crate) fn discovery_url(&self) -> Result<Option<Url>, ConfigError> {
        url(self.profile.discovery_url.as_deref(), "discovery_url")
    }

    /// Where the browser comes back to; `None`: any free loopback port.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is none.
    pub(crate) fn redirect_uri(&self) -> Result<Option<RedirectUri>, ConfigError> {
        let text = self.profile.redirect_uri.as_deref();
        text.map(RedirectUri::parse).transpose().map_err(|error| ConfigError::Invalid {
            key: "redirect_uri",
            why: error.to_string(),
            hint: None,
        })
    }
}

fn url(text: Option<&str>, key: &'static str) -> Result<Option<Url>, ConfigError> {
    text.map(|text| {
        Url::parse(text).map_err(|error| ConfigError::Invalid {
            key,
            why: format!("expected a URL, found `{text}`: {error}"),
            hint: None,
        })
    })
    .transpose()
}
