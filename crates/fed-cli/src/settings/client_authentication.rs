//! How the OAuth client proves who it is.

use std::path::Path;

use fed_types::Secret;
use oidc_client::{ClientAuthentication, ClientKey, HttpClient, InvalidClientKey, SecretMethod};

use super::{Settings, unreadable};
use crate::config::ConfigError;
use crate::host::Host;

/// As OpenID Connect Core section 9 and RFC 8705 call them.
const METHODS: [&str; 6] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
];

/// The setting that names one.
const METHOD: &str = "token_endpoint_auth_method";

impl Settings {
    /// The way that is configured; where none is, the one whose means are there.
    ///
    /// # Errors
    /// [`ConfigError`] for an unknown way, for missing means and for several of them.
    pub(super) fn client_authentication(
        &self,
        host: &Host,
        secret: Option<Secret>,
    ) -> Result<ClientAuthentication, ConfigError> {
        let profile = &self.profile;
        let by_secret = |method| {
            let secret = secret.clone().ok_or_else(|| missing("client_secret_file", METHOD))?;
            Ok(ClientAuthentication::Secret { secret, method })
        };
        match profile.token_endpoint_auth_method.as_deref() {
            Some("client_secret_basic") => by_secret(Some(SecretMethod::Basic)),
            Some("client_secret_post") => by_secret(Some(SecretMethod::Post)),
            Some("private_key_jwt") => self.client_key(host),
            Some("tls_client_auth" | "self_signed_tls_client_auth") => {
                self.client_certificate(host)?
                    .ok_or_else(|| missing("client_certificate_file", METHOD))?;
                Ok(ClientAuthentication::Certificate)
            }
            Some("none") => Ok(ClientAuthentication::None),
            Some(other) => Err(ConfigError::Invalid {
                key: "token_endpoint_auth_method",
                why: format!("expected one of `{}`, found `{other}`", METHODS.join("`, `")),
                hint: fed_types::did_you_mean(other, METHODS),
            }),
            None if secret.is_some() && profile.client_key_file.is_some() => {
                Err(ConfigError::Invalid {
                    key: "token_endpoint_auth_method",
                    why: "it is not given, and there is a secret and a key".to_owned(),
                    hint: Some(format!("give one of `{}`", METHODS.join("`, `"))),
                })
            }
            None if profile.client_certificate_file.is_some() => {
                self.client_certificate(host)?;
                Ok(ClientAuthentication::Certificate)
            }
            None if profile.client_key_file.is_some() => self.client_key(host),
            None if secret.is_some() => by_secret(None),
            None => Ok(ClientAuthentication::None),
        }
    }

    /// The same client, presenting its certificate where that is how it proves who it is.
    ///
    /// # Errors
    /// [`ConfigError`] for a certificate or key that cannot be used.
    pub(crate) fn presenting(
        &self,
        host: &Host,
        http: HttpClient,
        authentication: &ClientAuthentication,
    ) -> Result<HttpClient, ConfigError> {
        if !matches!(authentication, ClientAuthentication::Certificate) {
            return Ok(http);
        }
        let Some((certificate, key)) = self.client_certificate(host)? else { return Ok(http) };
        http.presenting(&certificate, &key)
            .map_err(|error| invalid("client_certificate_file", error.to_string(), None))
    }

    /// Certificate and key.
    fn client_certificate(&self, host: &Host) -> Result<Option<(String, Secret)>, ConfigError> {
        let Some(path) = &self.profile.client_certificate_file else { return Ok(None) };
        let certificate = host
            .files
            .read(path)
            .map_err(|error| unreadable("client_certificate_file", path, &error))?;
        Ok(Some((certificate, self.client_key_text(host, "client_certificate_file")?)))
    }

    fn client_key(&self, host: &Host) -> Result<ClientAuthentication, ConfigError> {
        let wrong =
            |key| move |error: InvalidClientKey| invalid(key, error.to_string(), error.hint());
        let key = ClientKey::from_pem(&self.client_key_text(host, METHOD)?)
            .map_err(wrong("client_key_file"))?
            .named(self.profile.client_key_id.clone());
        let key = match &self.profile.client_certificate_file {
            Some(path) => {
                let text = host.files.read(path);
                let text =
                    text.map_err(|error| unreadable("client_certificate_file", path, &error))?;
                key.certified(&text).map_err(wrong("client_certificate_file"))?
            }
            None => key,
        };
        Ok(ClientAuthentication::PrivateKey(key))
    }

    /// The private key, which the setting `wanted_by` wants.
    fn client_key_text(&self, host: &Host, wanted_by: &str) -> Result<Secret, ConfigError> {
        let path = self.profile.client_key_file.as_deref();
        let path: &Path = path.ok_or_else(|| missing("client_key_file", wanted_by))?;
        host.files.read_secret(path).map_err(|error| unreadable("client_key_file", path, &error))
    }
}

fn missing(key: &'static str, wanted_by: &str) -> ConfigError {
    let why = format!("`{wanted_by}` wants it, and it is not given");
    invalid(key, why, None)
}

fn invalid(key: &'static str, why: String, hint: Option<String>) -> ConfigError {
    ConfigError::Invalid { key, why, hint }
}
