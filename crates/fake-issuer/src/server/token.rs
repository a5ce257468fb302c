//! The token endpoint (RFC 6749 §3.2) with Google's answers.

mod assertion;
mod client_authentication;

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawForm, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Provider;
use super::discovery::{failing, pause};
use super::error_response::ErrorResponse;
use super::parameters::{Parameters, in_long};
use crate::fault::Place;
use crate::grants::{ACCESS_TOKEN_SECONDS, CodeBinding, Found, Grant, Poll};
use crate::token::s256;
use crate::{Client, Fault, Mistake};

pub(super) use client_authentication::authenticate;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a grant brings: the session, its nonce if the ID token gets one, and
/// perhaps a refresh token.
struct Granted {
    session: usize,
    grant: Grant,
    nonce: Option<String>,
    refresh_token: Option<String>,
}

/// `POST /token`.
pub(super) async fn token(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let parameters = Parameters::parse(&body);
    let client = match accept(&provider, query.as_deref(), &headers, &parameters) {
        Ok(client) => client,
        Err(refusal) => return refusal.into_response(),
    };
    let faults = provider.take_faults(Place::TokenEndpoint, Some(&client.client_id));
    for fault in &faults {
        match fault {
            Fault::TokenFailing { status } => return failing(*status),
            Fault::TokenAnswer { status, body } => return exactly(*status, body),
            Fault::TokenSlow { milliseconds } => pause(*milliseconds).await,
            _ => {}
        }
    }
    let granted = match parameters.get("grant_type").unwrap_or_default() {
        "authorization_code" => by_code(&provider, &client, &parameters),
        "refresh_token" if faults.contains(&Fault::RefreshRevoked) => Err(revoked()),
        "refresh_token" => by_refresh_token(&provider, &client, &parameters),
        DEVICE_GRANT => by_device_code(&provider, &client, &parameters),
        other => Err(ErrorResponse::new(
            400,
            "unsupported_grant_type",
            format!("Invalid grant_type: {other}"),
        )),
    };
    granted
        .and_then(|granted| answer(&provider, granted, &faults))
        .unwrap_or_else(IntoResponse::into_response)
}

/// What a test wants answered, letter by letter.
fn exactly(status: u16, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_owned()).into_response()
}

fn accept(
    provider: &Provider,
    query: Option<&str>,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Client, ErrorResponse> {
    let client_id = parameters.get("client_id");
    let in_url = Parameters::parse(query.unwrap_or_default().as_bytes());
    if in_url.has_any(&["client_secret", "code", "refresh_token", "code_verifier"]) {
        provider.count(Mistake::CredentialsInUrl, client_id);
        return Err(ErrorResponse::invalid_request(
            "Parameters belong in the body, not in the URL",
        ));
    }
    if let Some(name) = parameters.repeated() {
        provider.count(Mistake::RepeatedParameter, client_id);
        return Err(ErrorResponse::invalid_request(format!(
            "A parameter can have only a single value: {name}"
        )));
    }
    authenticate(provider, headers, parameters)
}

fn by_code(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
) -> Result<Granted, ErrorResponse> {
    let code = parameters.get("code").ok_or_else(|| ErrorResponse::missing("code"))?;
    let now = provider.clock().now();
    let redeemed = provider.state().grants.redeem(code, &client.client_id, now);
    let ((session, grant), binding) = redeemed.map_err(|mistake| {
        provider.count(mistake, Some(&client.client_id));
        let malformed = mistake == Mistake::UnknownCode;
        ErrorResponse::invalid_grant(if malformed { "Malformed auth code." } else { "Bad Request" })
    })?;
    match parameters.get("redirect_uri") {
        None => return Err(ErrorResponse::missing("redirect_uri")),
        Some(repeated) if repeated == binding.redirect_uri => {}
        Some(_) => {
            provider.count(Mistake::WrongRedirectUri, Some(&client.client_id));
            return Err(ErrorResponse::new(400, "redirect_uri_mismatch", "Bad Request"));
        }
    }
    check_code_verifier(provider, client, parameters, &binding)?;
    let refresh_token =
        binding.offline.then(|| provider.state().grants.issue_refresh_token(session));
    Ok(Granted { session, nonce: grant.nonce.clone(), grant, refresh_token })
}

/// RFC 7636 §4.6, and RFC 9700 §2.1.1 for the verifier nobody asked for.
fn check_code_verifier(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
    binding: &CodeBinding,
) -> Result<(), ErrorResponse> {
    let refuse = |mistake, description: &str| {
        provider.count(mistake, Some(&client.client_id));
        Err(ErrorResponse::invalid_grant(description))
    };
    match (&binding.code_challenge, parameters.get("code_verifier")) {
        (None, None) => Ok(()),
        (None, Some(_)) => {
            refuse(Mistake::UnexpectedCodeVerifier, "code_verifier or verifier is not needed.")
        }
        (Some(_), None) => refuse(Mistake::MissingCodeVerifier, "Missing code verifier."),
        (Some(challenge), Some(verifier)) => {
            let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            let well_formed =
                (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
            if well_formed && s256(verifier) == *challenge {
                Ok(())
            } else {
                refuse(Mistake::WrongCodeVerifier, "Invalid code verifier.")
            }
        }
    }
}

fn by_refresh_token(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
) -> Result<Granted, ErrorResponse> {
    let token =
        parameters.get("refresh_token").ok_or_else(|| ErrorResponse::missing("refresh_token"))?;
    let rotation = provider.refresh_rotation;
    let refreshed = provider.state().grants.refresh(token, &client.client_id, rotation);
    let ((session, grant), refresh_token): (Found, _) = refreshed.map_err(|mistake| {
        if let Some(mistake) = mistake {
            provider.count(mistake, Some(&client.client_id));
        }
        revoked()
    })?;
    Ok(Granted { session, grant, nonce: None, refresh_token })
}

fn revoked() -> ErrorResponse {
    ErrorResponse::invalid_grant("Token has been expired or revoked.")
}

/// RFC 8628 §3.5 with Google's statuses.
fn by_device_code(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
) -> Result<Granted, ErrorResponse> {
    let code =
        parameters.get("device_code").ok_or_else(|| ErrorResponse::missing("device_code"))?;
    let now = provider.clock().milliseconds();
    let interval = provider.device_interval_seconds;
    let mut state = provider.state();
    match state.grants.devices.poll(code, &client.client_id, interval, now) {
        Poll::Unknown => Err(ErrorResponse::invalid_grant("Malformed device code.")),
        Poll::Pending => {
            Err(ErrorResponse::new(428, "authorization_pending", "Precondition Required"))
        }
        Poll::TooFast => {
            state.mistakes.count(Mistake::PolledTooFast, Some(&client.client_id));
            Err(ErrorResponse::new(403, "slow_down", "Forbidden"))
        }
        Poll::Expired => {
            Err(ErrorResponse::new(400, "expired_token", "The device code has expired."))
        }
        Poll::Denied => Err(ErrorResponse::new(403, "access_denied", "Forbidden")),
        Poll::Approved(account, scopes) => {
            let client_id = client.client_id.clone();
            let (account, authentication) = (*account, serde_json::Map::new());
            let grant = Grant { client_id, account, scopes, nonce: None, authentication };
            let session = state.grants.open(grant.clone());
            let refresh_token = Some(state.grants.issue_refresh_token(session));
            Ok(Granted { session, grant, nonce: None, refresh_token })
        }
    }
}

/// Google answers the long names, whichever were asked for; others what was asked for.
fn answered_scope(provider: &Provider, scopes: &[String]) -> String {
    if provider.is_google() { in_long(scopes).join(" ") } else { scopes.join(" ") }
}

fn answer(
    provider: &Provider,
    granted: Granted,
    faults: &[Fault],
) -> Result<Response, ErrorResponse> {
    let now = provider.clock().now();
    let access_token = provider.state().grants.issue_access_token(granted.session, now);
    let mut body = json!({
        "access_token": access_token,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "scope": answered_scope(provider, &granted.grant.scopes),
        "token_type": "Bearer",
    });
    if !faults.contains(&Fault::NoIdToken)
        && granted.grant.scopes.iter().any(|scope| scope == "openid")
    {
        let id_token = provider
            .id_token(&granted.grant, &access_token, granted.nonce.as_deref())
            .map_err(|error| ErrorResponse::internal(&error))?;
        body["id_token"] = id_token.into();
    }
    if let Some(refresh_token) = granted.refresh_token {
        body["refresh_token"] = refresh_token.into();
    }
    for fault in faults {
        if let (Fault::TokenMember { member, value }, Some(members)) = (fault, body.as_object_mut())
        {
            members.insert(member.clone(), value.clone());
            members.retain(|_, value| !value.is_null());
        }
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
