//! The discovery document (OIDC Discovery §3) and the JWK set.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::error_response::ErrorResponse;
use super::{AUTHORIZE, DEVICE_CODE, Provider, REVOKE, TOKEN, USERINFO, address};
use crate::fault::Place;
use crate::{Fault, Preset};

/// `GET /.well-known/openid-configuration`.
pub(super) async fn document(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
) -> Response {
    let mut issuer = provider.issuer().to_owned();
    let mut members = Vec::new();
    for fault in provider.take_faults(Place::Discovery, None) {
        match fault {
            Fault::DiscoveryFailing { status } => return failing(status),
            Fault::DiscoverySlow { milliseconds } => pause(milliseconds).await,
            Fault::DiscoveryWrongIssuer => issuer = "https://attacker.example".to_owned(),
            Fault::DiscoveryMember { member, value } => members.push((member, value)),
            _ => {}
        }
    }
    let mut document = describe(&provider, &headers, &issuer);
    for (member, value) in members {
        document[member] = value;
    }
    if let Value::Object(document) = &mut document {
        document.retain(|_, value| !value.is_null());
    }
    cached(document)
}

/// What a workflow run's token says (GitHub's discovery document).
#[rustfmt::skip]
const GITHUB_CLAIMS: [&str; 32] = [
    "sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "sha", "repository", "repository_id",
    "repository_owner", "repository_owner_id", "run_id", "run_number", "run_attempt", "actor",
    "actor_id", "workflow", "workflow_ref", "workflow_sha", "head_ref", "base_ref", "event_name",
    "ref_type", "ref_protected", "environment", "job_workflow_ref", "job_workflow_sha",
    "repository_visibility", "runner_environment", "check_run_id",
];

/// The members that the provider's own document has, as far as they matter to a client.
fn describe(provider: &Provider, headers: &HeaderMap, issuer: &str) -> Value {
    let at = |path: &str| address::of_endpoint(provider, headers, path);
    let mut document = json!({
        "issuer": issuer,
        "jwks_uri": at(provider.preset().jwks_path()),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [provider.algorithm().as_str()],
    });
    let further = match provider.preset() {
        Preset::Google => json!({
            "authorization_endpoint": at(AUTHORIZE),
            "device_authorization_endpoint": at(DEVICE_CODE),
            "token_endpoint": at(TOKEN),
            "userinfo_endpoint": at(USERINFO),
            "revocation_endpoint": at(REVOKE),
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": provider.client_methods,
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "authorization_response_iss_parameter_supported": true,
            "claims_supported": [
                "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat",
                "iss", "locale", "name", "picture", "sub",
            ],
        }),
        Preset::GithubActions => json!({
            "subject_types_supported": ["public", "pairwise"],
            "response_types_supported": ["id_token"],
            "scopes_supported": ["openid"],
            "claims_supported": GITHUB_CLAIMS,
        }),
        Preset::Gitlab => json!({
            "authorization_endpoint": at("/oauth/authorize"),
            "token_endpoint": at("/oauth/token"),
            "userinfo_endpoint": at("/oauth/userinfo"),
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "project_path", "ref"],
        }),
        Preset::Eks => json!({
            "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
            "response_types_supported": ["id_token"],
            "claims_supported": ["sub", "iss"],
        }),
    };
    if let (Value::Object(document), Value::Object(further)) = (&mut document, further) {
        document.extend(further);
    }
    document
}

/// The key set, at the place that the provider has it.
pub(super) async fn jwks(State(provider): State<Arc<Provider>>) -> Response {
    let mut named = true;
    for fault in provider.take_faults(Place::Jwks, None) {
        match fault {
            Fault::JwksFailing { status } => return failing(status),
            Fault::JwksSlow { milliseconds } => pause(milliseconds).await,
            Fault::JwksGarbage => return "<!doctype html><p>not a key set".into_response(),
            Fault::JwksEmpty => return cached(json!({ "keys": [] })),
            Fault::JwksWithoutKid => named = false,
            _ => {}
        }
    }
    match provider.jwks(named) {
        Ok(set) => cached(set),
        Err(error) => ErrorResponse::internal(&error).into_response(),
    }
}

/// The same keys as certificates, as Google's older key set has them.
pub(super) async fn certificates(State(provider): State<Arc<Provider>>) -> Response {
    if provider.preset() != Preset::Google {
        return StatusCode::NOT_FOUND.into_response();
    }
    match provider.certificates() {
        Ok(set) => cached(set),
        Err(error) => ErrorResponse::internal(&error).into_response(),
    }
}

pub(super) fn failing(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, "the issuer was asked to fail\n").into_response()
}

pub(super) async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// Google lets both documents be kept for about an hour.
fn cached(document: Value) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=3600")], Json(document)).into_response()
}
