//! One question to one source.

use oidc_client::{HttpClient, Obtained, SourceError, Surroundings, TokenSource};

use super::clock::HostClock;
use super::interaction::Talk;
use crate::context::Context;

/// Asks the source for a token.
pub(super) async fn ask(
    context: Context<'_>,
    source: &TokenSource,
    talk: &Talk<'_>,
    http: &HttpClient,
) -> Result<Obtained, SourceError> {
    let clock = HostClock(context.host.clock);
    source.obtain(Surroundings { http, clock: &clock, interaction: talk }).await
}
