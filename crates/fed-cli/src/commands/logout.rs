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
/// Profiles of one issuer and client share a person's sign-in: it is forgotten for all of them, and
/// so are the credentials that it got. Other people's sign-ins stay. A refresh token is given back to the issuer, too. Credentials
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
    let others = sharing(context, &settings)?;
    let done = forget(context, &settings, arguments)?;
    if !arguments.local {
        tell_of_others(context, done.not_tried);
    }
    if let Some(trouble) = done.trouble {
        return Err(trouble);
    }
    let name = &settings.name;
    context.say(&match (done.anything, others.as_slice()) {
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

/// Everything: of the profiles there are, with refresh tokens given back; then of others. A
/// profile in trouble saves no other: the first trouble is told when all else is forgotten.
fn everything(context: Context<'_>, arguments: &LogoutArguments) -> Outcome {
    let mut all = Done::default();
    match Settings::every(context.host, context.global.config.as_deref()) {
        Ok(profiles) => {
            for settings in profiles {
                all.add(forget(context, &settings, arguments));
            }
        }
        Err(error) => {
            context.say(&format!("warning: no refresh token is given back to its issuer: {error}"))
        }
    }
    let vault = Vault::new(context.host.keyring.clone(), RefreshTokenPlace::Auto);
    all.add(identity::forget_all(context, &vault).map(|rest| Done {
        anything: rest.anything,
        not_tried: rest.others,
        refused: 0,
        trouble: rest.left,
    }));
    if !arguments.local {
        tell_of_others(context, all.not_tried + all.refused);
    }
    if let Some(trouble) = all.trouble {
        return Err(trouble);
    }
    context.say(if all.anything {
        "everything is forgotten"
    } else {
        "there was nothing to forget"
    });
    Ok(Exit::Done)
}

/// What came of it.
#[derive(Debug, Default)]
struct Done {
    /// Whether there was anything to forget.
    anything: bool,
    /// How many refresh tokens nobody was asked to take back.
    not_tried: usize,
    /// How many the issuer did not take back, as was told.
    refused: usize,
    /// What went wrong first.
    trouble: Option<Failure>,
}

impl Done {
    fn add(&mut self, other: Result<Self, Failure>) {
        let other =
            other.unwrap_or_else(|trouble| Self { trouble: Some(trouble), ..Self::default() });
        self.anything |= other.anything;
        self.not_tried += other.not_tried;
        self.refused += other.refused;
        self.trouble = self.trouble.take().or(other.trouble);
    }
}

/// Forgets what is one profile's.
fn forget(
    context: Context<'_>,
    settings: &Settings,
    arguments: &LogoutArguments,
) -> Result<Done, Failure> {
    let forgotten = identity::forget(context, settings)?;
    let mut done = Done {
        anything: forgotten.anything,
        not_tried: forgotten.others,
        refused: 0,
        trouble: forgotten.left,
    };
    if !arguments.local {
        let returned = forgotten.refresh_tokens.iter().map(|it| give_back(context, settings, it));
        done.refused = returned.filter(|returned| !returned).count();
    }
    match session::forget_credentials(context, settings, &forgotten.sign_ins) {
        Ok(count) => done.anything |= count > 0,
        Err(failure) => done.trouble = done.trouble.or(Some(failure)),
    }
    Ok(done)
}

/// How many refresh tokens may still be good at an issuer.
fn tell_of_others(context: Context<'_>, count: usize) {
    let told = match count {
        0 => return,
        1 => "1 refresh token is".to_owned(),
        many => format!("{many} refresh tokens are"),
    };
    context.say(&format!("warning: {told} forgotten here, but not given back to the issuer"));
}

/// Asks the issuer to take the refresh token back; whether it did. One that takes none back is
/// told of: there is nothing else to do.
fn give_back(context: Context<'_>, settings: &Settings, refresh_token: &Secret) -> bool {
    let returned = block_on(async {
        let party = identity::relying_party(context, settings).await?;
        party
            .revoke(refresh_token, &HostClock(context.host.clock))
            .await
            .map_err(|error| Failure::from_error(Exit::Unexpected, &error).advised(error.hint()))
    });
    if let Err(failure) = &returned {
        context.say(&format!(
            "warning: the refresh token is forgotten here, but could not be given back to \
             the issuer: {}",
            failure.message()
        ));
    }
    if let Ok(false) = returned {
        context.say(
            "note: the issuer takes no refresh tokens back: it is forgotten here, and ends when the \
             issuer says so",
        );
    }
    returned.is_ok()
}

/// The other profiles that have the sign-in that these settings mean.
fn sharing(context: Context<'_>, settings: &Settings) -> Result<Vec<String>, Failure> {
    let Some(store) = store(context) else { return Ok(Vec::new()) };
    let sign_ins = SignIns::of(&store);
    let Found::One(own) = sign_ins.find(context, settings) else { return Ok(Vec::new()) };
    let shares = |other: &Settings| match sign_ins.find(context, other) {
        Found::One(found) => own.0 == found.0,
        Found::Nobody | Found::Several(_) => false,
    };
    let all = Settings::every(context.host, context.global.config.as_deref())?;
    let others = all.into_iter().filter(|other| other.name != settings.name && shares(other));
    Ok(others.map(|other| other.name).collect())
}
