//! The ID token, wherever it comes from.

mod clock;
mod forgotten;
mod holder;
mod interaction;
mod kept;
mod presented;
mod renewal;
mod saved;
mod sign_in;
mod source;
mod stored;
mod token;

pub(crate) use clock::HostClock;
pub(crate) use forgotten::{forget, forget_all};
pub(crate) use holder::Holder;
pub(crate) use kept::{Lasting, keep, keep_or_warn, use_for};
pub(crate) use sign_in::{Renewal, relying_party, sign_in};
#[cfg(test)]
pub(crate) use stored::sign_in_key;
pub(crate) use stored::{CLIENT, Found, SignIns, account, account_key, client_part, kept_holder};
pub(crate) use token::Identity;

use crate::Failure;
use crate::context::{Context, Person, block_on};
use crate::settings::{Settings, Source};

/// The token of the configured source. A sign-in that is still good is used again; one
/// with a refresh token is renewed; else a person is asked, if one may be.
pub(crate) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    person: Person,
) -> Result<Identity, Failure> {
    let source = settings.source()?;
    if !source.needs_person() {
        return presented::obtain(context, settings, &source).await;
    }
    // What is wrong with the settings is told before anybody waits or signs in.
    settings.issuer()?;
    settings.client(context.host)?;
    kept::obtain(context, settings, &source, person).await
}

/// The token of a source that needs no person. Where it is at hand, without a runtime.
pub(crate) fn present(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
) -> Result<Identity, Failure> {
    match presented::at_hand(context, settings, source) {
        Some(identity) => identity,
        None => block_on(presented::obtain(context, settings, source)),
    }
}
