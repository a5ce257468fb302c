//! Calls to AWS through a SOCKS proxy, which the SDK's own HTTP client knows nothing of.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_sts::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use fed_types::Secret;
use reqwest::{Certificate, NoProxy, Proxy};

use super::{CertificateAuthorities, InvalidProxy};

/// How long the proxy may take to connect us: what it stands before may be far away.
const CONNECTING: Duration = Duration::from_secs(15);

/// A client that reaches AWS through the SOCKS proxy, but for the exceptions.
///
/// # Errors
/// [`InvalidProxy`].
pub(super) fn client(
    url: &Secret,
    exceptions: &str,
    authorities: Option<&CertificateAuthorities>,
) -> Result<SharedHttpClient, InvalidProxy> {
    let proxy = Proxy::all(url.expose()).map_err(|_| InvalidProxy)?;
    let proxy = proxy.no_proxy(NoProxy::from_string(exceptions));
    let pem = authorities.map_or("", CertificateAuthorities::as_pem).to_owned();
    Ok(SharedHttpClient::new(Socks { proxy, pem, client: Arc::default() }))
}

/// Makes the client when the first request is to be sent: it reads the system's certificates.
#[derive(Clone)]
struct Socks {
    proxy: Proxy,
    pem: String,
    client: Arc<OnceLock<reqwest::Client>>,
}

/// The proxy's URL may hold a password.
impl std::fmt::Debug for Socks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Socks")
    }
}

impl Socks {
    fn client(&self) -> reqwest::Result<reqwest::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = reqwest::Client::builder()
            .no_proxy()
            .proxy(self.proxy.clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECTING)
            .tls_certs_merge(Certificate::from_pem_bundle(self.pem.as_bytes())?)
            .build()?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(Box::new(error)))?;
        let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap));
        let client = self.client().map_err(failed)?;
        let answer = client.execute(request.map_err(failed)?).await.map_err(failed)?;
        let answer: http::Response<reqwest::Body> = answer.into();
        HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
            .map_err(|error| ConnectorError::other(Box::new(error), None))
    }
}

fn failed(error: reqwest::Error) -> ConnectorError {
    let error = error.without_url();
    if error.is_timeout() {
        ConnectorError::timeout(Box::new(error))
    } else if error.is_builder() {
        ConnectorError::user(Box::new(error))
    } else {
        ConnectorError::io(Box::new(error))
    }
}

impl HttpConnector for Socks {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().send(request))
    }
}

impl HttpClient for Socks {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
