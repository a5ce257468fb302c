//! Who may ask: whoever has the key, calls the lab by its own address, and is no web page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::served::Served;

/// Lets a request through to its route, or says why not.
pub(super) async fn guard(
    State(served): State<Arc<Served>>,
    request: Request,
    next: Next,
) -> Response {
    match refusal(&served, request.method(), request.headers()) {
        None => next.run(request).await,
        Some((status, why)) => (status, format!("{why}\n")).into_response(),
    }
}

fn refusal(
    served: &Served,
    method: &Method,
    headers: &HeaderMap,
) -> Option<(StatusCode, &'static str)> {
    let of = |name: header::HeaderName| {
        let values = headers.get_all(name).into_iter();
        values.map(|value| value.to_str().unwrap_or_default()).collect::<Vec<_>>()
    };
    let own = |host: &&str| {
        host.rsplit_once(':').is_some_and(|(name, port)| {
            matches!(name, "127.0.0.1" | "localhost") && port.parse() == Ok(served.port)
        })
    };
    if !matches!(of(header::HOST).as_slice(), [host] if own(host)) {
        let why = "expected the Host header to be the address of the control endpoints";
        return Some((StatusCode::FORBIDDEN, why));
    }
    if !of(header::ORIGIN).is_empty() {
        return Some((StatusCode::FORBIDDEN, "expected no Origin header: web pages may not ask"));
    }
    let key = match of(header::AUTHORIZATION).as_slice() {
        [one] => one.strip_prefix("Bearer ").map(str::to_owned),
        _ => None,
    };
    let known =
        key.is_some_and(|key| bool::from(key.as_bytes().ct_eq(served.key.expose().as_bytes())));
    if !known {
        let why = "expected `Authorization: Bearer KEY` with the key in FED_LAB_CONTROL_KEY_FILE";
        return Some((StatusCode::UNAUTHORIZED, why));
    }
    let is_json = matches!(of(header::CONTENT_TYPE).as_slice(), ["application/json"]);
    if method == Method::POST && !is_json {
        let why = "expected `Content-Type: application/json`";
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    None
}
