//! Who issues tokens.

use std::fmt;

use url::Url;

use crate::http_client::is_secure;

/// Google's issuer identifier.
const GOOGLE: &str = "https://accounts.google.com";

/// The second spelling of it, in older Google tokens (aws-truth.md, "Google as an OpenID
/// provider").
const GOOGLE_WITHOUT_SCHEME: &str = "accounts.google.com";

/// An issuer identifier (OpenID Connect Core 1.0 section 2, `iss`): an https URL without
/// query and fragment, compared character by character. Plain http is taken on loopback
/// addresses, for tests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

/// The text cannot be an issuer identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// Not a URL.
    #[error("expected an issuer like `https://accounts.google.com`, found `{0}`")]
    NotAUrl(String),
    /// Neither https nor loopback.
    #[error("expected an https issuer, found `{0}`")]
    Insecure(String),
    /// With query or fragment.
    #[error("expected an issuer without query and fragment, found `{0}`")]
    QueryOrFragment(String),
}

impl InvalidIssuer {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotAUrl(text) if !text.contains("://") => format!("write `https://{text}`"),
            _ => "take the `issuer` of the provider's `/.well-known/openid-configuration`".into(),
        }
    }
}

impl Issuer {
    /// Takes an identifier as configured, kept exactly as written.
    ///
    /// # Errors
    /// [`InvalidIssuer`].
    pub fn parse(text: &str) -> Result<Self, InvalidIssuer> {
        let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAUrl(text.to_owned()))?;
        if !url.has_host() {
            return Err(InvalidIssuer::NotAUrl(text.to_owned()));
        }
        if !is_secure(&url) {
            return Err(InvalidIssuer::Insecure(text.to_owned()));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidIssuer::QueryOrFragment(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is Google, which departs from the specification in a few places.
    pub fn is_google(&self) -> bool {
        self.0 == GOOGLE
    }

    /// Whether a token's `iss` claim names this issuer: the same text, or Google's other
    /// spelling.
    pub fn accepts(&self, claim: &str) -> bool {
        claim == self.0 || (self.is_google() && claim == GOOGLE_WITHOUT_SCHEME)
    }

    /// Where its discovery document is (OpenID Connect Discovery 1.0 section 4).
    pub(crate) fn discovery_url(&self) -> Option<Url> {
        let base = self.0.strip_suffix('/').unwrap_or(&self.0);
        Url::parse(&format!("{base}/.well-known/openid-configuration")).ok()
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_google_has_two_spellings() {
        let google = Issuer::parse("https://accounts.google.com").unwrap();
        let other = Issuer::parse("https://login.example.com").unwrap();
        assert!(google.accepts("https://accounts.google.com"));
        assert!(google.accepts("accounts.google.com"));
        for claim in [
            "https://accounts.google.com/",
            "http://accounts.google.com",
            "https://accounts.google.com.example.com",
            "Accounts.google.com",
            "",
        ] {
            assert!(!google.accepts(claim), "{claim}");
        }
        assert!(!other.accepts("login.example.com"));
        assert!(!other.accepts("accounts.google.com"));
    }

    #[test]
    fn what_cannot_be_an_issuer_is_refused() {
        for (text, message) in [
            (
                "accounts.google.com",
                "expected an issuer like `https://accounts.google.com`, found `accounts.google.com`",
            ),
            ("http://example.com", "expected an https issuer, found `http://example.com`"),
            (
                "https://example.com?a",
                "expected an issuer without query and fragment, found `https://example.com?a`",
            ),
            (
                "https://example.com#a",
                "expected an issuer without query and fragment, found `https://example.com#a`",
            ),
        ] {
            assert_eq!(Issuer::parse(text).unwrap_err().to_string(), message);
        }
        assert_eq!(
            Issuer::parse("accounts.google.com").unwrap_err().hint(),
            "write `https://accounts.google.com`"
        );
    }

    #[test]
    fn the_document_is_below_the_path() {
        for (issuer, document) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/t/1", "https://a.example/t/1/.well-known/openid-configuration"),
        ] {
            assert_eq!(Issuer::parse(issuer).unwrap().discovery_url().unwrap().as_str(), document);
        }
    }
}
