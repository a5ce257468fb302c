//! Where machines get their tokens: GitHub Actions' request URL and Google's
//! metadata server.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Provider;
use super::discovery::failing;
use super::error_response::ErrorResponse;
use super::parameters::Parameters;
use crate::fault::Place;
use crate::token::{MACHINE, github_actions_claims, google_machine_claims};
use crate::{Fault, Preset};

/// `GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=…`, with
/// `Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
pub(super) async fn github_id_token(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if provider.preset() != Preset::GithubActions {
        return StatusCode::NOT_FOUND.into_response();
    }
    let sent = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, sent)| sent.as_bytes());
    let of_run = sent.and_then(|sent| {
        let state = provider.state();
        let mut runs = state.runs.iter();
        let found = runs.find(|(right, _)| verify_slices_are_equal(sent, right.as_bytes()).is_ok());
        found.map(|(_, claims)| claims.clone())
    });
    let Some(of_run) = of_run else {
        return (StatusCode::UNAUTHORIZED, "the request token is missing or wrong\n")
            .into_response();
    };
    if let Some(status) = asked_to_fail(&provider) {
        return failing(status);
    }
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    // Without an audience it is for the repository's owner.
    let owner = of_run.get("repository_owner").and_then(Value::as_str).unwrap_or("octo-org");
    let usual = format!("https://github.com/{owner}");
    let mut claims = github_actions_claims(Some(parameters.get("audience").unwrap_or(&usual)));
    claims.extend(of_run.into_iter().filter(|(name, _)| name != "aud"));
    claims.retain(|_, value| !value.is_null());
    match provider.sign_claims(claims, None) {
        Ok(value) => Json(json!({ "count": value.len(), "value": value })).into_response(),
        Err(error) => ErrorResponse::internal(&error).into_response(),
    }
}

/// `GET …/service-accounts/default/identity?audience=…&format=full`, which
/// needs the header `Metadata-Flavor: Google` and answers the bare token.
pub(super) async fn machine_identity(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if provider.preset() != Preset::Google {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    if let Some(status) = asked_to_fail(&provider) {
        return ([("metadata-flavor", "Google")], failing(status)).into_response();
    }
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let Some(audience) = parameters.get("audience") else {
        return (StatusCode::BAD_REQUEST, "non-empty audience parameter required\n")
            .into_response();
    };
    let claims = google_machine_claims(audience, parameters.get("format") == Some("full"));
    match provider.sign_claims(claims, None) {
        Ok(token) => ([("metadata-flavor", "Google")], token).into_response(),
        Err(error) => ErrorResponse::internal(&error).into_response(),
    }
}

/// `GET /`, by which client libraries find out whether there is a metadata server.
pub(super) async fn metadata_server(State(provider): State<Arc<Provider>>) -> Response {
    if provider.preset() != Preset::Google {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([("metadata-flavor", "Google")], "computeMetadata/\n").into_response()
}

/// `GET …/service-accounts/default/?recursive=true`: who the machine is.
pub(super) async fn machine_account(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
) -> Response {
    if provider.preset() != Preset::Google {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    let account = json!({
        "aliases": ["default"],
        "email": MACHINE,
        "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
    });
    ([("metadata-flavor", "Google")], Json(account)).into_response()
}

/// The refusal of a request that a page or a mistaken program may have sent.
fn refused(headers: &HeaderMap) -> Option<Response> {
    let flavor = headers.get("metadata-flavor").map(|value| value.as_bytes());
    let told = "the header Metadata-Flavor:Google is missing\n";
    (flavor != Some(b"Google".as_slice())).then(|| (StatusCode::FORBIDDEN, told).into_response())
}

fn asked_to_fail(provider: &Provider) -> Option<u16> {
    let faults = provider.take_faults(Place::Workload, None);
    faults.into_iter().find_map(|fault| match fault {
        Fault::WorkloadFailing { status } => Some(status),
        _ => None,
    })
}
