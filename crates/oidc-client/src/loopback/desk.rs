//! Who comes to the listener, and what each is told.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use fed_types::Secret;
use tokio::sync::{mpsc, oneshot};

use super::{Outcome, Stray, is_host, page};
use crate::issuer::Issuer;
use crate::redirect::{self, AuthorizationCode, RedirectError};

/// How many strays may wait to be told; those beyond are turned away in silence.
pub(super) const TOLD: usize = 3;

/// What the one handler knows.
pub(super) struct Desk {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) state: Secret,
    pub(super) issuer: Issuer,
    pub(super) names_issuer: bool,
    /// Taken by the answer to our request.
    pub(super) turn: Mutex<Option<mpsc::Sender<Arrival>>>,
}

/// Who came to the callback's address.
pub(super) enum Arrival {
    /// Somebody else.
    Stray(Stray),
    /// The answer to our request; the browser waits for its page.
    Answer { code: Result<AuthorizationCode, RedirectError>, page: oneshot::Sender<Outcome> },
}

pub(super) async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_host(&request, &desk.host) {
        return page::plain(StatusCode::FORBIDDEN, "This address is not served here.");
    }
    if request.uri().path() != desk.path {
        return page::plain(StatusCode::NOT_FOUND, "There is nothing here.");
    }
    if request.method() != Method::GET {
        return page::plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is served here.");
    }
    let query = request.uri().query().unwrap_or_default();
    let code = redirect::read(query, &desk.state, &desk.issuer, desk.names_issuer);
    if let Err(error) = &code
        && error.answers_another()
    {
        desk.note(Stray { error: redirect::error_code(query) });
        return page::stray();
    }
    let Some(turn) = desk.turn() else {
        return page::plain(StatusCode::GONE, "This sign-in has been answered already.");
    };
    let (page, outcome) = oneshot::channel();
    let over = || Outcome::Failed { reason: "nobody waits for this sign-in any more".to_owned() };
    if turn.send(Arrival::Answer { code, page }).await.is_err() {
        return page::outcome(&over());
    }
    page::outcome(&outcome.await.unwrap_or_else(|_| over()))
}

impl Desk {
    fn turn(&self) -> Option<mpsc::Sender<Arrival>> {
        self.turn.lock().ok()?.take()
    }

    fn note(&self, stray: Stray) {
        let turn = self.turn.lock().ok().and_then(|turn| turn.clone());
        if let Some(turn) = turn
            && turn.try_send(Arrival::Stray(stray)).is_err()
        {
            tracing::debug!("one more stray request at the redirect's address");
        }
    }
}
