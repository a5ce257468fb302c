//! Decisions as they are made, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use lab_page::{Filter, row};
use tokio::sync::broadcast::error::RecvError;

use super::served::Served;

/// `GET /live`: a row each, as the page of all decisions has it.
pub(super) async fn live(
    State(served): State<Arc<Served>>,
    Query(filter): Query<Filter>,
) -> Response {
    let coming = served.shown.gate.follow();
    let stopped = served.stopped.clone();
    let events =
        stream::unfold((coming, stopped, filter), |(mut coming, mut stopped, filter)| async {
            loop {
                let record = tokio::select! {
                    record = coming.recv() => record,
                    _ = stopped.wait_for(|stop| *stop) => return None,
                };
                match record {
                    Ok(record) if filter.shows(&record) => {
                        let Ok(html) = row(&record) else { return None };
                        let event = Event::default().event("decision").data(html);
                        return Some((Ok::<_, Infallible>(event), (coming, stopped, filter)));
                    }
                    // The page shows the newest ones; a reload has what it missed.
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}
