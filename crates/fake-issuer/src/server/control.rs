//! The control endpoints: what a test asks of the issuer over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Provider;
use super::parameters::Parameters;
use crate::{ActiveFault, IssuerError, Preset, TokenRequest};

/// `GET /_control/health`.
pub(super) async fn health(State(provider): State<Arc<Provider>>) -> Response {
    Json(json!({ "status": "ready", "issuer": provider.issuer() })).into_response()
}

/// `POST /_control/token`: a [`TokenRequest`], answered by `{"id_token"}`. An
/// empty body asks for a token as a sign-in gives it.
pub(super) async fn token(State(provider): State<Arc<Provider>>, body: String) -> Response {
    let request: TokenRequest = match parse(if body.is_empty() { "{}" } else { &body }) {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    match provider.sign(&request) {
        Ok(id_token) => Json(json!({ "id_token": id_token })).into_response(),
        Err(error) => failed(&error),
    }
}

/// `POST /_control/rotate`, answered by the new `{"kid"}`.
pub(super) async fn rotate(State(provider): State<Arc<Provider>>) -> Response {
    match provider.rotate() {
        Ok(key_id) => Json(json!({ "kid": key_id })).into_response(),
        Err(error) => failed(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    claims: Map<String, Value>,
}

/// `POST /_control/runs {"claims"}`: a workflow run, answered by what its steps find as
/// `ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN`: `{"url", "token"}`.
pub(super) async fn start_run(State(provider): State<Arc<Provider>>, body: String) -> Response {
    if provider.preset() != Preset::GithubActions {
        return StatusCode::NOT_FOUND.into_response();
    }
    match parse::<Run>(&body) {
        Ok(run) => {
            let token = provider.start_run(run.claims);
            let url = provider.github_request_url();
            Json(json!({ "url": url, "token": token })).into_response()
        }
        Err(refusal) => refusal,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    offset_seconds: i64,
}

/// `GET /_control/clock`: `{"offset_seconds", "now"}`.
pub(super) async fn clock(State(provider): State<Arc<Provider>>) -> Response {
    let clock = provider.clock();
    Json(json!({ "offset_seconds": clock.offset_seconds(), "now": clock.now() })).into_response()
}

/// `POST /_control/clock {"offset_seconds": N}`: N seconds from the true time.
pub(super) async fn set_clock(state: State<Arc<Provider>>, body: String) -> Response {
    match parse::<Offset>(&body) {
        Ok(offset) => state.clock().set_offset_seconds(offset.offset_seconds),
        Err(refusal) => return refusal,
    }
    clock(state).await
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    More { faults: Vec<Value> },
    One(Value),
}

/// `GET /_control/faults`: those switched on.
pub(super) async fn faults(State(provider): State<Arc<Provider>>) -> Response {
    Json(json!({ "faults": provider.state().faults.list() })).into_response()
}

/// `POST /_control/faults`: one [`ActiveFault`], or `{"faults": [several]}`.
/// All of them or, if one is malformed, none.
pub(super) async fn add_faults(state: State<Arc<Provider>>, body: String) -> Response {
    let asked = match parse::<OneOrMore>(&body) {
        Ok(OneOrMore::More { faults }) => faults,
        Ok(OneOrMore::One(fault)) => vec![fault],
        Err(refusal) => return refusal,
    };
    let wanted: Result<Vec<ActiveFault>, _> =
        asked.into_iter().map(serde_json::from_value).collect();
    match wanted {
        Ok(wanted) => {
            let mut locked = state.state();
            wanted.into_iter().for_each(|fault| locked.faults.add(fault));
        }
        Err(error) => return malformed(&error),
    }
    faults(state).await
}

/// `DELETE /_control/faults[?client_id=…]`.
pub(super) async fn clear_faults(
    state: State<Arc<Provider>>,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    state.state().faults.clear(parameters.get("client_id"));
    faults(state).await
}

/// `GET /_control/mistakes[?client_id=…]`.
pub(super) async fn mistakes(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let mistakes = provider.state().mistakes.list(parameters.get("client_id"));
    Json(json!({ "mistakes": mistakes })).into_response()
}

/// `DELETE /_control/mistakes`.
pub(super) async fn clear_mistakes(State(provider): State<Arc<Provider>>) -> Response {
    provider.state().mistakes.clear();
    Json(json!({ "mistakes": [] })).into_response()
}

#[expect(clippy::result_large_err, reason = "the error is the answer, made once a request")]
fn parse<T: DeserializeOwned>(body: &str) -> Result<T, Response> {
    serde_json::from_str(body).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Response {
    let body = json!({ "error": format!("could not read the request: {error}") });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn failed(error: &IssuerError) -> Response {
    let body = json!({ "error": error.to_string() });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}
