//! What the buttons of pages do.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use fake_issuer::{ActiveFault, Controls, Fault};
use fed_types::AccountId;
use lab_page::MessagePage;
use serde::Deserialize;

use super::html::{html, nothing};
use super::served::Served;
use crate::LabError;

/// How far clocks may be moved, in seconds: ten years.
const FARTHEST: i64 = 10 * 365 * 24 * 3600;

#[derive(Deserialize)]
pub(super) struct Key {
    key: String,
}

/// `POST /enter`: the key for a cookie.
pub(super) async fn enter(State(served): State<Arc<Served>>, Form(form): Form<Key>) -> Response {
    let cookie = match served.entry.enter(form.key.trim()) {
        Ok(Some(cookie)) => HeaderValue::from_str(cookie.expose()).ok(),
        Ok(None) => None,
        Err(error) => return failed(&error),
    };
    match cookie {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
        None => {
            let text = "That key was used already, or is none of this lab. `fed-lab page` prints an address with a new one.";
            html(StatusCode::UNAUTHORIZED, &MessagePage::enter(text))
        }
    }
}

/// `POST /decisions/clear`
pub(super) async fn forget_decisions(State(served): State<Arc<Served>>) -> Response {
    served.shown.gate.clear_decisions();
    Redirect::to("/").into_response()
}

/// `POST /issuers/N/rotate`. Making a key takes a tenth of a second.
pub(super) async fn rotate(
    State(served): State<Arc<Served>>,
    Path(number): Path<usize>,
) -> Response {
    let Some(issuer) = served.shown.issuers.get(number).cloned() else { return no_issuer() };
    match tokio::task::spawn_blocking(move || issuer.rotate()).await {
        Ok(Ok(_)) => to_issuers(),
        Ok(Err(error)) => failed(&LabError::Issuer(error)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct Move {
    r#move: i64,
}

/// `POST /issuers/N/clock`: on, back, or right again (0).
pub(super) async fn move_clock(
    State(served): State<Arc<Served>>,
    Path(number): Path<usize>,
    Form(form): Form<Move>,
) -> Response {
    with_issuer(&served, number, |issuer| {
        let offset = match form.r#move {
            0 => 0,
            seconds => issuer.clock().offset_seconds().saturating_add(seconds),
        };
        issuer.clock().set_offset_seconds(offset.clamp(-FARTHEST, FARTHEST));
    })
}

#[derive(Deserialize)]
pub(super) struct Wrong {
    fault: String,
}

/// `POST /issuers/N/faults`: one that needs no values, once.
pub(super) async fn add_fault(
    State(served): State<Arc<Served>>,
    Path(number): Path<usize>,
    Form(form): Form<Wrong>,
) -> Response {
    let Some(fault) = Fault::PLAIN.into_iter().find(|fault| fault.name() == form.fault) else {
        return nothing("There is no such fault.");
    };
    with_issuer(&served, number, |issuer| {
        issuer.add_fault(ActiveFault { fault, times: Some(1), client_id: None });
    })
}

/// `POST /issuers/N/faults/clear`
pub(super) async fn clear_faults(
    State(served): State<Arc<Served>>,
    Path(number): Path<usize>,
) -> Response {
    with_issuer(&served, number, Controls::clear_faults)
}

/// `POST /accounts/ID/reset`
pub(super) async fn reset(State(served): State<Arc<Served>>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<AccountId>() else { return nothing("There is no such account.") };
    match served.shown.accounts.reset(&id).await {
        Ok(_) => Redirect::to("/world").into_response(),
        Err(error) => failed(&error),
    }
}

/// `POST /accounts/ID/close`
pub(super) async fn close(State(served): State<Arc<Served>>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<AccountId>() else { return nothing("There is no such account.") };
    match served.shown.accounts.close(&id).await {
        Ok(()) => Redirect::to("/world").into_response(),
        Err(error) => failed(&error),
    }
}

fn with_issuer(served: &Served, number: usize, act: impl FnOnce(&Controls)) -> Response {
    match served.shown.issuers.get(number) {
        Some(issuer) => {
            act(issuer);
            to_issuers()
        }
        None => no_issuer(),
    }
}

fn to_issuers() -> Response {
    Redirect::to("/issuers").into_response()
}

fn no_issuer() -> Response {
    nothing("There is no such issuer.")
}

fn failed(error: &LabError) -> Response {
    let text = match error.hint() {
        None => format!("{error}."),
        Some(hint) => format!("{error}. Hint: {hint}."),
    };
    html(StatusCode::BAD_GATEWAY, &MessagePage::failed("That did not work", &text))
}
