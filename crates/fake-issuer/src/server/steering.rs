//! What no provider would do for anybody: the control endpoints, in one table.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post};

use super::{Provider, clients, control, guard};

/// An endpoint: its method, its path, and who answers.
type Row = (&'static str, &'static str, MethodRouter<Arc<Provider>>);

fn rows() -> [Row; 13] {
    [
        got("/_control/health", control::health),
        posted("/_control/token", control::token),
        posted("/_control/rotate", control::rotate),
        posted("/_control/runs", control::start_run),
        got("/_control/clients", clients::list),
        posted("/_control/clients", clients::add),
        got("/_control/clock", control::clock),
        posted("/_control/clock", control::set_clock),
        got("/_control/faults", control::faults),
        posted("/_control/faults", control::add_faults),
        deleted("/_control/faults", control::clear_faults),
        got("/_control/mistakes", control::mistakes),
        deleted("/_control/mistakes", control::clear_mistakes),
    ]
}

fn got<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<Provider>>) -> Row {
    ("GET", path, get(handler))
}

fn posted<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<Provider>>) -> Row {
    ("POST", path, post(handler))
}

fn deleted<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<Provider>>) -> Row {
    ("DELETE", path, delete(handler))
}

/// The method and the path of every control endpoint.
pub fn control_routes() -> Vec<(&'static str, &'static str)> {
    rows().into_iter().map(|(method, path, _)| (method, path)).collect()
}

pub(super) fn router(provider: &Arc<Provider>) -> Router<Arc<Provider>> {
    let rows = rows().into_iter();
    rows.fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
        .route_layer(from_fn_with_state(Arc::clone(provider), guard::control))
}
