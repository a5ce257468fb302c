//! The device flow (RFC 8628) with Google's field names, and the page where
//! the person types the code.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawForm, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::error_response::{ErrorPage, ErrorResponse};
use super::parameters::{Parameters, scopes};
use super::{DEVICE, Provider, address, chosen_account, page};
use crate::grants::DEVICE_SECONDS;
use crate::{Mistake, Redirects};

/// `POST /device/code`. The client is named here and authenticated when it
/// collects the token.
pub(super) async fn code(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    issue(&provider, &headers, &Parameters::parse(&body))
        .unwrap_or_else(IntoResponse::into_response)
}

fn issue(
    provider: &Provider,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let client_id =
        parameters.get("client_id").ok_or_else(|| ErrorResponse::missing("client_id"))?;
    let client = provider.state().clients.get(client_id).cloned();
    let Some(client) = client else {
        provider.count(Mistake::UnknownClient, Some(client_id));
        return Err(ErrorResponse::new(401, "invalid_client", "The OAuth client was not found."));
    };
    if client.redirect_uris != Redirects::DeviceOnly {
        let why = "Only clients of type 'TVs and Limited Input devices' can use the device flow.";
        return Err(ErrorResponse::new(401, "invalid_client", why));
    }
    let scope = parameters.get("scope").ok_or_else(|| ErrorResponse::missing("scope"))?;
    let scopes = scopes(scope).map_err(|unknown| {
        ErrorResponse::new(
            400,
            "invalid_scope",
            format!("Not a valid scope for a device: {unknown}"),
        )
    })?;
    let now = provider.clock().now();
    let (device_code, user_code) = provider.state().grants.devices.issue(client_id, scopes, now);
    let body = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_url": address::of_endpoint(provider, headers, DEVICE),
        "expires_in": DEVICE_SECONDS,
        "interval": provider.device_interval_seconds,
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// `GET /device`: where to type the code.
pub(super) async fn page() -> Response {
    let body = format!(
        "<h1>Connect a device</h1>\n<form method=\"post\" action=\"{DEVICE}\">\n\
         <label for=\"user_code\">Enter the code displayed on your device</label>\n\
         <input id=\"user_code\" name=\"user_code\" autocomplete=\"off\" required autofocus>\n\
         <button type=\"submit\">Continue</button>\n</form>"
    );
    page::page(StatusCode::OK, "Connect a device (fake issuer)", &body)
}

/// `POST /device`: `user_code`, then also `account`, `email` or `deny`.
pub(super) async fn answer(
    State(provider): State<Arc<Provider>>,
    RawForm(body): RawForm,
) -> Response {
    let parameters = Parameters::parse(&body);
    let user_code = parameters.get("user_code").unwrap_or_default();
    let now = provider.clock().now();
    let mut state = provider.state();
    let client_id = state.grants.devices.client_of(user_code, now).map(str::to_owned);
    let Some(client_id) = client_id else {
        let detail = "There is no device waiting with this code. Check it and try again.";
        return ErrorPage::invalid_request(detail).into_response();
    };
    if parameters.get("deny").is_some() {
        state.grants.devices.answer(user_code, None, now);
        return done("The device was not connected.");
    }
    if !chosen_account::is_made(&parameters) {
        let hidden = ("user_code", user_code);
        return page::account_picker(DEVICE, hidden, &client_id, None, &state.accounts);
    }
    match chosen_account::chosen(&parameters, &state.accounts) {
        Ok(account) => {
            state.grants.devices.answer(user_code, Some(account), now);
            done("The device is connected. You can close this page.")
        }
        Err(page) => page.into_response(),
    }
}

fn done(message: &str) -> Response {
    page::page(StatusCode::OK, "Done (fake issuer)", &format!("<h1>{message}</h1>"))
}
