//! The ID token, wherever it comes from.

use fed_types::{Claims, WebIdentityToken};

use crate::arguments::SignInArguments;
use crate::commands::Context;
use crate::settings::Settings;
use crate::{Exit, Failure};

/// Whether somebody can be asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// A browser may be opened, a question asked.
    MayBeAsked,
    /// Nobody is there.
    IsAbsent,
}

/// A token and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) token: WebIdentityToken,
    pub(crate) claims: Claims,
}

pub(crate) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    _sign_in: &SignInArguments,
    _person: Person,
) -> Result<Identity, Failure> {
    let path = settings
        .profile
        .token_file
        .clone()
        .ok_or_else(|| Failure::new(Exit::Usage, "no token file"))?;
    let secret =
        context.host.files.read_secret(&path).map_err(|e| {
            Failure::new(Exit::InvalidConfiguration, "cannot read token").caused_by(&e)
        })?;
    Ok(Identity {
        token: WebIdentityToken::new(secret.expose()),
        claims: Claims::from_json(b"{}").map_err(|e| Failure::from_error(Exit::Unexpected, &e))?,
    })
}
