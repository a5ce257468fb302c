//! How the requests of the `oauth2` crate travel, and what of its answers and errors is ours.

use std::pin::Pin;
use std::sync::Mutex;

use fed_types::{Secret, UnixTime};
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::http::HeaderValue;
use oauth2::http::header::CONTENT_TYPE;
use oauth2::{
    AsyncHttpClient, DeviceCodeErrorResponse, ErrorResponse, HttpRequest, HttpResponse,
    RequestTokenError, TokenResponse,
};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::{Answer, Caller, TokenAnswer, TokenEndpointError, answer};
use crate::client::Client;
use crate::client_authentication::{ClientAuthentication, assertion, basic};
use crate::http_client::{HttpAnswer, HttpError, shown};
use crate::redirect::IssuerRefusal;

/// Carries the requests of `oauth2`, remembers the `Date` of the last answer, and turns
/// its errors into ours.
pub(crate) struct Wire<'a> {
    caller: Caller<'a>,
    url: &'a Url,
    assertion: Mutex<Option<Secret>>,
    server_date: Mutex<Option<UnixTime>>,
    refresh_token: Mutex<Option<Secret>>,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(caller: Caller<'a>, url: &'a Url) -> Self {
        Self {
            caller,
            url,
            assertion: Mutex::default(),
            server_date: Mutex::default(),
            refresh_token: Mutex::default(),
        }
    }

    /// The refresh token of the last answer, if it brought one.
    pub(crate) fn refresh_token(&self) -> Option<Secret> {
        self.refresh_token.lock().ok()?.clone()
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TokenEndpointError> {
        let (parts, mut body) = request.into_parts();
        self.sign(&mut body)?;
        let http = self.caller.http;
        let request = http.request(parts.method, self.url)?.headers(parts.headers).body(body);
        self.received(http.send(self.url, request).await?)
    }

    /// An answer as `oauth2` reads it.
    pub(crate) fn received(&self, answer: HttpAnswer) -> Result<HttpResponse, TokenEndpointError> {
        if answer.status >= 500 {
            return Err(HttpError::Status { url: shown(self.url), status: answer.status }.into());
        }
        if let Ok(mut server_date) = self.server_date.lock() {
            *server_date = answer.date();
        }
        let read = answer::read(answer.status, &answer.body).map_err(|wrong| {
            TokenEndpointError::Unreadable {
                url: shown(self.url),
                status: answer.status,
                expected: wrong.expected,
                found: wrong.found,
            }
        })?;
        if let Ok(mut refresh_token) = self.refresh_token.lock() {
            *refresh_token = read.refresh_token;
        }
        let mut response = HttpResponse::new(read.body);
        *response.status_mut() = read.status;
        *response.headers_mut() = answer.headers;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(response)
    }

    /// Adds a fresh assertion to the form, where the client has a key: each is good once.
    fn sign(&self, body: &mut Vec<u8>) -> Result<(), TokenEndpointError> {
        let Caller { client, token_endpoint, clock, .. } = self.caller;
        let ClientAuthentication::PrivateKey(key) = &client.authentication else { return Ok(()) };
        let signed = assertion(key, &client.client_id, token_endpoint, clock.now())?;
        for (name, value) in &signed {
            let value: String = byte_serialize(value.expose().as_bytes()).collect();
            body.extend_from_slice(format!("&{name}={value}").as_bytes());
        }
        if let Ok(mut last) = self.assertion.lock() {
            *last = signed.into_iter().next_back().map(|(_, assertion)| assertion);
        }
        Ok(())
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
        error: RequestTokenError<TokenEndpointError, E>,
        sent: &[&str],
    ) -> TokenEndpointError {
        match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(response) => {
                let assertion = self.assertion.lock().ok().and_then(|last| last.clone());
                let signed = assertion.iter().map(Secret::expose);
                let sent: Vec<&str> = sent.iter().copied().chain(signed).collect();
                let secrets = as_sent(self.caller.client, &sent);
                let hide = |text: String| {
                    secrets.iter().fold(text, |text, secret| text.replace(secret, "[redacted]"))
                };
                let (code, description) = response.parts();
                let description = description.map(hide);
                let code = if CODES.contains(&code.as_str()) { code } else { hide(code) };
                TokenEndpointError::Refused(IssuerRefusal::new(&code, description.as_deref()))
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                TokenEndpointError::Unreadable {
                    url: shown(self.url),
                    status: 200,
                    expected: "the members of RFC 6749 section 5.1",
                    found: "JSON without them",
                }
            }
        }
    }
}

/// Codes that everybody knows, whatever a secret is (RFC 6749 section 5.2, RFC 7009 section 2.2.1,
/// RFC 8628 section 3.5, OpenID Connect Core section 3.1.2.6).
const CODES: [&str; 18] = [
    "access_denied",
    "account_selection_required",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "redirect_uri_mismatch",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_token_type",
];

/// The secrets of a request in every way that an issuer may repeat them: as they are, as the
/// body has them, and as the `Authorization` header has the client's (section 2.3.1).
fn as_sent(client: &Client, sent: &[&str]) -> Vec<String> {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let secret = match &client.authentication {
        ClientAuthentication::Secret { secret, .. } => Some(secret),
        _ => None,
    };
    let basic = secret.map(|secret| basic(&client.client_id, secret));
    let basic = basic.as_ref().and_then(|basic| basic.expose().strip_prefix("Basic "));
    let given = sent.iter().copied().chain(secret.map(Secret::expose));
    let given = given.filter(|secret| !secret.is_empty());
    let mut forms: Vec<String> = given
        .flat_map(|secret| [secret.to_owned(), form(secret)])
        .chain(basic.map(str::to_owned))
        .collect();
    // A secret that is a part of another must not leave the rest of it.
    forms.sort_by(|one, other| (other.len(), one).cmp(&(one.len(), other)));
    forms.dedup();
    forms
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = TokenEndpointError;
    type Future =
        Pin<Box<dyn Future<Output = Result<HttpResponse, TokenEndpointError>> + Send + 'c>>;

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
        let client = |secret: Option<&str>| Client::new("id:1", secret.map(Secret::new));
        assert_eq!(
            as_sent(&client(Some("s/c")), &["1//0refresh", ""]),
            ["aWQlM0ExOnMlMkZj", "1%2F%2F0refresh", "1//0refresh", "s%2Fc", "s/c"]
        );
        assert_eq!(as_sent(&client(None), &["code"]), ["code"]);
    }
}
