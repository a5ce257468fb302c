//! The browser is sent to an address that signs in without that address on a command line, where
//! everybody on the machine could read it: to a page on this machine that leads there, once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::rand;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::sync::oneshot;
use url::Url;

use crate::context::Context;
use crate::{Exit, Failure, loopback};

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the page leads, until it did, and who waits for that.
type Once = Arc<Mutex<Option<(String, oneshot::Sender<()>)>>>;

/// Opens the address; `false` where no browser came for it, and after that none can.
///
/// # Errors
/// Exit status 1 when there is no port, or no random number to be had.
pub(super) async fn once(context: Context<'_>, address: &Url) -> Result<bool, Failure> {
    let message = "could not open the console";
    let failed = |error: std::io::Error| Failure::new(Exit::Unexpected, message).caused_by(&error);
    let listener = loopback::listen().await.map_err(failed)?;
    let mut random = [0_u8; 16];
    rand::fill(&mut random).map_err(|_| Failure::new(Exit::Unexpected, message))?;
    let path: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let here = format!("http://{}/{path}", listener.local_addr().map_err(failed)?);
    let (sender, came) = oneshot::channel();
    let once: Once = Arc::new(Mutex::new(Some((address.to_string(), sender))));
    let router = Router::new().route(&format!("/{path}"), get(lead)).with_state(once);
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let url = Url::parse(&here).map_err(|_| Failure::new(Exit::Unexpected, message))?;
    let opened = context.host.browser.open(&url).is_ok()
        && tokio::time::timeout(PATIENCE, came).await.is_ok_and(|came| came.is_ok());
    served.abort();
    Ok(opened)
}

async fn lead(State(once): State<Once>) -> Response {
    let taken = once.lock().unwrap_or_else(PoisonError::into_inner).take();
    match taken {
        None => StatusCode::GONE.into_response(),
        Some((address, sender)) => {
            // Told a moment later, so that the answer is on its way.
            tokio::spawn(async move {
                tokio::task::yield_now().await;
                let _ = sender.send(());
            });
            let headers = [
                (LOCATION, address.as_str()),
                (CACHE_CONTROL, "no-store"),
                (REFERRER_POLICY, "no-referrer"),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
    }
}
