//! The HTTP clients of calls to AWS.

use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use fed_types::Proxies;

/// The URL of a proxy is none. It is not shown, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a proxy like `http://host:port`, found another form")]
pub struct InvalidProxy;

/// A client for one endpoint; `None` is AWS's own. To a plain `http` endpoint (a lab's) it
/// knows no TLS, because reading the system's certificates takes longer than a call there.
/// It goes through `proxies`, whatever the environment says.
///
/// # Errors
/// [`InvalidProxy`].
pub fn http_client(
    endpoint_url: Option<&str>,
    proxies: &Proxies,
) -> Result<SharedHttpClient, InvalidProxy> {
    let is_plain = endpoint_url.is_some_and(|url| url.starts_with("http://"));
    let proxy = if is_plain { plain(proxies) } else { encrypted(proxies) }?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector: ConnectorBuilder = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        let connector = connector.proxy_config(proxy.clone());
        if is_plain {
            connector.build_http()
        } else {
            connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
        }
    }))
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
