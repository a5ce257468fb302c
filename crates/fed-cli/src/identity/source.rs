//! One question to one source.

use oidc_client::{
    HttpClient, HttpLimits, Obtained, SignInError, SourceError, Surroundings, TokenSource,
};

use super::HostClock;
use super::interaction::Talk;
use crate::commands::Context;

/// Asks the source for a token.
pub(super) async fn ask(
    context: Context<'_>,
    source: &TokenSource,
    talk: &Talk<'_>,
) -> Result<Obtained, SourceError> {
    let http = HttpClient::new(HttpLimits::STANDARD)
        .map_err(|error| SignInError::Discovery(error.into()))?;
    let clock = HostClock(context.host.clock);
    source.obtain(Surroundings { http: &http, clock: &clock, interaction: talk }).await
}
