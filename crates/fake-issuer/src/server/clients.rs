//! OAuth clients made known while the issuer runs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Provider;
use crate::Client;

/// `GET /_control/clients`: ids and types, no secrets.
pub(super) async fn list(State(provider): State<Arc<Provider>>) -> Response {
    let mut clients: Vec<Value> = provider.state().clients.values().map(described).collect();
    clients.sort_by_key(|client| client["client_id"].to_string());
    Json(json!({ "clients": clients })).into_response()
}

/// `POST /_control/clients`: one, described as [`Client`]'s `FromStr` reads it. It takes the
/// place of one with the same id.
pub(super) async fn add(State(provider): State<Arc<Provider>>, body: String) -> Response {
    match body.parse::<Client>() {
        Ok(client) => {
            let answer = described(&client);
            provider.register_client(client);
            Json(answer).into_response()
        }
        Err(error) => {
            let body = json!({ "error": format!("could not read the client: {error}") });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn described(client: &Client) -> Value {
    json!({
        "client_id": client.client_id,
        "type": client.redirect_uris.client_type(),
        "public": client.client_secret.is_none(),
    })
}
