//! A client as it is described in JSON: in the issuer's own words, or as the file that Google's
//! console lets one download.

use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

use super::{Client, Redirects};

/// Why a description is of no client.
#[derive(Debug, Error)]
pub enum InvalidClient {
    /// It is no JSON, or has other members.
    #[error(transparent)]
    Malformed(#[from] serde_json::Error),
    /// Google's file is of one type.
    #[error("expected one of `web` and `installed` in Google's file")]
    Type,
    /// A web client comes back to known addresses only.
    #[error("a client of type `web` needs `redirect_uris`")]
    NoRedirects,
    /// The others have none to be told.
    #[error("a client of type `{0}` takes no `redirect_uris`")]
    Redirects(&'static str),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Description {
    Google(Downloaded),
    // What fits neither is told as this one's fault.
    Own(serde_json::Value),
}

/// `client_secret_….json`, a web or a desktop client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Downloaded {
    web: Option<DownloadedClient>,
    installed: Option<DownloadedClient>,
}

/// The members that matter to the issuer; the file has more.
#[derive(Deserialize)]
struct DownloadedClient {
    client_id: String,
    client_secret: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    client_id: String,
    r#type: ClientType,
    client_secret: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ClientType {
    Web,
    Desktop,
    Tv,
}

/// Reads `{"client_id", "type": "web" | "desktop" | "tv", "client_secret", "redirect_uris"}`, in
/// which a client without a secret is a public one, or Google's `{"web": {…}}` and
/// `{"installed": {…}}`.
impl FromStr for Client {
    type Err = InvalidClient;

    fn from_str(text: &str) -> Result<Self, InvalidClient> {
        match serde_json::from_str(text)? {
            Description::Google(Downloaded { web: Some(web), installed: None }) => Ok(Self {
                redirect_uris: exact(web.redirect_uris)?,
                client_id: web.client_id,
                client_secret: web.client_secret,
            }),
            // The redirect URIs in it are `http://localhost`, which means any port.
            Description::Google(Downloaded { web: None, installed: Some(installed) }) => Ok(Self {
                client_id: installed.client_id,
                client_secret: installed.client_secret,
                redirect_uris: Redirects::AnyLoopbackPort,
            }),
            Description::Google(_) => Err(InvalidClient::Type),
            Description::Own(own) => described(serde_json::from_value(own)?),
        }
    }
}

fn described(own: Own) -> Result<Client, InvalidClient> {
    let redirect_uris = match own.r#type {
        ClientType::Web => exact(own.redirect_uris)?,
        ClientType::Desktop => without(own.redirect_uris, Redirects::AnyLoopbackPort)?,
        ClientType::Tv => without(own.redirect_uris, Redirects::DeviceOnly)?,
    };
    Ok(Client { client_id: own.client_id, client_secret: own.client_secret, redirect_uris })
}

fn exact(redirect_uris: Vec<String>) -> Result<Redirects, InvalidClient> {
    match redirect_uris.is_empty() {
        true => Err(InvalidClient::NoRedirects),
        false => Ok(Redirects::Exact(redirect_uris)),
    }
}

fn without(redirect_uris: Vec<String>, redirects: Redirects) -> Result<Redirects, InvalidClient> {
    match redirect_uris.is_empty() {
        true => Ok(redirects),
        false => Err(InvalidClient::Redirects(redirects.client_type())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_client_can_be_described() {
        let redirect = "http://127.0.0.1:3000/cb";
        let web = r#"{"client_id": "a", "type": "web", "client_secret": "s",
            "redirect_uris": ["http://127.0.0.1:3000/cb"]}"#;
        assert_eq!(web.parse::<Client>().unwrap(), Client::web("a", "s", redirect));
        let public: Client = r#"{"client_id": "a", "type": "desktop"}"#.parse().unwrap();
        assert_eq!(public.redirect_uris, Redirects::AnyLoopbackPort);
        assert_eq!(public.client_secret, None);
        let tv: Client =
            r#"{"client_id": "a", "type": "tv", "client_secret": "s"}"#.parse().unwrap();
        assert_eq!(tv.redirect_uris, Redirects::DeviceOnly);
        let file = r#"{"installed": {"client_id": "a", "project_id": "p", "client_secret": "s",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "redirect_uris": ["http://localhost"]}}"#;
        assert_eq!(file.parse::<Client>().unwrap().redirect_uris, Redirects::AnyLoopbackPort);
        let file = r#"{"web": {"client_id": "a", "client_secret": "s",
            "redirect_uris": ["http://127.0.0.1:3000/cb"]}}"#;
        assert_eq!(file.parse::<Client>().unwrap(), Client::web("a", "s", redirect));
    }

    #[test]
    fn what_is_no_client_is_told() {
        for (text, told) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{}", "expected one of `web` and `installed` in Google's file"),
            (r#"{"client_id": "a"}"#, "missing field `type`"),
            (
                r#"{"client_id": "a", "type": "spa"}"#,
                "unknown variant `spa`, expected one of `web`, `desktop`, `tv`",
            ),
            (
                r#"{"client_id": "a", "type": "web", "secret": "s"}"#,
                "unknown field `secret`, expected one of `client_id`, `type`, `client_secret`, \
                 `redirect_uris`",
            ),
            (
                r#"{"client_id": "a", "type": "web"}"#,
                "a client of type `web` needs `redirect_uris`",
            ),
            (
                r#"{"client_id": "a", "type": "tv", "redirect_uris": ["http://127.0.0.1/"]}"#,
                "a client of type `tv` takes no `redirect_uris`",
            ),
            (r#"{"web": {"client_id": "a"}}"#, "a client of type `web` needs `redirect_uris`"),
        ] {
            assert_eq!(text.parse::<Client>().unwrap_err().to_string(), told, "{text}");
        }
    }
}
