//! The proxies that the environment names.

use fed_types::{Proxies, Secret};
use url::Url;

use crate::config::ConfigError;
use crate::environment::{ALL_PROXY, Environment, HTTP_PROXY, HTTPS_PROXY, NO_PROXY};

/// The proxies, as curl and the AWS tools read them: a variable in lower case outranks the
/// one in upper case.
///
/// # Errors
/// [`ConfigError::Invalid`] for what is no proxy; its text does not repeat the value, which
/// may hold a password.
pub(crate) fn proxies(environment: &Environment) -> Result<Proxies, ConfigError> {
    let named = |name: &'static str| match text(environment, name) {
        Some(text) => parse(text, name).map(Some),
        None => Ok(None),
    };
    let named_or_all = |name| match named(name)? {
        Some(proxy) => Ok(Some(proxy)),
        None => named(ALL_PROXY),
    };
    let (https, http) = (named_or_all(HTTPS_PROXY)?, named_or_all(HTTP_PROXY)?);
    Ok(Proxies::new(https, http, text(environment, NO_PROXY).unwrap_or_default()))
}

fn text<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    environment.text(&name.to_ascii_lowercase()).or_else(|| environment.text(name))
}

/// The port of SOCKS (RFC 1928), where the URL names none.
const SOCKS: u16 = 1080;

/// The schemes of proxies. With an `h` or an `a` at the end the proxy looks names up.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// A proxy's URL; without a scheme it is `http`.
fn parse(text: &str, name: &'static str) -> Result<Secret, ConfigError> {
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    match Url::parse(&with_scheme) {
        Ok(mut url) if SCHEMES.contains(&url.scheme()) && url.has_host() => {
            if url.scheme().starts_with("socks") && url.port().is_none() {
                // Only what has no host takes no port.
                let _ = url.set_port(Some(SOCKS));
            }
            Ok(Secret::new(url.as_str()))
        }
        _ => Err(ConfigError::Invalid {
            key: name,
            why: "expected a proxy like `http://host:port` or `socks5h://host:port`, found \
                  another form"
                .to_owned(),
            hint: Some(format!("correct `{name}`, or name exceptions in `{NO_PROXY}`")),
        }),
    }
}

/// A builder whose clients go through the proxies, whatever the environment says.
pub(super) fn through(
    proxies: &Proxies,
    builder: reqwest::ClientBuilder,
) -> reqwest::Result<reqwest::ClientBuilder> {
    let mut builder = builder.no_proxy();
    let exceptions = reqwest::NoProxy::from_string(&proxies.exceptions());
    if let Some(url) = proxies.for_https() {
        builder = builder.proxy(reqwest::Proxy::https(url.expose())?.no_proxy(exceptions.clone()));
    }
    if let Some(url) = proxies.for_http() {
        builder = builder.proxy(reqwest::Proxy::http(url.expose())?.no_proxy(exceptions));
    }
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<(Option<String>, Option<String>), ConfigError> {
        let proxies = proxies(&Environment::new(variables.iter().copied()))?;
        let shown = |url: Option<&Secret>| url.map(|url| url.expose().to_owned());
        Ok((shown(proxies.for_https()), shown(proxies.for_http())))
    }

    #[test]
    fn each_scheme_has_its_own_and_lower_case_outranks() {
        let url = |text: &str| Some(text.to_owned());
        assert_eq!(read(&[]).unwrap(), (None, None));
        assert_eq!(read(&[("HTTPS_PROXY", "p:3128")]).unwrap(), (url("http://p:3128/"), None));
        assert_eq!(
            read(&[("HTTPS_PROXY", "http://a"), ("https_proxy", "http://b"), ("ALL_PROXY", "c")])
                .unwrap(),
            (url("http://b/"), url("http://c/"))
        );
        assert_eq!(
            read(&[("HTTPS_PROXY", "socks5://u:p@[::1]"), ("ALL_PROXY", "SOCKS5H://p:9050")])
                .unwrap(),
            (url("socks5://u:p@[::1]:1080"), url("socks5h://p:9050"))
        );
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_being_shown() {
        for text in
            ["http://", "socks9://u:canary@p:1080", "socks5://u:canary@p:99999", "ftp://canary"]
        {
            let error = read(&[("HTTPS_PROXY", text)]).unwrap_err();
            let shown = format!("{error} {error:?} {:?}", error.hint());
            assert!(shown.contains("HTTPS_PROXY") && !shown.contains("canary"), "{shown}");
        }
    }
}
