//! The issuer's own description of itself (OpenID Connect Discovery 1.0).

use fed_types::{Hint, UnixTime};
use serde_json::Value;
use url::Url;

use crate::http_client::{HttpClient, HttpError, is_loopback, is_secure};
use crate::issuer::Issuer;

/// What is needed of a discovery document (section 3), every address checked: https, or
/// loopback where the document itself came from a loopback address.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// Equal to the issuer asked for.
    pub issuer: Issuer,
    /// Where a person signs in; issuers for machines (GitHub Actions) have none.
    pub authorization_endpoint: Option<Url>,
    /// Where codes and refresh tokens are exchanged; the same issuers have none.
    pub token_endpoint: Option<Url>,
    /// Where the signing keys are.
    pub jwks_uri: Url,
    /// Claims about the person, against an access token.
    pub userinfo_endpoint: Option<Url>,
    /// Where a device flow begins (RFC 8628).
    pub device_authorization_endpoint: Option<Url>,
    /// Where tokens are given back (RFC 7009).
    pub revocation_endpoint: Option<Url>,
    /// How clients may authenticate at the token endpoint; empty when not said.
    pub token_endpoint_auth_methods: Vec<String>,
    /// How clients may authenticate at the revocation endpoint; where that is not said, as at
    /// the token endpoint (RFC 8414 section 2).
    pub revocation_endpoint_auth_methods: Vec<String>,
    /// Where clients with a certificate go instead (RFC 8705 section 5).
    pub mtls_endpoints: MtlsEndpoints,
    /// The scopes it knows; empty when not said.
    pub scopes: Vec<String>,
    /// Whether the redirect back names the issuer (RFC 9207).
    pub names_issuer_in_redirect: bool,
    /// When the server sent the document, by its `Date` header.
    pub server_date: Option<UnixTime>,
}

/// Other addresses of endpoints, for clients that present a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MtlsEndpoints {
    /// Instead of the token endpoint.
    pub token: Option<Url>,
    /// Instead of the device authorization endpoint.
    pub device_authorization: Option<Url>,
    /// Instead of the revocation endpoint.
    pub revocation: Option<Url>,
    /// Instead of the userinfo endpoint.
    pub userinfo: Option<Url>,
}

impl ProviderMetadata {
    /// As a client with a certificate sees it.
    pub(crate) fn for_certificates(self) -> Self {
        let mtls = self.mtls_endpoints.clone();
        Self {
            token_endpoint: mtls.token.or(self.token_endpoint),
            device_authorization_endpoint: mtls
                .device_authorization
                .or(self.device_authorization_endpoint),
            revocation_endpoint: mtls.revocation.or(self.revocation_endpoint),
            userinfo_endpoint: mtls.userinfo.or(self.userinfo_endpoint),
            ..self
        }
    }
}

/// Why there is no usable discovery document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// It could not be fetched.
    #[error("cannot read the issuer's discovery document")]
    Http(#[from] HttpError),
    /// It is another issuer's (section 4.3).
    #[error("the discovery document of `{expected}` names the issuer `{found}`")]
    IssuerMismatch {
        /// The issuer asked for.
        expected: String,
        /// The document's `issuer`.
        found: String,
    },
    /// A needed field is missing or not a string.
    #[error("the discovery document has no `{field}`")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// An address that is no URL, or not https.
    #[error("the discovery document's `{field}` is `{value}`, expected an https address")]
    Address {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
}

impl DiscoveryError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Http(error) => error.hint(),
            Self::IssuerMismatch { expected, found } if same_but_slash(expected, found) => {
                Some(format!("mind the slash at the end: configure `issuer = {found:?}`").into())
            }
            Self::IssuerMismatch { found, .. } if found.contains('{') => Some(
                "the address stands for many organizations: configure the `issuer` of yours, with the organization's own id in the place of the braces".into(),
            ),
            Self::IssuerMismatch { found, .. } => Some(
                format!(
                    "if that is the issuer you mean, configure `issuer = {found:?}`; if not, do not sign in"
                )
                .into(),
            ),
            Self::Missing { .. } | Self::Address { .. } => None,
        }
    }
}

fn same_but_slash(one: &str, other: &str) -> bool {
    one.strip_suffix('/') == Some(other) || other.strip_suffix('/') == Some(one)
}

/// Fetches the discovery document of `issuer`, from `discovery_url` where it is not at
/// the issuer's own address, and checks that it is that issuer's.
///
/// # Errors
/// [`DiscoveryError`].
pub async fn discover(
    http: &HttpClient,
    issuer: &Issuer,
    discovery_url: Option<&Url>,
) -> Result<ProviderMetadata, DiscoveryError> {
    let url = match discovery_url {
        Some(url) => url.clone(),
        None => issuer.discovery_url().ok_or(DiscoveryError::Missing { field: "issuer" })?,
    };
    let (document, server_date) = http.get_json(&url).await?;
    let mut metadata = read(&document, issuer, is_loopback(&url))?;
    metadata.server_date = server_date;
    Ok(metadata)
}

fn read(
    document: &Value,
    issuer: &Issuer,
    from_loopback: bool,
) -> Result<ProviderMetadata, DiscoveryError> {
    let found = document
        .get("issuer")
        .and_then(Value::as_str)
        .ok_or(DiscoveryError::Missing { field: "issuer" })?;
    if found != issuer.as_str() {
        return Err(DiscoveryError::IssuerMismatch {
            expected: issuer.as_str().to_owned(),
            found: found.to_owned(),
        });
    }
    let optional = |field| address(document, field, from_loopback);
    let aliases = document.get("mtls_endpoint_aliases").unwrap_or(&Value::Null);
    let alias = |field| address(aliases, field, from_loopback);
    let token_methods = texts(document, "token_endpoint_auth_methods_supported");
    let revocation_methods = texts(document, "revocation_endpoint_auth_methods_supported");
    Ok(ProviderMetadata {
        issuer: issuer.clone(),
        authorization_endpoint: optional("authorization_endpoint")?,
        token_endpoint: optional("token_endpoint")?,
        jwks_uri: optional("jwks_uri")?.ok_or(DiscoveryError::Missing { field: "jwks_uri" })?,
        userinfo_endpoint: optional("userinfo_endpoint")?,
        device_authorization_endpoint: optional("device_authorization_endpoint")?,
        revocation_endpoint: optional("revocation_endpoint")?,
        revocation_endpoint_auth_methods: if revocation_methods.is_empty() {
            token_methods.clone()
        } else {
            revocation_methods
        },
        token_endpoint_auth_methods: token_methods,
        mtls_endpoints: MtlsEndpoints {
            token: alias("token_endpoint")?,
            device_authorization: alias("device_authorization_endpoint")?,
            revocation: alias("revocation_endpoint")?,
            userinfo: alias("userinfo_endpoint")?,
        },
        scopes: texts(document, "scopes_supported"),
        names_issuer_in_redirect: document
            .get("authorization_response_iss_parameter_supported")
            .is_some_and(|value| value == true || value == "true"),
        server_date: None,
    })
}

fn address(
    document: &Value,
    field: &'static str,
    from_loopback: bool,
) -> Result<Option<Url>, DiscoveryError> {
    let Some(value) = document.get(field).and_then(Value::as_str) else { return Ok(None) };
    match Url::parse(value) {
        Ok(url) if is_secure(&url) && (from_loopback || !is_loopback(&url)) => Ok(Some(url)),
        _ => Err(DiscoveryError::Address { field, value: value.to_owned() }),
    }
}

fn texts(document: &Value, field: &str) -> Vec<String> {
    let list = document.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
