//! The OAuth clients the issuer knows.

mod description;

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

pub use description::InvalidClient;

/// A registered OAuth client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; with `None` the client is public and must send none.
    /// Google gives every client one and asks for it, PKCE or not.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Where an authorization response may go.
    pub redirect_uris: Redirects,
}

/// The redirect URIs of a client: Google's kinds of OAuth client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Redirects {
    /// "Web application": one of these, character by character.
    Exact(Vec<String>),
    /// "Desktop app": `http` on any port of 127.0.0.1, `[::1]` or `localhost`,
    /// any path (RFC 8252 §7.3).
    AnyLoopbackPort,
    /// "TVs and Limited Input devices": none; the device flow only.
    DeviceOnly,
}

impl Redirects {
    /// `web`, `desktop` or `tv`.
    pub(crate) fn client_type(&self) -> &'static str {
        match self {
            Self::Exact(_) => "web",
            Self::AnyLoopbackPort => "desktop",
            Self::DeviceOnly => "tv",
        }
    }
}

/// The one way in which a client may prove who it is, where it may not choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMethod {
    /// `client_secret_basic`.
    SecretBasic,
    /// `client_secret_post`.
    SecretPost,
    /// `private_key_jwt`.
    PrivateKeyJwt {
        /// The public half, RSA or P-256, in PEM.
        public_key_pem: String,
    },
}

impl Client {
    /// A confidential "Web application" client.
    pub fn web(client_id: &str, client_secret: &str, redirect_uri: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret: Some(client_secret.to_owned()),
            redirect_uris: Redirects::Exact(vec![redirect_uri.to_owned()]),
        }
    }

    /// Whether `redirect_uri` is one of this client's (RFC 6749 §3.1.2.3).
    pub fn accepts_redirect_uri(&self, redirect_uri: &str) -> bool {
        match &self.redirect_uris {
            Redirects::Exact(list) => list.iter().any(|known| known == redirect_uri),
            Redirects::AnyLoopbackPort => is_loopback(redirect_uri),
            Redirects::DeviceOnly => false,
        }
    }

    /// Compared in constant time. A public client has no right secret.
    pub(crate) fn accepts_secret(&self, client_secret: &str) -> bool {
        self.client_secret.as_ref().is_some_and(|right| {
            verify_slices_are_equal(right.as_bytes(), client_secret.as_bytes()).is_ok()
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret.as_ref().map(|_| "[redacted]"))
            .field("redirect_uris", &self.redirect_uris)
            .finish()
    }
}

fn is_loopback(redirect_uri: &str) -> bool {
    let Ok(url) = Url::parse(redirect_uri) else { return false };
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    loopback && url.scheme() == "http" && url.username().is_empty() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(redirect_uris: Redirects, redirect_uri: &str) -> bool {
        Client { client_id: "c".into(), client_secret: None, redirect_uris }
            .accepts_redirect_uri(redirect_uri)
    }

    #[test]
    fn a_web_client_matches_exactly() {
        let exact = || Redirects::Exact(vec!["http://127.0.0.1:3000/cb".into()]);
        assert!(accepts(exact(), "http://127.0.0.1:3000/cb"));
        for wrong in [
            "http://127.0.0.1:3000/cb/",
            "http://127.0.0.1:3001/cb",
            "http://localhost:3000/cb",
            "https://127.0.0.1:3000/cb",
            "http://127.0.0.1:3000/cb?x=1",
            "",
        ] {
            assert!(!accepts(exact(), wrong), "{wrong}");
        }
    }

    #[test]
    fn a_desktop_client_takes_loopback_only() {
        for right in ["http://127.0.0.1:49152/", "http://[::1]:1/a", "http://localhost:8000"] {
            assert!(accepts(Redirects::AnyLoopbackPort, right), "{right}");
        }
        for wrong in [
            "https://127.0.0.1:1/",
            "http://127.0.0.1.example.com/",
            "http://10.0.0.1/",
            "http://user@127.0.0.1/",
            "http://127.0.0.1/#fragment",
            "not a url",
        ] {
            assert!(!accepts(Redirects::AnyLoopbackPort, wrong), "{wrong}");
        }
        assert!(!accepts(Redirects::DeviceOnly, "http://127.0.0.1:1/"));
    }

    #[test]
    fn debug_hides_the_secret_and_a_public_client_has_none() {
        let client = Client::web("id", "hush", "http://127.0.0.1/cb");
        assert!(!format!("{client:?}").contains("hush"));
        assert!(client.accepts_secret("hush"));
        assert!(!client.accepts_secret("hus"));
        let public = Client { client_secret: None, ..client };
        assert!(!public.accepts_secret(""));
    }
}
