//! What each request does.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use axum::{Json, Router, middleware};
use fed_types::AccountId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guard;
use super::lessons::TooMuch;
use super::served::Served;
use crate::account::LabAccount;
use crate::seed::Seed;
use crate::usage::Usage;
use crate::{AccountError, LabError, LabStatus};

/// No request says much.
const LONGEST: usize = 4096;

/// An endpoint: its method, its path, and who answers.
type Row = (&'static str, &'static str, MethodRouter<Arc<Served>>);

pub(super) fn rows() -> [Row; 9] {
    [
        got("/_lab", status),
        posted("/_lab/stop", stop),
        posted("/_lab/pages", way_in),
        posted("/_lab/accounts", open),
        ("DELETE", "/_lab/accounts/{id}", delete(close)),
        posted("/_lab/accounts/{id}/reset", reset),
        got("/_lab/accounts/{id}/decisions", decisions),
        posted("/_lab/accounts/{id}/learn", learn),
        got("/_lab/learned", learned),
    ]
}

fn got<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<Served>>) -> Row {
    ("GET", path, get(handler))
}

fn posted<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<Served>>) -> Row {
    ("POST", path, post(handler))
}

pub(super) fn router(served: Arc<Served>) -> Router {
    rows()
        .into_iter()
        .fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
        .fallback(|| async { (StatusCode::NOT_FOUND, "there is no such page\n") })
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(middleware::from_fn_with_state(Arc::clone(&served), guard::guard))
        .with_state(served)
}

/// `POST /_lab/accounts`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    #[serde(default = "nothing")]
    seed: Seed,
}

const fn nothing() -> Seed {
    Seed::Nothing
}

/// A request that has nothing to say: `{}`, or no body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// An account as it is handed out.
#[derive(Serialize)]
struct Opened<'a> {
    account_id: &'a str,
    access_key_id: &'a str,
    secret_access_key: &'a str,
}

/// What is answered instead, and what to do about it.
#[derive(Serialize)]
struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    error: String,
    hint: Option<String>,
}

type Answer = Result<Response, Refusal>;

async fn status(State(served): State<Arc<Served>>) -> Response {
    let status = LabStatus {
        accounts: served.accounts.count(),
        seconds: served.ready.elapsed().as_secs(),
        ..served.status.clone()
    };
    Json(status).into_response()
}

async fn stop(State(served): State<Arc<Served>>, body: String) -> Answer {
    read::<Empty>(&body)?;
    served.stop_requested.notify_one();
    let stopping = Json(json!({ "stopping": served.status.id }));
    Ok((StatusCode::ACCEPTED, stopping).into_response())
}

async fn way_in(State(served): State<Arc<Served>>, body: String) -> Answer {
    read::<Empty>(&body)?;
    let address = served.pages.address()?;
    Ok((StatusCode::CREATED, Json(json!({ "address": address.expose() }))).into_response())
}

async fn open(State(served): State<Arc<Served>>, body: String) -> Answer {
    let opening: Opening = read(&body)?;
    let account = served.accounts.open(opening.seed).await?;
    Ok((StatusCode::CREATED, opened(&account)).into_response())
}

async fn reset(State(served): State<Arc<Served>>, Path(id): Path<String>, body: String) -> Answer {
    read::<Empty>(&body)?;
    let account = served.accounts.reset(&number(&id)?).await?;
    Ok(opened(&account).into_response())
}

async fn close(State(served): State<Arc<Served>>, Path(id): Path<String>) -> Answer {
    served.accounts.close(&number(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn decisions(State(served): State<Arc<Served>>, Path(id): Path<String>) -> Answer {
    let decisions = served.accounts.decisions(&number(&id)?).map_err(LabError::from)?;
    Ok(Json(decisions.iter().map(|one| &**one).collect::<Vec<_>>()).into_response())
}

/// Adds to what was learned, as if it had happened in the lab's first account.
async fn learn(State(served): State<Arc<Served>>, Path(id): Path<String>, body: String) -> Answer {
    read::<Empty>(&body)?;
    let id = number(&id)?;
    let decisions = served.accounts.decisions(&id).map_err(LabError::from)?;
    let usage = Usage::of(&decisions).moved(&id, served.accounts.first());
    served.lessons.add(usage)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn learned(State(served): State<Arc<Served>>) -> Response {
    Json(served.lessons.all()).into_response()
}

fn number(text: &str) -> Result<AccountId, Refusal> {
    text.parse().map_err(|error| Refusal::of(StatusCode::BAD_REQUEST, &error))
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Refusal> {
    let body = if body.is_empty() { "{}" } else { body };
    serde_json::from_str(body).map_err(|error| Refusal::of(StatusCode::BAD_REQUEST, &error))
}

fn opened(account: &LabAccount) -> Response {
    let key = &account.administrator;
    let opened = Opened {
        account_id: account.id.as_str(),
        access_key_id: &key.access_key_id,
        secret_access_key: key.secret_access_key.expose(),
    };
    Json(opened).into_response()
}

impl Refusal {
    fn of(status: StatusCode, error: &dyn std::error::Error) -> Self {
        Self { status, error: error.to_string(), hint: None }
    }
}

impl From<TooMuch> for Refusal {
    fn from(error: TooMuch) -> Self {
        Self { hint: Some(error.hint()), ..Self::of(StatusCode::CONFLICT, &error) }
    }
}

impl From<LabError> for Refusal {
    fn from(error: LabError) -> Self {
        let status = match &error {
            LabError::Account(AccountError::Unknown(_)) => StatusCode::NOT_FOUND,
            LabError::Account(AccountError::First(_)) => StatusCode::CONFLICT,
            LabError::Account(AccountError::CannotForget(_)) => StatusCode::NOT_IMPLEMENTED,
            _ => StatusCode::BAD_GATEWAY,
        };
        Self { hint: error.hint(), ..Self::of(status, &error) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
