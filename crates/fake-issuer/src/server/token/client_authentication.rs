//! Who calls: `client_secret_basic`, `client_secret_post`, or a public client
//! (RFC 6749 §2.3, OIDC Core §9).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::assertion;
use crate::server::Provider;
use crate::server::error_response::ErrorResponse;
use crate::server::parameters::Parameters;
use crate::{Client, ClientMethod, Mistake};

/// The client that `headers` or the body authenticate, or why not.
pub(in crate::server) fn authenticate(
    provider: &Provider,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Client, ErrorResponse> {
    let basic = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => {
            let pair = value.to_str().ok().and_then(basic_credentials);
            Some(pair.ok_or_else(|| unauthorized("The Authorization header is malformed.", true))?)
        }
    };
    let posted_id = parameters.get("client_id");
    let posted_secret = parameters.get("client_secret");
    let by_header = basic.is_some();
    let (client_id, secret) = match (basic, posted_id) {
        (Some((id, _)), _) if posted_secret.is_some() => {
            provider.count(Mistake::TwoClientAuthentications, Some(&id));
            return Err(ErrorResponse::invalid_request(
                "Use one way of client authentication, not two.",
            ));
        }
        (Some((id, _)), Some(posted)) if id != posted => {
            return Err(ErrorResponse::invalid_request(
                "client_id is not the authenticated client.",
            ));
        }
        (Some((id, secret)), _) => (id, Some(secret)),
        (None, Some(id)) => (id.to_owned(), posted_secret.map(str::to_owned)),
        (None, None) => {
            return Err(ErrorResponse::invalid_request(
                "Could not determine client ID from request.",
            ));
        }
    };
    let client = provider.state().clients.get(&client_id).cloned();
    let Some(client) = client else {
        provider.count(Mistake::UnknownClient, Some(&client_id));
        return Err(unauthorized("The OAuth client was not found.", by_header));
    };
    let method = provider.state().methods.get(&client_id).cloned();
    let is_of_method = match &method {
        None => true,
        Some(ClientMethod::SecretBasic) => by_header,
        Some(ClientMethod::SecretPost) => !by_header && secret.is_some(),
        Some(ClientMethod::PrivateKeyJwt { public_key_pem }) => {
            if assertion::is_right(provider, &client_id, public_key_pem, parameters) {
                return Ok(client);
            }
            false
        }
    };
    if !is_of_method {
        provider.count(Mistake::WrongClientSecret, Some(&client_id));
        return Err(unauthorized("The client authenticates in another way.", by_header));
    }
    let wrong = |refusal| {
        provider.count(Mistake::WrongClientSecret, Some(&client_id));
        Err(refusal)
    };
    match (&client.client_secret, secret) {
        (None, None) => Ok(client),
        (Some(_), None) => wrong(ErrorResponse::invalid_request("client_secret is missing.")),
        (_, Some(secret)) if client.accepts_secret(&secret) => Ok(client),
        (_, Some(_)) => wrong(unauthorized("The provided client secret is invalid.", by_header)),
    }
}

fn unauthorized(description: &str, by_header: bool) -> ErrorResponse {
    let mut refusal = ErrorResponse::new(401, "invalid_client", description);
    refusal.challenge = by_header.then_some("Basic realm=\"token\"");
    refusal
}

/// Id and secret, each form-encoded before they were joined (RFC 6749 §2.3.1).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // Parsed as the value of a field without a name: `&` cannot appear in
    // well-formed credentials, and `=` only inside the value.
    form_urlencoded::parse(format!("={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
