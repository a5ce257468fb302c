//! The HTTP face: Google's paths, then the control endpoints.

mod address;
mod authorization_request;
mod authorize;
mod chosen_account;
mod clients;
mod control;
mod device;
mod discovery;
mod encoding;
mod error_response;
mod guard;
mod page;
mod parameters;
mod provider;
mod sign_in;
mod steering;
mod token;
mod userinfo;
mod workload;

use std::sync::Arc;

use axum::Router;
use axum::middleware::map_response_with_state;
use axum::routing::{get, post};

use crate::Preset;

pub(crate) use provider::Provider;
pub use steering::control_routes;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const AUTHORIZE: &str = "/o/oauth2/v2/auth";
const SIGN_IN: &str = "/o/oauth2/v2/auth/sign-in";
const TOKEN: &str = "/token";
const USERINFO: &str = "/v1/userinfo";
const REVOKE: &str = "/revoke";
const DEVICE_CODE: &str = "/device/code";
const DEVICE: &str = "/device";
const GITHUB_ID_TOKEN: &str = "/actions/id-token";
const MACHINE_IDENTITY: &str = "/computeMetadata/v1/instance/service-accounts/{account}/identity";
const MACHINE_ACCOUNT: &str = "/computeMetadata/v1/instance/service-accounts/{account}/";

/// Google's older addresses, which client libraries still have.
const OLDER_AUTHORIZE: &str = "/o/oauth2/auth";
const OLDER_TOKENS: [&str; 3] = ["/o/oauth2/token", "/oauth2/v3/token", "/oauth2/v4/token"];
const OLDER_USERINFO: &str = "/oauth2/v3/userinfo";
const OLDER_REVOKE: &str = "/o/oauth2/revoke";
const OLDER_CERTIFICATES: &str = "/oauth2/v1/certs";

/// Every endpoint of the issuer; its own also below the path in its URL.
pub(crate) fn router(provider: Arc<Provider>) -> Router {
    let own = endpoints(provider.preset())
        .layer(map_response_with_state(Arc::clone(&provider), encoding::encode));
    let all = match provider.base_path() {
        "" => own,
        path => Router::new().nest(path, own.clone()).merge(own),
    };
    all.merge(steering::router(&provider))
        .layer(map_response_with_state(Arc::clone(&provider), guard::date))
        .with_state(provider)
}

/// What the provider has too.
fn endpoints(preset: Preset) -> Router<Arc<Provider>> {
    let older = OLDER_TOKENS.into_iter();
    let router = older.fold(Router::new(), |router, path| router.route(path, post(token::token)));
    router
        .route(DISCOVERY, get(discovery::document))
        .route(preset.jwks_path(), get(discovery::jwks))
        .route(AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(OLDER_AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(SIGN_IN, post(sign_in::answer))
        .route(TOKEN, post(token::token))
        .route(USERINFO, get(userinfo::userinfo).post(userinfo::userinfo))
        .route(OLDER_USERINFO, get(userinfo::userinfo).post(userinfo::userinfo))
        .route(REVOKE, post(userinfo::revoke))
        .route(OLDER_REVOKE, post(userinfo::revoke))
        .route(DEVICE_CODE, post(device::code))
        .route(DEVICE, get(device::page).post(device::answer))
        .route(GITHUB_ID_TOKEN, get(workload::github_id_token))
        .route(OLDER_CERTIFICATES, get(discovery::certificates))
        .route("/", get(workload::metadata_server))
        .route(MACHINE_ACCOUNT, get(workload::machine_account))
        .route(MACHINE_IDENTITY, get(workload::machine_identity))
}
