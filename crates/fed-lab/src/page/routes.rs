//! Which address is what.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lab_page::{ENTER_SCRIPT, LIVE_SCRIPT, STYLE};

use super::html::nothing;
use super::served::Served;
use super::{acts, guard, learned, live, shown};

/// No form says much.
const LONGEST: usize = 4096;

pub(super) fn router(served: Arc<Served>) -> Router {
    Router::new()
        .route("/", get(shown::decisions))
        .route("/decisions/clear", post(acts::forget_decisions))
        .route("/decisions/{id}", get(shown::decision))
        .route("/principals", get(shown::principals))
        .route("/issuers", get(shown::issuers))
        .route("/issuers/{number}/rotate", post(acts::rotate))
        .route("/issuers/{number}/clock", post(acts::move_clock))
        .route("/issuers/{number}/faults", post(acts::add_fault))
        .route("/issuers/{number}/faults/clear", post(acts::clear_faults))
        .route("/accounts/{id}/reset", post(acts::reset))
        .route("/accounts/{id}/close", post(acts::close))
        .route("/world", get(shown::world))
        .route("/learned", get(learned::learned))
        .route("/live", get(live::live))
        .route("/enter", post(acts::enter))
        .route("/style.css", get(|| async { file("text/css; charset=utf-8", STYLE) }))
        .route("/live.js", get(|| async { file(SCRIPT, LIVE_SCRIPT) }))
        .route("/enter.js", get(|| async { file(SCRIPT, ENTER_SCRIPT) }))
        .fallback(|| async { nothing("There is no such page.") })
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(middleware::from_fn_with_state(Arc::clone(&served), guard::guard))
        .with_state(served)
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

fn file(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], text).into_response()
}
