//! Answers in `gzip`, as what stands before an issuer may send them.

use std::io::{Read as _, Result};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::read::GzEncoder;

use super::Provider;
use crate::Fault;
use crate::fault::Place;

/// Encodes the answer, where that was asked for.
pub(super) async fn encode(State(provider): State<Arc<Provider>>, response: Response) -> Response {
    if !provider.take_faults(Place::Anywhere, None).contains(&Fault::Gzip) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(encoded) = gzip(&body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(head, Body::from(encoded))
}

fn gzip(body: &[u8]) -> Result<Vec<u8>> {
    let mut encoded = Vec::new();
    GzEncoder::new(body, Compression::fast()).read_to_end(&mut encoded)?;
    Ok(encoded)
}
