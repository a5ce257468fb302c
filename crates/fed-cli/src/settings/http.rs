//! How other machines are reached: proxies, certificate authorities, a certificate of our own.

use oidc_client::{HttpClient, HttpLimits};
use reqwest::{Certificate, ClientBuilder};

use super::aws::AwsSettings;
use super::bundle::bundle;
use super::proxies::through;
use super::{Settings, proxies};
use crate::config::ConfigError;
use crate::host::Host;
use crate::{Exit, Failure};

impl Settings {
    /// For requests to the issuer and to what else hands out tokens.
    ///
    /// # Errors
    /// [`Failure`] for a proxy that is none and for certificates that cannot be read.
    pub(crate) fn http(&self, host: &Host) -> Result<HttpClient, Failure> {
        let failed = |error: oidc_client::HttpError| {
            Failure::from_error(Exit::Unexpected, &error).advised(error.hint())
        };
        let http = HttpClient::new(HttpLimits::STANDARD).map_err(failed)?;
        let http = http.through(proxies(&host.environment)?);
        match bundle(self.profile.ca_bundle.as_deref(), host)? {
            Some(bundle) => Ok(http.trusting(&bundle).map_err(|error| ConfigError::Invalid {
                key: "ca_bundle",
                why: error.to_string(),
                hint: None,
            })?),
            None => Ok(http),
        }
    }
}

impl AwsSettings {
    /// For requests to AWS that no SDK makes.
    ///
    /// # Errors
    /// [`Failure`] for a proxy that is none and for certificates that cannot be read.
    pub(crate) fn http(
        &self,
        host: &Host,
        builder: ClientBuilder,
    ) -> Result<reqwest::Client, Failure> {
        let failed = |error: reqwest::Error| {
            Failure::new(Exit::Unexpected, "could not make an HTTP client").caused_by(&error)
        };
        let builder = through(&proxies(&host.environment)?, builder).map_err(failed)?;
        let authorities = match self.certificate_authorities(host)? {
            Some(bundle) => {
                Certificate::from_pem_bundle(bundle.as_pem().as_bytes()).map_err(failed)?
            }
            None => Vec::new(),
        };
        builder.tls_certs_merge(authorities).build().map_err(failed)
    }
}
