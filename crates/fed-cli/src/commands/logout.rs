//! `logout`: forget the sign-in and the credentials.

use clap::Args;

use crate::arguments::Options;
use crate::context::{Context, Outcome, block_on};
use crate::{Exit, Failure, identity, session};

/// Forget the profile's sign-in and credentials.
///
/// A refresh token is given back to the issuer, too. Credentials that AWS gave out stay
/// valid until they expire: AWS takes none back.
#[derive(Debug, Args)]
pub struct LogoutArguments {
    /// Forget on this machine only, do not tell the issuer
    #[arg(long)]
    pub local: bool,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &LogoutArguments) -> Outcome {
    let settings = context.settings(Options::default())?;
    let forgotten = identity::forget(context, &settings)?;
    let credentials = session::forget_credentials(context, &settings)?;
    if let Some(refresh_token) = forgotten.refresh_token
        && !arguments.local
    {
        let returned = block_on(async {
            let party = identity::relying_party(context, &settings).await?;
            party.revoke(&refresh_token).await.map_err(|error| {
                Failure::from_error(Exit::Unexpected, &error).maybe_hint(error.hint())
            })
        });
        if let Err(failure) = returned {
            context.say(&format!(
                "warning: the refresh token is forgotten here, but could not be given back to \
                 the issuer: {}",
                failure.message()
            ));
        }
    }
    if let Some(left) = forgotten.left {
        return Err(left);
    }
    context.say(&if forgotten.anything || credentials > 0 {
        format!("the sign-in and the credentials of profile `{}` are forgotten", settings.name)
    } else {
        format!("there was nothing to forget for profile `{}`", settings.name)
    });
    Ok(Exit::Done)
}
