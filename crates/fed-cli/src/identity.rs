//! The ID token, wherever it comes from.

mod interaction;
mod kept;
mod presented;
mod sign_in;
mod source;

use fed_types::{Claims, WebIdentityToken};

pub(crate) use kept::{forget, keep};
pub(crate) use sign_in::{HostClock, Renewal, relying_party, sign_in};

use crate::arguments::SignInArguments;
use crate::commands::Context;
use crate::settings::{Settings, Source};
use crate::{Exit, Failure};

/// Whether somebody can be asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// A browser may be opened, a question asked.
    MayBeAsked,
    /// Nobody is there.
    NonInteractive,
}

/// A token and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// The token.
    pub(crate) token: WebIdentityToken,
    /// Its claims; empty where the token is none that can be read (AWS will say so).
    pub(crate) claims: Claims,
}

/// The token of the configured source. A sign-in that is still good is used again; one
/// with a refresh token is renewed; else a person is asked, if one may be.
pub(crate) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    arguments: &SignInArguments,
    person: Person,
) -> Result<Identity, Failure> {
    let source = settings.source()?;
    if !source.needs_person() {
        return presented::obtain(context, settings, &source).await;
    }
    // What is wrong with the settings is told before anybody waits or signs in.
    settings.issuer()?;
    settings.client(context.host)?;
    kept::obtain(context, settings, arguments, &source, person).await
}

/// Nobody is there to sign in.
fn sign_in_needed(settings: &Settings, source: &Source) -> Failure {
    let options = match source {
        Source::Browser | Source::File(_) => "",
        _ => " in a terminal",
    };
    Failure::new(
        Exit::SignInNeeded,
        format!("somebody has to sign in for profile `{}`", settings.name),
    )
    .hint(format!("run `fed-cli login --profile {}`{options}", settings.name))
}
