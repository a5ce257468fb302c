//! Error responses: JSON for programs (RFC 6749 §5.2), a page for people.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use html_escape::encode_quoted_attribute;
use serde_json::json;

use super::page;

/// An OAuth error as the token, device and revocation endpoints answer it.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) description: String,
    /// The `WWW-Authenticate` scheme to answer with.
    pub(super) challenge: Option<&'static str>,
}

impl ErrorResponse {
    pub(super) fn new(status: u16, error: &'static str, description: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, error, description: description.into(), challenge: None }
    }

    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", description)
    }

    pub(super) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_grant", description)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::invalid_request(format!("Missing required parameter: {parameter}"))
    }

    /// The issuer itself failed: nothing was wrong with the request.
    pub(super) fn internal(error: &crate::IssuerError) -> Self {
        Self::new(500, "server_error", error.to_string())
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(scheme) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response
    }
}

/// An authorization request that is answered by a page instead of a redirect,
/// as Google answers malformed requests.
#[derive(Debug)]
pub(super) struct ErrorPage {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) detail: String,
}

impl ErrorPage {
    pub(super) fn new(status: u16, error: &'static str, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, error, detail: detail.into() }
    }

    pub(super) fn invalid_request(detail: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", detail)
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let body = format!(
            "<h1>Access blocked: this app’s request is invalid</h1>\n\
             <p>{}</p>\n<p>Error {}: <code>{}</code></p>",
            encode_quoted_attribute(&self.detail),
            self.status.as_u16(),
            self.error,
        );
        page::page(self.status, &format!("Error {}: {}", self.status.as_u16(), self.error), &body)
    }
}
