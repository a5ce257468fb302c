//! The OAuth client a person registered at the issuer.

use fed_types::{Hint, Secret, Step};
use serde::Deserialize;

use crate::client_authentication::ClientAuthentication;
use crate::redirect_uri::RedirectUri;

/// An OAuth client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Not a secret.
    pub client_id: String,
    /// How it proves who it is. Google wants a secret even with PKCE, of "Web application" and
    /// of "Desktop app" clients.
    pub authentication: ClientAuthentication,
}

impl Client {
    /// One with a secret, or a public one.
    pub fn new(client_id: impl Into<String>, client_secret: Option<Secret>) -> Self {
        let authentication =
            client_secret.map_or(ClientAuthentication::None, ClientAuthentication::secret);
        Self { client_id: client_id.into(), authentication }
    }
}

/// The kind of client in a Google `client_secret_….json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoogleClientKind {
    /// "Web application": the redirect URI must be one of those registered, exactly.
    Web,
    /// "Desktop app": any free loopback port will do.
    Installed,
}

/// What the Google console offers for download when a client is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleClientFile {
    /// The kind.
    pub kind: GoogleClientKind,
    /// The client's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// The redirect URIs registered.
    pub redirect_uris: Vec<RedirectUri>,
}

/// The text is no `client_secret_….json`. Never holds the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClientFile {
    /// Not JSON.
    #[error(
        "expected Google's `client_secret_….json`, found text that is not JSON (line {line}, column {column})"
    )]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// Neither `web` nor `installed`.
    #[error(
        "expected Google's `client_secret_….json` with a `web` or `installed` object, found {0}"
    )]
    Kind(&'static str),
    /// A field is missing or malformed.
    #[error("the client file's `{0}` is missing or malformed")]
    Field(&'static str),
}

impl InvalidClientFile {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Kind("a service account's key") => Some(Hint::to(
                "a service account needs no sign-in; for a person make an OAuth client of type `Web application` or `Desktop app`; on Google Cloud",
                Step::Source("gcp-metadata"),
            )),
            _ => Some(
                "download it anew: Google Cloud console, `APIs & Services`, `Credentials`, the client, `Download JSON`".into(),
            ),
        }
    }
}

#[derive(Deserialize)]
struct Fields {
    client_id: Option<String>,
    client_secret: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
}

impl GoogleClientFile {
    /// Reads the file's text.
    ///
    /// # Errors
    /// [`InvalidClientFile`].
    pub fn parse(text: &str) -> Result<Self, InvalidClientFile> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            InvalidClientFile::NotJson { line: error.line(), column: error.column() }
        })?;
        let (kind, fields) = match (value.get("web"), value.get("installed")) {
            (Some(fields), None) => (GoogleClientKind::Web, fields),
            (None, Some(fields)) => (GoogleClientKind::Installed, fields),
            (Some(_), Some(_)) => return Err(InvalidClientFile::Kind("both")),
            (None, None) if value.get("private_key").is_some() => {
                return Err(InvalidClientFile::Kind("a service account's key"));
            }
            (None, None) => return Err(InvalidClientFile::Kind("neither")),
        };
        let fields =
            Fields::deserialize(fields).map_err(|_| InvalidClientFile::Field("redirect_uris"))?;
        let given = |field: Option<String>, name| {
            field.filter(|text| !text.is_empty()).ok_or(InvalidClientFile::Field(name))
        };
        Ok(Self {
            kind,
            client_id: given(fields.client_id, "client_id")?,
            client_secret: Secret::new(given(fields.client_secret, "client_secret")?),
            redirect_uris: fields
                .redirect_uris
                .iter()
                .map(|uri| RedirectUri::parse(uri))
                .collect::<Result<_, _>>()
                .map_err(|_| InvalidClientFile::Field("redirect_uris"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_read() {
        let web = r#"{"web":{"client_id":"c.apps.googleusercontent.com","client_secret":"canary","redirect_uris":["http://127.0.0.1:3000/auth/google/callback"],"project_id":"p"}}"#;
        let file = GoogleClientFile::parse(web).unwrap();
        assert_eq!(file.kind, GoogleClientKind::Web);
        assert_eq!(file.redirect_uris[0].as_str(), "http://127.0.0.1:3000/auth/google/callback");
        assert!(!format!("{file:?}").contains("canary"));
        let desktop = r#"{"installed":{"client_id":"c","client_secret":"s"}}"#;
        assert_eq!(GoogleClientFile::parse(desktop).unwrap().kind, GoogleClientKind::Installed);
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_shown() {
        for (text, message) in [
            (
                "canary",
                "expected Google's `client_secret_….json`, found text that is not JSON (line 1, column 1)",
            ),
            (
                r#"{"client_id":"canary"}"#,
                "expected Google's `client_secret_….json` with a `web` or `installed` object, found neither",
            ),
            (
                r#"{"type":"service_account","private_key":"canary"}"#,
                "expected Google's `client_secret_….json` with a `web` or `installed` object, found a service account's key",
            ),
            (
                r#"{"web":{},"installed":{}}"#,
                "expected Google's `client_secret_….json` with a `web` or `installed` object, found both",
            ),
            (
                r#"{"web":{"client_secret":"canary"}}"#,
                "the client file's `client_id` is missing or malformed",
            ),
            (
                r#"{"web":{"client_id":"c"}}"#,
                "the client file's `client_secret` is missing or malformed",
            ),
            (
                r#"{"web":{"client_id":"c","client_secret":""}}"#,
                "the client file's `client_secret` is missing or malformed",
            ),
            (
                r#"{"web":{"client_id":"c","client_secret":"canary","redirect_uris":["x"]}}"#,
                "the client file's `redirect_uris` is missing or malformed",
            ),
        ] {
            let error = GoogleClientFile::parse(text).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(!format!("{error:?}").contains("canary"));
        }
    }

    #[test]
    fn who_has_a_service_accounts_key_is_told_of_another_way() {
        let hint = |text: &str| GoogleClientFile::parse(text).unwrap_err().hint().unwrap();
        let key = hint(r#"{"type":"service_account","private_key":"canary"}"#).to_string();
        assert!(key.starts_with("a service account needs no sign-in; "), "{key}");
        let neither = hint(r#"{"client_id":"canary"}"#).to_string();
        assert!(neither.starts_with("download it anew: "), "{neither}");
    }
}
