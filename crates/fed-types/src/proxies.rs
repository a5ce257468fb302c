//! Through which proxies to go.

use crate::Secret;

/// The proxies to other machines. Their URLs may hold a password, so they are secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    https: Option<Secret>,
    http: Option<Secret>,
    exceptions: String,
}

/// What no proxy is ever asked for: this machine itself, and the link-local addresses where
/// a cloud tells a machine its own credentials.
const NEVER: &str = "localhost,127.0.0.0/8,::1,169.254.0.0/16,fd00:ec2::254";

impl Proxies {
    /// No proxy at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// For `https` and for `http` addresses. `exceptions` is what `NO_PROXY` holds: host
    /// names, domains, addresses and networks with commas between them, or `*`.
    pub fn new(https: Option<Secret>, http: Option<Secret>, exceptions: &str) -> Self {
        Self { https, http, exceptions: exceptions.to_owned() }
    }

    /// The URL of the proxy for `https` addresses.
    pub fn for_https(&self) -> Option<&Secret> {
        self.https.as_ref()
    }

    /// The URL of the proxy for `http` addresses.
    pub fn for_http(&self) -> Option<&Secret> {
        self.http.as_ref()
    }

    /// Whether the proxy of this URL speaks SOCKS, and not HTTP.
    pub fn is_socks(url: &Secret) -> bool {
        url.expose().starts_with("socks")
    }

    /// What is asked for directly, in the form of `NO_PROXY`; this machine always is.
    pub fn exceptions(&self) -> String {
        match self.exceptions.trim() {
            "" => NEVER.to_owned(),
            "*" => "*".to_owned(),
            given => format!("{given},{NEVER}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_always_an_exception() {
        assert_eq!(Proxies::none().exceptions(), NEVER);
        assert_eq!(Proxies::new(None, None, "*").exceptions(), "*");
        let proxies = Proxies::new(None, None, "example.com, .internal");
        assert_eq!(proxies.exceptions(), format!("example.com, .internal,{NEVER}"));
    }

    #[test]
    fn each_scheme_has_its_own() {
        let (https, http) = (Secret::new("http://a"), Secret::new("http://b"));
        let proxies = Proxies::new(Some(https.clone()), Some(http.clone()), "");
        assert_eq!((proxies.for_https(), proxies.for_http()), (Some(&https), Some(&http)));
        assert_eq!((Proxies::none().for_https(), Proxies::none().for_http()), (None, None));
    }

    #[test]
    fn a_password_is_not_shown() {
        let proxies = Proxies::new(Some(Secret::new("http://u:canary@p")), None, "");
        assert!(!format!("{proxies:?}").contains("canary"));
    }
}
