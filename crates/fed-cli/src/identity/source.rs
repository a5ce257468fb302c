//! One question to one source.

use fed_types::Proxies;
use oidc_client::{
    HttpClient, HttpLimits, Obtained, SignInError, SourceError, Surroundings, TokenSource,
};

use super::clock::HostClock;
use super::interaction::Talk;
use crate::context::Context;

/// Asks the source for a token.
pub(super) async fn ask(
    context: Context<'_>,
    source: &TokenSource,
    talk: &Talk<'_>,
    proxies: Proxies,
) -> Result<Obtained, SourceError> {
    let http = HttpClient::new(HttpLimits::STANDARD)
        .map_err(|error| SignInError::Discovery(error.into()))?
        .through(proxies);
    let clock = HostClock(context.host.clock);
    source.obtain(Surroundings { http: &http, clock: &clock, interaction: talk }).await
}
