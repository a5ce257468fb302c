//! How the client proves who it is at the issuer's endpoints (OpenID Connect Core section 9,
//! RFC 8705).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fed_types::{Secret, UnixTime};
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::client_key::{ClientKey, InvalidClientKey};

/// The type of a signed assertion (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the client proves who it is.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// Not at all: a public client, whose code is bound by PKCE.
    None,
    /// By a secret.
    Secret {
        /// The secret.
        secret: Secret,
        /// Where it is sent; `None`: where the issuer's description says.
        method: Option<SecretMethod>,
    },
    /// By a signature (`private_key_jwt`).
    PrivateKey(ClientKey),
    /// By the certificate that the [`HttpClient`](crate::HttpClient) presents
    /// (`tls_client_auth`, `self_signed_tls_client_auth`).
    Certificate,
}

/// Where a client's secret is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretMethod {
    /// In the `Authorization` header (`client_secret_basic`).
    Basic,
    /// In the request's body (`client_secret_post`).
    Post,
}

/// What a request needs beside its own parameters, to prove who the client is.
pub(crate) struct Proof {
    /// The value of `Authorization`.
    pub(crate) header: Option<Secret>,
    /// Parameters for the body.
    pub(crate) parameters: Vec<(&'static str, Secret)>,
}

impl ClientAuthentication {
    /// By this secret, sent where the issuer takes it.
    pub fn secret(secret: Secret) -> Self {
        Self::Secret { secret, method: None }
    }

    /// Where a secret goes at an endpoint that takes these methods: as was said; else into the
    /// body where that is taken, else into the header, the default (RFC 6749 section 2.3.1).
    pub(crate) fn secret_method(method: Option<SecretMethod>, taken: &[String]) -> SecretMethod {
        let by_body = || taken.iter().any(|method| method == "client_secret_post");
        let found = || if by_body() { SecretMethod::Post } else { SecretMethod::Basic };
        method.unwrap_or_else(found)
    }

    /// The proof for one request at an endpoint that takes these methods. An assertion is made
    /// out to the token endpoint (OpenID Connect Core section 9).
    pub(crate) fn proof(
        &self,
        client_id: &str,
        taken: &[String],
        token_endpoint: &Url,
        now: UnixTime,
    ) -> Result<Proof, InvalidClientKey> {
        let id = || ("client_id", Secret::new(client_id));
        let (header, parameters) = match self {
            Self::None | Self::Certificate => (None, vec![id()]),
            Self::Secret { secret, method } => match Self::secret_method(*method, taken) {
                SecretMethod::Post => (None, vec![id(), ("client_secret", secret.clone())]),
                SecretMethod::Basic => (Some(basic(client_id, secret)), Vec::new()),
            },
            Self::PrivateKey(key) => {
                let mut parameters = vec![id()];
                parameters.extend(assertion(key, client_id, token_endpoint, now)?);
                (None, parameters)
            }
        };
        Ok(Proof { header, parameters })
    }
}

/// Id and secret, each form-encoded before they are joined (RFC 6749 section 2.3.1).
pub(crate) fn basic(client_id: &str, secret: &Secret) -> Secret {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = Secret::new(format!("{}:{}", form(client_id), form(secret.expose())));
    Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())))
}

/// The parameters of a signed proof.
pub(crate) fn assertion(
    key: &ClientKey,
    client_id: &str,
    token_endpoint: &Url,
    now: UnixTime,
) -> Result<[(&'static str, Secret); 2], InvalidClientKey> {
    let signed = key.assertion(client_id, token_endpoint.as_str(), now)?;
    Ok([("client_assertion_type", Secret::new(JWT_BEARER)), ("client_assertion", signed)])
}
