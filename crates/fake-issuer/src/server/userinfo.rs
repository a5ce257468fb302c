//! The userinfo endpoint (OIDC Core §5.3) and revocation (RFC 7009).

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawForm, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Provider;
use super::error_response::ErrorResponse;
use super::parameters::Parameters;
use crate::Mistake;

/// `GET /v1/userinfo`.
pub(super) async fn userinfo(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let in_url = Parameters::parse(query.unwrap_or_default().as_bytes());
    if in_url.has_any(&["access_token"]) {
        provider.count(Mistake::AccessTokenInUrl, None);
        return ErrorResponse::invalid_request(
            "The access token belongs in the Authorization header",
        )
        .into_response();
    }
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token);
    let now = provider.clock().now();
    let state = provider.state();
    match token.and_then(|token| state.grants.bearer(token, now)) {
        Some(grant) => Json(Value::Object(grant.account.claims(&grant.scopes))).into_response(),
        None => {
            let mut refusal = ErrorResponse::new(401, "invalid_request", "Invalid Credentials");
            refusal.challenge = Some("Bearer error=\"invalid_token\"");
            refusal.into_response()
        }
    }
}

/// `POST /revoke`: Google asks for no client authentication here and answers
/// 400 to a token it does not know. A client that may authenticate in one way
/// alone must do so here too (RFC 7009 §2.1).
pub(super) async fn revoke(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let parameters = Parameters::parse(&body);
    if !provider.state().methods.is_empty()
        && let Err(refusal) = super::token::authenticate(&provider, &headers, &parameters)
    {
        return refusal.into_response();
    }
    let Some(token) = parameters.get("token") else {
        return ErrorResponse::missing("token").into_response();
    };
    if provider.state().grants.revoke(token) {
        Json(json!({})).into_response()
    } else {
        ErrorResponse::new(400, "invalid_token", "Token expired or revoked").into_response()
    }
}
