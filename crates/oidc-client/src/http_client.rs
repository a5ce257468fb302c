//! HTTP as this crate allows it: no redirects, https except on loopback, limits on time
//! and size.

mod encoding;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use fed_types::{Hint, Proxies, Secret, Step, UnixTime, is_untrusted_certificate, shell_line};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Identity, Method, NoProxy, Proxy, RequestBuilder};
use serde_json::Value;
use url::{Host, Url};

use encoding::decoded;

/// How much we put up with from a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// For one request, from connecting to the last byte.
    pub timeout: Duration,
    /// The longest body read, in bytes.
    pub body_bytes: usize,
}

impl HttpLimits {
    /// Ten seconds, one megabyte.
    pub const STANDARD: Self = Self { timeout: Duration::from_secs(10), body_bytes: 1 << 20 };
}

/// Sends the requests of this crate. Cheap to make and to clone: what talks TLS reads the
/// system's certificates, which takes a while, and is made when first needed.
#[derive(Clone, Debug)]
pub struct HttpClient {
    remote: Arc<OnceLock<reqwest::Client>>,
    nearby: reqwest::Client,
    limits: HttpLimits,
    proxies: Proxies,
    roots: Vec<Certificate>,
    identity: Option<Identity>,
}

/// An answer, whatever its status.
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why a request got no usable answer. URLs are shown without their query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The TLS or HTTP machinery could not be set up.
    #[error("cannot set up HTTP")]
    Setup(#[source] reqwest::Error),
    /// A bundle of certificate authorities without any.
    #[error("expected certificates in PEM, found none")]
    NoCertificates,
    /// A client's certificate or its key that is none.
    #[error("expected a certificate in PEM and its private key, found something else")]
    NoIdentity,
    /// Plain HTTP to a host that is not this machine.
    #[error("refused to call `{url}`: expected https, or http on a loopback address")]
    Insecure {
        /// Where to.
        url: String,
    },
    /// No answer: name resolution, connection, TLS, or the connection broke.
    #[error("no answer from `{url}`")]
    NoAnswer {
        /// Where to.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// Too slow.
    #[error("no answer from `{url}` within {} s", limit.as_secs())]
    Timeout {
        /// Where to.
        url: String,
        /// How long we waited.
        limit: Duration,
    },
    /// A redirect, which could lead anywhere, so none is followed.
    #[error("`{url}` answered with a redirect (status {status}), and none is followed")]
    Redirect {
        /// Where to.
        url: String,
        /// 3xx.
        status: u16,
    },
    /// Too long.
    #[error("the answer of `{url}` is longer than {limit} bytes")]
    TooLarge {
        /// Where to.
        url: String,
        /// Bytes we read at most.
        limit: usize,
    },
    /// A status other than 200.
    #[error("`{url}` answered with status {status}, expected 200")]
    Status {
        /// Where to.
        url: String,
        /// The status.
        status: u16,
    },
    /// Encoded, and not as `gzip`.
    #[error("the answer of `{url}` is encoded as `{encoding}`, expected none or `gzip`")]
    Encoded {
        /// Where to.
        url: String,
        /// `Content-Encoding`.
        encoding: String,
    },
    /// Said to be encoded as `gzip`, and not so.
    #[error("the answer of `{url}` is not the `gzip` that it says it is")]
    NotGzip {
        /// Where to.
        url: String,
    },
    /// Not JSON.
    #[error("the answer of `{url}` is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where to.
        url: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
}

impl HttpError {
    /// Whether the same request may succeed later: no answer, or one that says so.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::Timeout { .. } => true,
            Self::Status { status, .. } => *status >= 500 || *status == 429 || *status == 408,
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NoAnswer { source, .. } if is_untrusted_certificate(source) => Some(Hint::to(
                "its certificate is of no authority that is trusted here; if your network has one \
                 of its own, name it",
                Step::TrustAuthority,
            )),
            Self::NoAnswer { url, .. } | Self::Timeout { url, .. } => {
                let look = shell_line(["curl", "-sS", url]);
                let text = "check the network and any proxy (`HTTPS_PROXY`, `NO_PROXY`)";
                Some(format!("{text}: `{look}`").into())
            }
            Self::Redirect { url, .. } => {
                let look = shell_line(["curl", "-sSI", url]);
                Some(format!("see where it points: `{look}`, and configure that address").into())
            }
            Self::Insecure { .. } => Some("write `https://` in front".into()),
            Self::Encoded { url, .. } | Self::NotGzip { url } => {
                let look = shell_line(["curl", "-sSi", url]);
                Some(format!("what stands before the issuer may have encoded it: `{look}`").into())
            }
            Self::NoCertificates
            | Self::NoIdentity
            | Self::Setup(_)
            | Self::TooLarge { .. }
            | Self::Status { .. }
            | Self::NotJson { .. } => None,
        }
    }
}

fn builder(limits: HttpLimits) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .timeout(limits.timeout)
        .user_agent(concat!("fed/", env!("CARGO_PKG_VERSION")))
}

impl HttpClient {
    /// A client that knows no proxies, whatever the environment says.
    ///
    /// # Errors
    /// [`HttpError::Setup`].
    pub fn new(limits: HttpLimits) -> Result<Self, HttpError> {
        let no_certificates = std::iter::empty::<reqwest::Certificate>();
        let nearby = builder(limits).no_proxy().tls_certs_only(no_certificates).build();
        let nearby = nearby.map_err(HttpError::Setup)?;
        let (remote, proxies, roots) = (Arc::default(), Proxies::none(), Vec::new());
        Ok(Self { remote, nearby, limits, proxies, roots, identity: None })
    }

    /// The same, through these proxies. This machine is asked directly all the same.
    #[must_use]
    pub fn through(self, proxies: Proxies) -> Self {
        Self { remote: Arc::default(), proxies, ..self }
    }

    /// The same, trusting the certificate authorities of this PEM bundle beside the system's.
    ///
    /// # Errors
    /// [`HttpError::NoCertificates`].
    pub fn trusting(mut self, bundle: &str) -> Result<Self, HttpError> {
        let roots = Certificate::from_pem_bundle(bundle.as_bytes()).unwrap_or_default();
        // What is no certificate inside of its lines shows only when it is used.
        let used = builder(self.limits).no_proxy().tls_certs_only(roots.clone()).build();
        if roots.is_empty() || used.is_err() {
            return Err(HttpError::NoCertificates);
        }
        self.roots.extend(roots);
        Ok(Self { remote: Arc::default(), ..self })
    }

    /// The same, presenting this certificate to servers that ask for one (RFC 8705): PEM, its
    /// private key beside it.
    ///
    /// # Errors
    /// [`HttpError::NoIdentity`].
    pub fn presenting(self, certificate: &str, key: &Secret) -> Result<Self, HttpError> {
        let pem = Secret::new(format!("{}\n{certificate}", key.expose()));
        let identity = Identity::from_pem(pem.expose().as_bytes());
        let identity = Some(identity.map_err(|_| HttpError::NoIdentity)?);
        Ok(Self { remote: Arc::default(), identity, ..self })
    }

    fn remote(&self) -> Result<reqwest::Client, HttpError> {
        if let Some(client) = self.remote.get() {
            return Ok(client.clone());
        }
        let mut builder = builder(self.limits).no_proxy();
        if let Some(url) = self.proxies.for_https() {
            let exceptions = NoProxy::from_string(&self.proxies.exceptions());
            let proxy = Proxy::https(url.expose())
                .map_err(|error| HttpError::Setup(error.without_url()))?;
            builder = builder.proxy(proxy.no_proxy(exceptions));
        }
        builder = builder.tls_certs_merge(self.roots.iter().cloned());
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.clone());
        }
        let client = builder.build().map_err(|error| HttpError::Setup(error.without_url()))?;
        Ok(self.remote.get_or_init(|| client).clone())
    }

    /// A request, if its URL is one we call at all.
    pub(crate) fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, HttpError> {
        if !is_secure(url) {
            return Err(HttpError::Insecure { url: shown(url) });
        }
        if url.scheme() == "http" {
            return Ok(self.nearby.request(method, url.clone()));
        }
        Ok(self.remote()?.request(method, url.clone()))
    }

    /// A request to a link-local service of the machine itself, such as a cloud's
    /// metadata server: plain HTTP, never through a proxy.
    pub(crate) fn insecure_link_local_request(&self, method: Method, url: &Url) -> RequestBuilder {
        self.nearby.request(method, url.clone())
    }

    /// Sends it and reads the answer within the limits.
    pub(crate) async fn send(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> Result<HttpAnswer, HttpError> {
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                HttpError::Timeout { url: shown(url), limit: self.limits.timeout }
            } else {
                HttpError::NoAnswer { url: shown(url), source: error.without_url() }
            }
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            return Err(HttpError::Redirect { url: shown(url), status });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.limits.body_bytes {
                let limit = self.limits.body_bytes;
                return Err(HttpError::TooLarge { url: shown(url), limit });
            }
            body.extend_from_slice(&chunk);
        }
        let headers = response.headers().clone();
        let body = decoded(body, &headers, url, self.limits.body_bytes)?;
        tracing::debug!(url = shown(url), status, bytes = body.len(), "answered");
        Ok(HttpAnswer { status, headers, body })
    }

    /// Gets a JSON document and the moment at which the server sent it.
    pub(crate) async fn get_json(&self, url: &Url) -> Result<(Value, Option<UnixTime>), HttpError> {
        let request = self.request(Method::GET, url)?.header("accept", "application/json");
        let answer = self.send(url, request).await?;
        let date = answer.date();
        Ok((answer.json(url)?, date))
    }
}

impl HttpAnswer {
    /// The `Date` header.
    pub(crate) fn date(&self) -> Option<UnixTime> {
        let text = self.headers.get("date")?.to_str().ok()?;
        httpdate::parse_http_date(text).ok().map(UnixTime::from)
    }

    /// The body as JSON, when the status is 200.
    pub(crate) fn json(&self, url: &Url) -> Result<Value, HttpError> {
        if self.status != 200 {
            return Err(HttpError::Status { url: shown(url), status: self.status });
        }
        serde_json::from_slice(&self.body).map_err(|error| HttpError::NotJson {
            url: shown(url),
            line: error.line(),
            column: error.column(),
        })
    }
}

/// Scheme, host, port and path: what may be shown of a URL.
pub(crate) fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// `https`, or `http` on this machine.
pub(crate) fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether the host is `localhost`, `127.0.0.0/8` or `::1`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (url, secure) in [
            ("https://accounts.google.com/o", true),
            ("http://127.0.0.1:3000/", true),
            ("http://[::1]:3000/", true),
            ("http://localhost/", true),
            ("http://accounts.google.com/", false),
            ("http://localhost.example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("http://10.0.0.1/", false),
            ("http://[::ffff:127.0.0.1]/", false),
            ("http://0.0.0.0/", false),
            ("ftp://127.0.0.1/", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_secure(&Url::parse(url).unwrap()), secure, "{url}");
        }
    }

    #[test]
    fn a_shown_url_has_no_query_and_no_user() {
        let url = Url::parse("https://user:canary@example.com:8443/path?token=canary#canary");
        assert_eq!(shown(&url.unwrap()), "https://example.com:8443/path");
    }
}
