//! `logout`: forget the sign-in and the credentials.

use clap::Args;
use credential_store::{RefreshTokenPlace, Vault};
use fed_types::Secret;

use crate::arguments::Options;
use crate::context::{Context, Outcome, block_on};
use crate::identity::{self, Found, HostClock, SignIns};
use crate::settings::Settings;
use crate::store::store;
use crate::{Exit, Failure, session};

/// Forget the profile's sign-in and credentials.
///
/// Profiles of one issuer and client share a sign-in: it is forgotten for all of them, and so
/// are the credentials that it got. A refresh token is given back to the issuer, too. Credentials
/// that AWS gave out stay valid until they expire: AWS takes none back.
#[derive(Debug, Args)]
pub struct LogoutArguments {
    /// Forget on this machine only, do not tell the issuer
    #[arg(long)]
    pub local: bool,
    /// Forget everything that is kept, of all profiles
    #[arg(long)]
    pub all: bool,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &LogoutArguments) -> Outcome {
    if arguments.all {
        return everything(context, arguments);
    }
    let settings = context.settings(Options::default())?;
    let others = sharing(context, &settings);
    let anything = forget(context, &settings, arguments)?;
    let name = &settings.name;
    context.say(&match (anything, others.as_slice()) {
        (false, _) => format!("there was nothing to forget for profile `{name}`"),
        (true, []) => format!("the sign-in and the credentials of profile `{name}` are forgotten"),
        (true, [one]) => {
            format!(
                "the sign-in and the credentials of profiles `{name}` and `{one}` are forgotten"
            )
        }
        (true, others) => format!(
            "the sign-in and the credentials of profile `{name}` and of {} others are forgotten",
            others.len()
        ),
    });
    Ok(Exit::Done)
}

/// Everything: of the profiles there are, with refresh tokens given back; then of others.
fn everything(context: Context<'_>, arguments: &LogoutArguments) -> Outcome {
    let mut anything = false;
    match Settings::every(context.host, context.global.config.as_deref()) {
        Ok(profiles) => {
            for settings in profiles {
                anything |= forget(context, &settings, arguments)?;
            }
        }
        Err(error) => {
            context.say(&format!("warning: no refresh token is given back to its issuer: {error}"))
        }
    }
    let vault = Vault::new(context.host.keyring.clone(), RefreshTokenPlace::Auto);
    let rest = identity::forget_all(context, &vault)?;
    if let Some(left) = rest.left {
        return Err(left);
    }
    let forgotten = anything || rest.anything;
    context.say(if forgotten { "everything is forgotten" } else { "there was nothing to forget" });
    Ok(Exit::Done)
}

/// Forgets what is one profile's, and whether there was anything.
fn forget(
    context: Context<'_>,
    settings: &Settings,
    arguments: &LogoutArguments,
) -> Result<bool, Failure> {
    let forgotten = identity::forget(context, settings)?;
    let credentials = session::forget_credentials(context, settings, &forgotten.holders)?;
    if !arguments.local {
        for refresh_token in &forgotten.refresh_tokens {
            give_back(context, settings, refresh_token);
        }
    }
    match forgotten.left {
        Some(left) => Err(left),
        None => Ok(forgotten.anything || credentials > 0),
    }
}

fn give_back(context: Context<'_>, settings: &Settings, refresh_token: &Secret) {
    let returned = block_on(async {
        let party = identity::relying_party(context, settings).await?;
        party
            .revoke(refresh_token, &HostClock(context.host.clock))
            .await
            .map_err(|error| Failure::from_error(Exit::Unexpected, &error).maybe_hint(error.hint()))
    });
    if let Err(failure) = returned {
        context.say(&format!(
            "warning: the refresh token is forgotten here, but could not be given back to \
             the issuer: {}",
            failure.message()
        ));
    }
}

/// The other profiles that have one of the sign-ins that these settings could mean.
fn sharing(context: Context<'_>, settings: &Settings) -> Vec<String> {
    let Some(store) = store(context) else { return Vec::new() };
    let sign_ins = SignIns::of(&store);
    let own = sign_ins.fitting(context, settings);
    let shares = |other: &Settings| match sign_ins.find(context, other) {
        Found::One(found) => own.iter().any(|(key, _)| *key == found.0),
        Found::Nobody | Found::Several(_) => false,
    };
    let all = Settings::every(context.host, context.global.config.as_deref()).unwrap_or_default();
    let others = all.into_iter().filter(|other| other.name != settings.name && shares(other));
    others.map(|other| other.name).collect()
}
