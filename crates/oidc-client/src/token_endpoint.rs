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
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::Client;
use crate::discovery::ProviderMetadata;
use crate::http_client::{HttpClient, HttpError};
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
            Self::NoIdToken => false,
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

/// The client as `oauth2` knows it. How it authenticates: by the request's body where the
/// issuer takes that, else by HTTP Basic, which is the default (RFC 6749 section 2.3.1).
pub(crate) fn oauth_client(
    provider: &ProviderMetadata,
    token_endpoint: &Url,
    client: &Client,
) -> OauthClient {
    let by_body =
        provider.token_endpoint_auth_methods.iter().any(|method| method == "client_secret_post");
    let oauth = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth })
        .set_token_uri(TokenUrl::from_url(token_endpoint.clone()));
    match &client.client_secret {
        Some(secret) => oauth.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => oauth,
    }
}

/// Exchanges an authorization code (section 4.1.3, RFC 7636 section 4.5).
pub(crate) async fn exchange_code(
    http: &HttpClient,
    provider: &ProviderMetadata,
    token_endpoint: &Url,
    client: &Client,
    redirect_uri: &RedirectUri,
    code: &AuthorizationCode,
    code_verifier: &Secret,
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(http, token_endpoint, client);
    // Not `from_url`: it must be what the request had, letter by letter (section 4.1.3).
    let redirect_uri = RedirectUrl::new(redirect_uri.as_str().to_owned())
        .unwrap_or_else(|_| RedirectUrl::from_url(redirect_uri.url().clone()));
    let answer = oauth_client(provider, token_endpoint, client)
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
    http: &HttpClient,
    provider: &ProviderMetadata,
    token_endpoint: &Url,
    client: &Client,
    refresh_token: &Secret,
    keep: impl FnOnce(&Secret),
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(http, token_endpoint, client);
    let answer = oauth_client(provider, token_endpoint, client)
        .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
        .request_async(&wire)
        .await;
    if let Some(rotated) = wire.refresh_token().filter(|token| token != refresh_token) {
        keep(&rotated);
    }
    let answer = answer.map_err(|error| wire.error(error, &[refresh_token.expose()]));
    Ok(wire.read(answer?))
}
