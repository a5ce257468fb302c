//! What every request passes on its way in and out: the control endpoints are for programs that
//! know where the issuer listens, and every answer tells the issuer's own time.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Provider;
use super::address::{is_of_another_page, is_own};

/// Lets nobody steer the issuer who came by a name of the provider's, or for a web page: a page
/// that a person has open can send forms and text anywhere, but JSON only where it is let.
pub(super) async fn control(
    State(provider): State<Arc<Provider>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let (status, expected) = if !is_own(&provider, headers) {
        (StatusCode::FORBIDDEN, "the Host header to be the issuer's own address")
    } else if is_of_another_page(&provider, headers) {
        (StatusCode::FORBIDDEN, "no Origin header but the issuer's own")
    } else if request.method() == Method::POST && !is_json(headers) {
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content type application/json")
    } else {
        return next.run(request).await;
    };
    (status, Json(json!({ "error": format!("expected {expected}") }))).into_response()
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Puts the issuer's time into the answer, where a client looks for it (RFC 9110 §6.6.1).
pub(super) async fn date(
    State(provider): State<Arc<Provider>>,
    mut response: Response,
) -> Response {
    let seconds = u64::try_from(provider.clock().now()).unwrap_or_default();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}
