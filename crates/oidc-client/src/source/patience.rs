//! Services of a platform that are busy for a moment are asked again.

use std::time::Duration;

use crate::clock::Clock;

/// How long to wait after each failure, in seconds; after the last one it is given up.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 16];

/// Asks until there is an answer, or a failure that does not pass.
pub(super) async fn patiently<T, E: std::fmt::Display>(
    clock: &dyn Clock,
    passes: impl Fn(&E) -> bool,
    ask: impl AsyncFn() -> Result<T, E>,
) -> Result<T, E> {
    for pause in PAUSES {
        match ask().await {
            Err(error) if passes(&error) => {
                tracing::warn!(%error, "asking again in {pause} s");
                clock.wait(Duration::from_secs(pause)).await;
            }
            outcome => return outcome,
        }
    }
    ask().await
}
