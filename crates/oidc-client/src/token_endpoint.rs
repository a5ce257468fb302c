//! Exchanges at the token endpoint (RFC 6749), by the `oauth2` crate over our own HTTP
//! client.

use std::borrow::Cow;

use fed_types::{Hint, Secret, UnixTime};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AuthType, ClientId, ClientSecret, DeviceCodeErrorResponse, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::Client;
use crate::client_authentication::{ClientAuthentication, Proof, SecretMethod};
use crate::client_key::InvalidClientKey;
use crate::clock::Clock;
use crate::discovery::ProviderMetadata;
use crate::http_client::{HttpAnswer, HttpClient, HttpError, shown};
use crate::redirect::{AuthorizationCode, IssuerRefusal};
use crate::redirect_uri::RedirectUri;

mod answer;
mod wire;

pub(crate) use answer::PLAIN_TEXT;
pub(crate) use wire::Wire;

/// The grant of the device flow (RFC 8628 section 3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Why the token endpoint gave nothing. Holds no code, secret or token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenEndpointError {
    /// It could not be reached.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// It said no (RFC 6749 section 5.2).
    #[error("the token endpoint refused: {0}")]
    Refused(IssuerRefusal),
    /// It answered something else than the RFC says.
    #[error(
        "the token endpoint `{url}` answered with status {status} and {found}, expected {expected}"
    )]
    Unreadable {
        /// Where to.
        url: String,
        /// The status.
        status: u16,
        /// What the answer should have been or have had.
        expected: &'static str,
        /// What it was.
        found: &'static str,
    },
    /// It gave no ID token.
    #[error("the token endpoint gave no ID token")]
    NoIdToken,
    /// The client cannot prove who it is.
    #[error(transparent)]
    ClientKey(#[from] InvalidClientKey),
}

impl TokenEndpointError {
    /// Whether the code, the refresh token or the device code is spent or revoked.
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.error() == "invalid_grant")
    }

    /// Whether the same request may succeed later: the issuer was out of reach, busy or broken.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => error.is_transient(),
            Self::Refused(refusal) => {
                ["temporarily_unavailable", "server_error", "slow_down"].contains(&refusal.error())
            }
            Self::Unreadable { status, .. } => *status == 429,
            Self::NoIdToken | Self::ClientKey(_) => false,
        }
    }

    /// Whether the client is not the one the issuer knows, in its id, its secret, its
    /// redirect URI or its kind.
    pub fn is_misconfigured_client(&self) -> bool {
        let codes = [
            "invalid_client",
            "redirect_uri_mismatch",
            "unauthorized_client",
            "unsupported_grant_type",
        ];
        let Self::Refused(refusal) = self else { return false };
        codes.contains(&refusal.error())
            || refusal.error() == "invalid_request" && refusal.names("secret")
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        let refusal = match self {
            Self::Http(error) => return error.hint(),
            Self::ClientKey(error) => return error.hint().map(Hint::from),
            Self::NoIdToken => return Some(
                "`openid` was asked for: see whether the issuer is one of OpenID Connect, and the client one that may have ID tokens".into(),
            ),
            Self::Unreadable { found: "HTML", .. } => return Some(
                "a firewall or proxy may have answered in the issuer's place: look at the address in a browser".into(),
            ),
            Self::Unreadable { .. } => return None,
            Self::Refused(refusal) => refusal,
        };
        match refusal.error() {
            "invalid_client" | "invalid_request" if refusal.names("secret") || refusal.error() == "invalid_client" => Some(
                "check `client_id` and `client_secret_file`: Google wants the secret even with PKCE, for `Web application` and for `Desktop app` clients".into(),
            ),
            "redirect_uri_mismatch" => Some(
                "register the client's `redirect_uri`, letter by letter: Google Cloud console, `APIs & Services`, `Credentials`".into(),
            ),
            "invalid_grant" => Some(Hint::sign_in_again()),
            "unauthorized_client" => Some(
                "the client is not of a kind that may do this; the device flow needs a `TVs and Limited Input devices` client".into(),
            ),
            _ => None,
        }
    }
}

/// What the token endpoint gave, nothing of it verified.
pub(crate) struct TokenAnswer {
    pub(crate) id_token: Option<Secret>,
    pub(crate) access_token: Secret,
    pub(crate) token_type: String,
    pub(crate) expires_in: Option<std::time::Duration>,
    pub(crate) refresh_token: Option<Secret>,
    /// The `Date` of the answer.
    pub(crate) server_date: Option<UnixTime>,
}

/// The member OpenID Connect adds (Core section 3.1.3.3).
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct IdTokenMember {
    id_token: Option<String>,
}

impl std::fmt::Debug for IdTokenMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdTokenMember([redacted])")
    }
}

impl ExtraTokenFields for IdTokenMember {}

pub(crate) type Answer = StandardTokenResponse<IdTokenMember, BasicTokenType>;

pub(crate) type OauthClient = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The client as `oauth2` knows it: by its id, and its secret where it has one. What else may
/// prove who it is, [`Wire`] adds.
fn oauth_client(provider: &ProviderMetadata, token_endpoint: &Url, client: &Client) -> OauthClient {
    let oauth = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(token_endpoint.clone()));
    let ClientAuthentication::Secret { secret, method } = &client.authentication else {
        return oauth;
    };
    let taken = &provider.token_endpoint_auth_methods;
    let auth_type = match ClientAuthentication::secret_method(*method, taken) {
        SecretMethod::Basic => AuthType::BasicAuth,
        SecretMethod::Post => AuthType::RequestBody,
    };
    oauth.set_auth_type(auth_type).set_client_secret(ClientSecret::new(secret.expose().to_owned()))
}

/// Who asks where: what every request to the token endpoint needs.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) http: &'a HttpClient,
    pub(crate) provider: &'a ProviderMetadata,
    pub(crate) token_endpoint: &'a Url,
    pub(crate) client: &'a Client,
    pub(crate) clock: &'a dyn Clock,
}

impl Caller<'_> {
    pub(crate) fn oauth_client(&self) -> OauthClient {
        oauth_client(self.provider, self.token_endpoint, self.client)
    }

    /// Who the client is, for one request at an endpoint that takes these methods.
    fn proof(&self, taken: &[String]) -> Result<Proof, InvalidClientKey> {
        let Self { client, token_endpoint, clock, .. } = self;
        client.authentication.proof(&client.client_id, taken, token_endpoint, clock.now())
    }
}

/// Exchanges an authorization code (section 4.1.3, RFC 7636 section 4.5).
pub(crate) async fn exchange_code(
    caller: Caller<'_>,
    redirect_uri: &RedirectUri,
    code: &AuthorizationCode,
    code_verifier: &Secret,
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(caller, caller.token_endpoint);
    // Not `from_url`: it must be what the request had, letter by letter (section 4.1.3).
    let redirect_uri = RedirectUrl::new(redirect_uri.as_str().to_owned())
        .unwrap_or_else(|_| RedirectUrl::from_url(redirect_uri.url().clone()));
    let answer = caller
        .oauth_client()
        .exchange_code(oauth2::AuthorizationCode::new(code.expose().to_owned()))
        .set_redirect_uri(Cow::Borrowed(&redirect_uri))
        .set_pkce_verifier(PkceCodeVerifier::new(code_verifier.expose().to_owned()))
        .request_async(&wire)
        .await;
    let answer =
        answer.map_err(|error| wire.error(error, &[code.expose(), code_verifier.expose()]));
    Ok(wire.read(answer?))
}

/// Exchanges a refresh token (section 6). A new one that comes with the answer replaces the
/// old one at once, whatever else the answer brings, so it goes to `keep` first.
pub(crate) async fn refresh(
    caller: Caller<'_>,
    refresh_token: &Secret,
    keep: impl FnOnce(&Secret),
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(caller, caller.token_endpoint);
    let answer = caller
        .oauth_client()
        .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
        .request_async(&wire)
        .await;
    if let Some(rotated) = wire.refresh_token().filter(|token| token != refresh_token) {
        keep(&rotated);
    }
    let answer = answer.map_err(|error| wire.error(error, &[refresh_token.expose()]));
    Ok(wire.read(answer?))
}

/// Asks once whether a person entered the device's code (RFC 8628 section 3.4).
pub(crate) async fn poll_device(
    caller: Caller<'_>,
    device_code: &Secret,
) -> Result<TokenAnswer, TokenEndpointError> {
    let Caller { provider, token_endpoint, .. } = caller;
    let proof = caller.proof(&provider.token_endpoint_auth_methods)?;
    let form = [("grant_type", DEVICE_CODE), ("device_code", device_code.expose())];
    let answer = post(caller, token_endpoint, &form, &proof).await?;
    let wire = Wire::new(caller, token_endpoint);
    let response = wire.received(answer)?;
    let unreadable = |_| RequestTokenError::Other(String::new());
    let read: Result<Answer, RequestTokenError<_, DeviceCodeErrorResponse>> =
        if response.status().is_success() {
            serde_json::from_slice(response.body()).map_err(unreadable)
        } else {
            let refusal = serde_json::from_slice(response.body());
            Err(refusal.map_or_else(unreadable, RequestTokenError::ServerResponse))
        };
    let proved = proof.parameters.iter().map(|(_, value)| value.expose());
    let sent: Vec<&str> = proved.chain([device_code.expose()]).collect();
    read.map(|answer| wire.read(answer)).map_err(|error| wire.error(error, &sent))
}

/// Gives a token back (RFC 7009), the client authenticated as at the token endpoint.
pub(crate) async fn revoke(
    caller: Caller<'_>,
    endpoint: &Url,
    token: &Secret,
    kind: &str,
) -> Result<(), TokenEndpointError> {
    let proof = caller.proof(&caller.provider.revocation_endpoint_auth_methods)?;
    let form = [("token", token.expose()), ("token_type_hint", kind)];
    let answer = post(caller, endpoint, &form, &proof).await?;
    match answer.status {
        200..=299 => Ok(()),
        status => Err(HttpError::Status { url: shown(endpoint), status }.into()),
    }
}

/// Sends a form, and with it who the client is.
async fn post(
    caller: Caller<'_>,
    endpoint: &Url,
    form: &[(&'static str, &str)],
    proof: &Proof,
) -> Result<HttpAnswer, HttpError> {
    let proved = proof.parameters.iter().map(|(name, value)| (*name, value.expose()));
    let form: Vec<(&str, &str)> = form.iter().copied().chain(proved).collect();
    let mut request = caller.http.request(Method::POST, endpoint)?.form(&form);
    if let Some(header) = &proof.header {
        request = request.header("authorization", header.expose());
    }
    caller.http.send(endpoint, request).await
}
