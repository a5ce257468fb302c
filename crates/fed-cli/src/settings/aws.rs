//! Region and endpoints.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use fed_types::TemporaryCredentials;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};
use sts_exchange::{CertificateAuthorities, InvalidProxy, SharedHttpClient, http_client};
use url::Url;

use super::bundle::bundle;
use super::{Settings, proxies};
use crate::config::ConfigError;
use crate::environment::{
    AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL_STS, Environment,
};
use crate::host::Host;

/// The services we call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Security Token Service.
    Sts,
    /// Identity and Access Management.
    Iam,
    /// Elastic Compute Cloud.
    Ec2,
}

/// Where AWS calls go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsSettings {
    /// The region; `None` where the settings name none.
    region: Option<String>,
    sts: Option<String>,
    iam: Option<String>,
    ec2: Option<String>,
    ca_bundle: Option<PathBuf>,
}

/// The region in which IAM is asked when none is configured: IAM is the same in all.
const REGION_OF_IAM: &str = "us-east-1";

impl Settings {
    /// Region and endpoints.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is no region or no URL.
    pub(crate) fn aws(&self, environment: &Environment) -> Result<AwsSettings, ConfigError> {
        let region = self.profile.region.clone();
        if let Some(region) = &region
            && (region.is_empty()
                || !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        {
            return Err(ConfigError::Invalid {
                key: "region",
                why: format!("expected a region like `ap-northeast-2`, found `{region}`"),
                hint: None,
            });
        }
        let endpoint = |variable: &str| {
            let configured = self
                .endpoint_option
                .as_deref()
                .or_else(|| environment.text(variable))
                .or_else(|| environment.text(AWS_ENDPOINT_URL))
                .or(self.profile.endpoint_url.as_deref());
            configured.map(checked).transpose()
        };
        Ok(AwsSettings {
            region,
            sts: endpoint(AWS_ENDPOINT_URL_STS)?,
            iam: endpoint(AWS_ENDPOINT_URL_IAM)?,
            ec2: endpoint(AWS_ENDPOINT_URL_EC2)?,
            ca_bundle: self.profile.ca_bundle.clone(),
        })
    }

    /// The endpoint that other AWS tools must be told, so that the credentials go where they
    /// are from: the option's, or the profile's. The environment's they know already.
    pub(crate) fn endpoint_for_others(&self, environment: &Environment) -> Option<&str> {
        let profile = match environment.text(AWS_ENDPOINT_URL) {
            Some(_) => None,
            None => self.profile.endpoint_url.as_deref(),
        };
        self.endpoint_option.as_deref().or(profile)
    }

    /// The endpoint of a service that no SDK here speaks to, such as `s3`; `None` is AWS's own.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is no URL.
    pub(crate) fn endpoint_of(
        &self,
        environment: &Environment,
        service: &str,
    ) -> Result<Option<String>, ConfigError> {
        let variable = format!("{AWS_ENDPOINT_URL}_{}", service.to_ascii_uppercase());
        let configured = self
            .endpoint_option
            .as_deref()
            .or_else(|| environment.text(&variable))
            .or_else(|| environment.text(AWS_ENDPOINT_URL))
            .or(self.profile.endpoint_url.as_deref());
        configured.map(checked).transpose()
    }

    /// The region, which must be there.
    ///
    /// # Errors
    /// [`ConfigError::Missing`].
    pub(crate) fn region<'a>(&self, aws: &'a AwsSettings) -> Result<&'a str, ConfigError> {
        self.required(aws.region.as_ref(), "AWS region", "region", "--region").map(String::as_str)
    }
}

fn no_proxy(error: InvalidProxy) -> ConfigError {
    ConfigError::Invalid { key: "HTTPS_PROXY", why: error.to_string(), hint: None }
}

fn checked(text: &str) -> Result<String, ConfigError> {
    match Url::parse(text) {
        // A line break, which URLs forgive, would be another setting in `~/.aws/config`.
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && !text.contains(char::is_control) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(ConfigError::Invalid {
            key: "endpoint_url",
            why: format!("expected a URL like `https://host`, found `{text}`"),
            hint: None,
        }),
    }
}

impl AwsSettings {
    /// The service's endpoint, where it is not AWS's own.
    pub(crate) fn endpoint(&self, service: Service) -> Option<&str> {
        match service {
            Service::Sts => self.sts.as_deref(),
            Service::Iam => self.iam.as_deref(),
            Service::Ec2 => self.ec2.as_deref(),
        }
    }

    /// A configuration that signs with these credentials.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for a proxy that is none and for certificates that cannot be read.
    pub(crate) fn with_credentials(
        &self,
        service: Service,
        credentials: &TemporaryCredentials,
        host: &Host,
    ) -> Result<SdkConfig, ConfigError> {
        let expiration = UNIX_EPOCH
            + Duration::from_secs(u64::try_from(credentials.expiration.seconds()).unwrap_or(0));
        let credentials = Credentials::new(
            &credentials.access_key_id,
            credentials.secret_access_key.expose(),
            Some(credentials.session_token.expose().to_owned()),
            Some(expiration),
            "fed-cli",
        );
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region_or_default()))
            .http_client(self.client(self.endpoint(service), host)?)
            .credentials_provider(SharedCredentialsProvider::new(credentials));
        config.set_endpoint_url(self.endpoint(service).map(str::to_owned));
        Ok(config.build())
    }

    /// A configuration that signs with whatever credentials the AWS SDK finds:
    /// environment, `AWS_PROFILE`, container, instance.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for a proxy that is none and for certificates that cannot be read.
    pub(crate) async fn with_surrounding_credentials(
        &self,
        service: Service,
        host: &Host,
    ) -> Result<SdkConfig, ConfigError> {
        // Wherever the service is, credentials may have to come from AWS itself.
        let client = self.client(None, host)?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(client)
            .region(Region::new(self.region_or_default()));
        if let Some(endpoint) = self.endpoint(service) {
            loader = loader.endpoint_url(endpoint);
        }
        Ok(loader.load().await)
    }

    /// The certificate authorities that are trusted beside the system's.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what cannot be read.
    pub(crate) fn certificate_authorities(
        &self,
        host: &Host,
    ) -> Result<Option<CertificateAuthorities>, ConfigError> {
        let Some(bundle) = bundle(self.ca_bundle.as_deref(), host)? else { return Ok(None) };
        let authorities = CertificateAuthorities::from_pem(&bundle);
        Ok(Some(authorities.map_err(|error| ConfigError::Invalid {
            key: "ca_bundle",
            why: error.to_string(),
            hint: None,
        })?))
    }

    fn client(&self, endpoint: Option<&str>, host: &Host) -> Result<SharedHttpClient, ConfigError> {
        let authorities = self.certificate_authorities(host)?;
        http_client(endpoint, &proxies(&host.environment)?, authorities.as_ref()).map_err(no_proxy)
    }

    fn region_or_default(&self) -> String {
        self.region.clone().unwrap_or_else(|| REGION_OF_IAM.to_owned())
    }
}
