//! The redirect URI: kept letter by letter, because issuers compare it so (OpenID Connect
//! Core 1.0 section 3.1.2.1, RFC 3986 section 6.2.1).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

/// Where the issuer sends the browser back to, as written: no slash is added, no port left
/// out, no letter changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

/// The text is no redirect URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a redirect URI like `http://127.0.0.1:3000/callback`, found `{text}`: {why}")]
pub struct InvalidRedirectUri {
    text: String,
    why: String,
}

impl RedirectUri {
    /// Takes a URI as registered at the issuer.
    ///
    /// # Errors
    /// [`InvalidRedirectUri`] for what is no absolute URL, and for white space, which a
    /// browser would leave out and an issuer would not.
    pub fn parse(text: &str) -> Result<Self, InvalidRedirectUri> {
        let invalid = |why: String| InvalidRedirectUri { text: text.to_owned(), why };
        if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(invalid("it holds white space".to_owned()));
        }
        let url = Url::parse(text).map_err(|error| invalid(error.to_string()))?;
        Ok(Self { text: text.to_owned(), url })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As a program reads it.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The port that it names, also where it is the scheme's own.
    pub fn port(&self) -> Option<u16> {
        let (_, port) = self.authority().rsplit_once(':')?;
        port.parse().ok()
    }

    /// The same with this port.
    pub(crate) fn with_port(&self, port: u16) -> Result<Self, InvalidRedirectUri> {
        let authority = self.authority();
        let host = authority.strip_suffix(':').unwrap_or(authority);
        let start = self.text.len() - self.after_scheme().len();
        let (before, after) = (&self.text[..start], &self.text[start + authority.len()..]);
        Self::parse(&format!("{before}{host}:{port}{after}"))
    }

    /// The loopback addresses at which a program on this machine serves it, the first one
    /// first; `localhost` is both families (RFC 8252 section 7.3). `None` where none does: it
    /// is no plain `http` address of this machine.
    pub(crate) fn loopback_addresses(&self) -> Option<Vec<IpAddr>> {
        let addresses = match self.url.host()? {
            Host::Ipv4(address) if address == Ipv4Addr::LOCALHOST => vec![address.into()],
            Host::Ipv6(address) if address == Ipv6Addr::LOCALHOST => vec![address.into()],
            Host::Domain("localhost") => {
                vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
            }
            _ => return None,
        };
        let plain = self.url.scheme() == "http"
            && self.url.username().is_empty()
            && self.url.password().is_none()
            && self.url.query().is_none()
            && self.url.fragment().is_none();
        plain.then_some(addresses)
    }

    /// Host and port as written: what stands between `//` and the path.
    fn authority(&self) -> &str {
        let rest = self.after_scheme();
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let authority = &rest[..end];
        authority.rsplit_once('@').map_or(authority, |(_, host)| host)
    }

    fn after_scheme(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, rest)| rest)
    }
}

impl FromStr for RedirectUri {
    type Err = InvalidRedirectUri;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_stays() {
        for (text, port) in [
            ("http://localhost:8000", Some(8000)),
            ("http://localhost:80/cb", Some(80)),
            ("HTTP://LocalHost:8000/CB/../x", Some(8000)),
            ("http://[::1]:9/%7e", Some(9)),
            ("http://[::1]/", None),
            ("http://127.0.0.1", None),
            ("http://127.0.0.1:/cb", None),
            ("http://127.0.0.1/a:7/", None),
            ("urn:ietf:wg:oauth:2.0:oob", None),
        ] {
            let uri = RedirectUri::parse(text).unwrap();
            assert_eq!((uri.as_str(), uri.to_string().as_str(), uri.port()), (text, text, port));
        }
    }

    #[test]
    fn a_port_is_put_where_none_is() {
        for (text, expected) in [
            ("http://127.0.0.1", "http://127.0.0.1:7"),
            ("http://127.0.0.1:/cb", "http://127.0.0.1:7/cb"),
            ("http://localhost/cb", "http://localhost:7/cb"),
            ("http://[::1]/a:8/", "http://[::1]:7/a:8/"),
        ] {
            let uri = RedirectUri::parse(text).unwrap().with_port(7).unwrap();
            assert_eq!((uri.as_str(), uri.port()), (expected, Some(7)));
        }
    }

    #[test]
    fn only_this_machine_and_only_plain_addresses() {
        let (four, six) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST));
        for (uri, addresses) in [
            ("http://127.0.0.1:3000/auth/google/callback", Some(vec![four])),
            ("http://127.0.0.1/cb", Some(vec![four])),
            ("http://[::1]:3000/cb", Some(vec![six])),
            ("http://localhost:3000", Some(vec![four, six])),
            ("https://127.0.0.1:3000/cb", None),
            ("http://0.0.0.0:3000/cb", None),
            ("http://127.0.0.2:3000/cb", None),
            ("http://192.168.0.1:3000/cb", None),
            ("http://example.com/cb", None),
            ("http://localhost.example.com/cb", None),
            ("http://user@127.0.0.1:3000/cb", None),
            ("http://127.0.0.1:3000/cb?x=1", None),
            ("http://127.0.0.1:3000/cb#x", None),
            ("urn:ietf:wg:oauth:2.0:oob", None),
        ] {
            assert_eq!(RedirectUri::parse(uri).unwrap().loopback_addresses(), addresses, "{uri}");
        }
    }

    #[test]
    fn what_is_no_redirect_uri_is_refused() {
        for (text, why) in [
            ("127.0.0.1:3000/cb", "relative URL without a base"),
            ("", "relative URL without a base"),
            (" http://127.0.0.1/", "it holds white space"),
            ("http://127.0.0.1/a b", "it holds white space"),
            ("http://127.0.0.1/\n", "it holds white space"),
            ("http://127.0.0.1:99999/", "invalid port number"),
        ] {
            assert_eq!(
                RedirectUri::parse(text).unwrap_err().to_string(),
                format!(
                    "expected a redirect URI like `http://127.0.0.1:3000/callback`, found `{text}`: {why}"
                )
            );
        }
    }
}
