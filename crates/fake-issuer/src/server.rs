//! The HTTP face: Google's paths, then the control endpoints.

mod authorization_request;
mod authorize;
mod control;
mod device;
mod discovery;
mod error_response;
mod page;
mod parameters;
mod provider;
mod sign_in;
mod token;
mod userinfo;
mod workload;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use provider::Provider;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const JWKS: &str = "/oauth2/v3/certs";
const AUTHORIZE: &str = "/o/oauth2/v2/auth";
const SIGN_IN: &str = "/o/oauth2/v2/auth/sign-in";
const TOKEN: &str = "/token";
const USERINFO: &str = "/v1/userinfo";
const REVOKE: &str = "/revoke";
const DEVICE_CODE: &str = "/device/code";
const DEVICE: &str = "/device";
const GITHUB_ID_TOKEN: &str = "/actions/id-token";
const MACHINE_IDENTITY: &str = "/computeMetadata/v1/instance/service-accounts/{account}/identity";

/// Every endpoint of the issuer.
pub(crate) fn router(provider: Arc<Provider>) -> Router {
    Router::new()
        .route(DISCOVERY, get(discovery::document))
        .route(JWKS, get(discovery::jwks))
        .route(AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(SIGN_IN, post(sign_in::answer))
        .route(TOKEN, post(token::token))
        .route(USERINFO, get(userinfo::userinfo).post(userinfo::userinfo))
        .route(REVOKE, post(userinfo::revoke))
        .route(DEVICE_CODE, post(device::code))
        .route(DEVICE, get(device::page).post(device::answer))
        .route(GITHUB_ID_TOKEN, get(workload::github_id_token))
        .route(MACHINE_IDENTITY, get(workload::machine_identity))
        .route("/_control/health", get(control::health))
        .route("/_control/token", post(control::token))
        .route("/_control/rotate", post(control::rotate))
        .route("/_control/clock", get(control::clock).post(control::set_clock))
        .route(
            "/_control/faults",
            get(control::faults).post(control::add_faults).delete(control::clear_faults),
        )
        .route("/_control/mistakes", get(control::mistakes).delete(control::clear_mistakes))
        .with_state(provider)
}
