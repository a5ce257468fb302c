//! Pages as answers.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use lab_page::{MessagePage, Template};

/// A page as an answer.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

pub(super) fn nothing(text: &str) -> Response {
    html(StatusCode::NOT_FOUND, &MessagePage::failed("Not here", text))
}
