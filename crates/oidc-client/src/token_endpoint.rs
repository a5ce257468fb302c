//! Exchanges at the token endpoint (RFC 6749), by the `oauth2` crate over our own HTTP
//! client.

use std::borrow::Cow;

use fed_types::{Secret, UnixTime};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeVerifier, RedirectUrl, RefreshToken, StandardRevocableToken, StandardTokenResponse,
    TokenUrl,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::Client;
use crate::client_authentication::{ClientAuthentication, SecretMethod};
use crate::client_key::InvalidClientKey;
use crate::clock::Clock;
use crate::discovery::ProviderMetadata;
use crate::http_client::{HttpClient, HttpError, shown};
use crate::redirect::{AuthorizationCode, IssuerRefusal};
use crate::redirect_uri::RedirectUri;

mod answer;
mod wire;

pub(crate) use wire::Wire;

/// Why the token endpoint gave nothing. Holds no code, secret or token.
#[derive(Debug, thiserror::Error)]
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
        matches!(self, Self::Refused(refusal) if refusal.error == "invalid_grant")
    }

    /// Whether the same request may succeed later: the issuer was out of reach, busy or broken.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => error.is_transient(),
            Self::Refused(refusal) => ["temporarily_unavailable", "server_error", "slow_down"]
                .contains(&refusal.error.as_str()),
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
        codes.contains(&refusal.error.as_str())
            || refusal.error == "invalid_request" && refusal.names("secret")
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let refusal = match self {
            Self::Http(error) => return error.hint(),
            Self::ClientKey(error) => return error.hint(),
            Self::NoIdToken => return Some("ask for the scope `openid`".to_owned()),
            Self::Unreadable { found: "HTML", .. } => return Some(
                "a firewall or proxy may have answered in the issuer's place: look at the address in a browser".to_owned(),
            ),
            Self::Unreadable { .. } => return None,
            Self::Refused(refusal) => refusal,
        };
        match refusal.error.as_str() {
            "invalid_client" | "invalid_request" if refusal.names("secret") || refusal.error == "invalid_client" => Some(
                "check `client_id` and `client_secret_file`: Google wants the secret even with PKCE, for `Web application` and for `Desktop app` clients".to_owned(),
            ),
            "redirect_uri_mismatch" => Some(
                "register exactly the profile's `redirect_uri` for the client: Google Cloud console, `APIs & Services`, `Credentials`".to_owned(),
            ),
            "invalid_grant" => Some("sign in again: `fed-cli login`".to_owned()),
            "unauthorized_client" => Some(
                "the client is not of a kind that may do this; the device flow needs a `TVs and Limited Input devices` client".to_owned(),
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

/// Gives a token back (RFC 7009), the client authenticated as at the token endpoint.
pub(crate) async fn revoke(
    caller: Caller<'_>,
    endpoint: &Url,
    token: &Secret,
    kind: &str,
) -> Result<(), TokenEndpointError> {
    let Caller { http, provider, client, clock, .. } = caller;
    let taken = &provider.revocation_endpoint_auth_methods;
    let token_endpoint = caller.token_endpoint;
    let proof =
        client.authentication.proof(&client.client_id, taken, token_endpoint, clock.now())?;
    let mut form = vec![("token", token.expose()), ("token_type_hint", kind)];
    form.extend(proof.parameters.iter().map(|(name, value)| (*name, value.expose())));
    let mut request = http.request(Method::POST, endpoint)?.form(&form);
    if let Some(header) = &proof.header {
        request = request.header("authorization", header.expose());
    }
    let answer = http.send(endpoint, request).await?;
    match answer.status {
        200..=299 => Ok(()),
        status => Err(HttpError::Status { url: shown(endpoint), status }.into()),
    }
}
