//! The HTTP clients of calls to AWS.

use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use fed_types::Proxies;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

mod socks;

/// The URL of a proxy is none. It is not shown, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a proxy like `http://host:port` or `socks5h://host:port`, found another form")]
pub struct InvalidProxy;

/// A text in which no certificate can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected certificates in PEM, found none, or one that cannot be read")]
pub struct NoCertificates;

/// Certificate authorities that are trusted beside the system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateAuthorities(String);

impl CertificateAuthorities {
    /// Reads a bundle in PEM, each of whose certificates must be one.
    ///
    /// # Errors
    /// [`NoCertificates`].
    pub fn from_pem(bundle: &str) -> Result<Self, NoCertificates> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(bundle.as_bytes()) {
            let certificate = certificate.map_err(|_| NoCertificates)?;
            roots.add(certificate).map_err(|_| NoCertificates)?;
        }
        if roots.is_empty() { Err(NoCertificates) } else { Ok(Self(bundle.to_owned())) }
    }

    /// In PEM.
    pub fn as_pem(&self) -> &str {
        &self.0
    }
}

/// A client for one endpoint; `None` is AWS's own. To a plain `http` endpoint (a lab's) it
/// knows no TLS, because reading the system's certificates takes longer than a call there.
/// It goes through `proxies`, whatever the environment says, and trusts `authorities` beside
/// the system's.
///
/// # Errors
/// [`InvalidProxy`].
pub fn http_client(
    endpoint_url: Option<&str>,
    proxies: &Proxies,
    authorities: Option<&CertificateAuthorities>,
) -> Result<SharedHttpClient, InvalidProxy> {
    let authorities = authorities.cloned();
    let is_plain = endpoint_url.is_some_and(|url| url.starts_with("http://"));
    let chosen = if is_plain { proxies.for_http() } else { proxies.for_https() };
    if let Some(url) = chosen.filter(|url| Proxies::is_socks(url)) {
        return socks::client(url, &proxies.exceptions(), authorities.as_ref());
    }
    let proxy = if is_plain { plain(proxies) } else { encrypted(proxies) }?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector: ConnectorBuilder = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        let connector = connector.proxy_config(proxy.clone());
        if is_plain {
            connector.build_http()
        } else {
            let connector = connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc));
            match authorities.as_ref().and_then(context) {
                Some(context) => connector.tls_context(context).build(),
                None => connector.build(),
            }
        }
    }))
}

/// `None` only where the library makes no context of a trust store, which it always does.
fn context(authorities: &CertificateAuthorities) -> Option<TlsContext> {
    let trusted = TrustStore::default().with_pem_certificate(authorities.0.as_bytes());
    TlsContext::builder().with_trust_store(trusted).build().ok()
}

fn plain(proxies: &Proxies) -> Result<ProxyConfig, InvalidProxy> {
    let Some(url) = proxies.for_http() else { return Ok(ProxyConfig::disabled()) };
    let proxy = ProxyConfig::http(url.expose()).map_err(|_| InvalidProxy)?;
    Ok(proxy.no_proxy(proxies.exceptions()))
}

fn encrypted(proxies: &Proxies) -> Result<ProxyConfig, InvalidProxy> {
    let Some(url) = proxies.for_https() else { return Ok(ProxyConfig::disabled()) };
    let proxy = ProxyConfig::https(url.expose()).map_err(|_| InvalidProxy)?;
    Ok(proxy.no_proxy(proxies.exceptions()))
}
