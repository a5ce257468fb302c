//! Exchanges at the token endpoint (RFC 6749), by the `oauth2` crate over our own HTTP
//! client.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fed_types::{Secret, UnixTime};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, DeviceCodeErrorResponse, EndpointNotSet,
    EndpointSet, ErrorResponse, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::client::Client;
use crate::discovery::ProviderMetadata;
use crate::http_client::{HttpClient, HttpError, shown};
use crate::redirect::{AuthorizationCode, IssuerRefusal};

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
    #[error("the answer of the token endpoint `{0}` cannot be read")]
    Unreadable(String),
    /// It gave no ID token.
    #[error("the token endpoint gave no ID token")]
    NoIdToken,
}

impl TokenEndpointError {
    /// Whether the code, the refresh token or the device code is spent or revoked.
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.error == "invalid_grant")
    }

    /// Whether the client is not the one the issuer knows, in its id, its secret, its
    /// redirect URI or its kind.
    pub fn is_misconfigured_client(&self) -> bool {
        let codes = ["invalid_client", "redirect_uri_mismatch", "unauthorized_client"];
        matches!(self, Self::Refused(refusal) if codes.contains(&refusal.error.as_str()))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let refusal = match self {
            Self::Http(error) => return error.hint(),
            Self::NoIdToken => return Some("ask for the scope `openid`".to_owned()),
            Self::Unreadable(_) => return None,
            Self::Refused(refusal) => refusal,
        };
        let description = refusal.description.as_deref().unwrap_or_default();
        match refusal.error.as_str() {
            "invalid_client" | "invalid_request" if description.contains("secret") || refusal.error == "invalid_client" => Some(
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
    redirect_uri: &Url,
    code: &AuthorizationCode,
    code_verifier: &Secret,
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(http, token_endpoint, client);
    let redirect_uri = RedirectUrl::from_url(redirect_uri.clone());
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

/// Exchanges a refresh token (section 6).
pub(crate) async fn refresh(
    http: &HttpClient,
    provider: &ProviderMetadata,
    token_endpoint: &Url,
    client: &Client,
    refresh_token: &Secret,
) -> Result<TokenAnswer, TokenEndpointError> {
    let wire = Wire::new(http, token_endpoint, client);
    let answer = oauth_client(provider, token_endpoint, client)
        .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
        .request_async(&wire)
        .await;
    let answer = answer.map_err(|error| wire.error(error, &[refresh_token.expose()]));
    Ok(wire.read(answer?))
}

/// Carries the requests of `oauth2`, remembers the `Date` of the last answer, and turns
/// its errors into ours.
pub(crate) struct Wire<'a> {
    http: &'a HttpClient,
    url: &'a Url,
    client: &'a Client,
    server_date: Mutex<Option<UnixTime>>,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(http: &'a HttpClient, url: &'a Url, client: &'a Client) -> Self {
        Self { http, url, client, server_date: Mutex::new(None) }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let request = self.http.request(parts.method, self.url)?.headers(parts.headers).body(body);
        let answer = self.http.send(self.url, request).await?;
        if answer.status >= 500 {
            return Err(HttpError::Status { url: shown(self.url), status: answer.status });
        }
        if let Ok(mut server_date) = self.server_date.lock() {
            *server_date = answer.date();
        }
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = oauth2::http::StatusCode::from_u16(answer.status)
            .unwrap_or(oauth2::http::StatusCode::BAD_GATEWAY);
        *response.headers_mut() = answer.headers;
        Ok(response)
    }

    pub(crate) fn read(&self, answer: Answer) -> TokenAnswer {
        TokenAnswer {
            id_token: answer.extra_fields().id_token.clone().map(Secret::new),
            access_token: Secret::new(answer.access_token().secret().clone()),
            token_type: match answer.token_type() {
                BasicTokenType::Bearer => "Bearer".to_owned(),
                BasicTokenType::Mac => "mac".to_owned(),
                BasicTokenType::Extension(other) => other.clone(),
            },
            expires_in: answer.expires_in(),
            refresh_token: answer.refresh_token().map(|token| Secret::new(token.secret().clone())),
            server_date: self.server_date.lock().ok().and_then(|date| *date),
        }
    }

    /// The error without what it must not hold: `oauth2` keeps whole answers in its own,
    /// and an issuer may repeat what we sent.
    pub(crate) fn error<E: OauthError>(
        &self,
        error: RequestTokenError<HttpError, E>,
        sent: &[&str],
    ) -> TokenEndpointError {
        match error {
            RequestTokenError::Request(error) => TokenEndpointError::Http(error),
            RequestTokenError::ServerResponse(response) => {
                let secrets = as_sent(self.client, sent);
                let hide = |text: String| {
                    secrets.iter().fold(text, |text, secret| text.replace(secret, "[redacted]"))
                };
                let (code, description) = response.parts();
                let description = description.map(hide);
                TokenEndpointError::Refused(IssuerRefusal::new(&hide(code), description.as_deref()))
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                TokenEndpointError::Unreadable(shown(self.url))
            }
        }
    }
}

/// The secrets of a request in every way that an issuer may repeat them: as they are, as the
/// body has them, and as the `Authorization` header has the client's (section 2.3.1).
fn as_sent(client: &Client, sent: &[&str]) -> Vec<String> {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let secret = client.client_secret.iter().map(Secret::expose);
    let basic = secret
        .clone()
        .map(|secret| STANDARD.encode(format!("{}:{}", form(&client.client_id), form(secret))));
    let given = sent.iter().copied().chain(secret.clone()).filter(|secret| !secret.is_empty());
    let mut forms: Vec<String> =
        given.flat_map(|secret| [secret.to_owned(), form(secret)]).chain(basic).collect();
    // A secret that is a part of another must not leave the rest of it.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// An error answer of any grant, taken apart.
pub(crate) trait OauthError: ErrorResponse + 'static {
    /// `error` and `error_description`.
    fn parts(&self) -> (String, Option<String>);
}

impl OauthError for BasicErrorResponse {
    fn parts(&self) -> (String, Option<String>) {
        (self.error().as_ref().to_owned(), self.error_description().cloned())
    }
}

impl OauthError for DeviceCodeErrorResponse {
    fn parts(&self) -> (String, Option<String>) {
        (self.error().as_ref().to_owned(), self.error_description().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_known_in_every_form() {
        let client = |secret: Option<&str>| Client {
            client_id: "id:1".into(),
            client_secret: secret.map(Secret::new),
        };
        assert_eq!(
            as_sent(&client(Some("s/c")), &["1//0refresh", ""]),
            ["aWQlM0ExOnMlMkZj", "1%2F%2F0refresh", "1//0refresh", "s%2Fc", "s/c"]
        );
        assert_eq!(as_sent(&client(None), &["code"]), ["code", "code"]);
    }
}
