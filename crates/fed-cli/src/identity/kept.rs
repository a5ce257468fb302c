//! Sign-ins that are kept: used again while they are good, renewed where they can be.

use std::time::Duration;

use credential_store::{EntryKey, LockedEntry, Store, StoreError, Stored};
use fed_types::{Hint, Step};
use oidc_client::SignIn;

use super::renewal::{renew, still_good};
use super::saved::{PATIENCE, note_use, own_lock, save, tell, warn_unless_kept};
use super::sign_in::{Renewal, sign_in};
use super::stored::{Found, SignIns, account_key, choose, sign_in_key};
use super::token::Identity;
use crate::advice::login;
use crate::context::{Context, Person};
use crate::settings::{Settings, Source};
use crate::store::{note_open, open_sign_in, remember, repeat_abandoned, repeat_failure, store};
use crate::{Exit, Failure};

/// How often somebody who cannot ask looks whether others do.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The kept sign-in's token, a renewed one, or that of a new sign-in.
pub(super) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
    person: Person,
) -> Result<Identity, Failure> {
    let Some(store) = store(context) else {
        return anew(context, settings, source, person).await.map(|s| Identity::of(&s));
    };
    let vault = settings.vault(context.host)?;
    let account = account_key(context, settings);
    let max_age = settings.max_age()?;
    let usable = |found: &Found| match found {
        Found::One(found) => still_good(context, &found.1, max_age)
            .inspect(|_| note_use(context, settings, &store, found)),
        Found::Nobody | Found::Several(_) => None,
    };
    if let Some(identity) = usable(&SignIns::of(&store).find(context, settings)) {
        return Ok(identity);
    }
    let began = context.host.now();
    let locked = lock(&store, &account, settings, person)?;
    let found = SignIns::of(&store).find(context, settings);
    if let Some(identity) = usable(&found) {
        return Ok(identity);
    }
    if person == Person::NonInteractive {
        repeat_failure(context, &locked)?;
    }
    match found {
        Found::One(found) => {
            let subject = found.1.subject.clone();
            let renewed = renew(context, settings, &vault, &store, &found.0, person)
                .await
                .inspect_err(|failure| remember(context, &locked, failure, person))?;
            if let Some(renewed) = renewed {
                choose(&locked, &subject);
                return Ok(renewed);
            }
        }
        Found::Several(people) if person == Person::NonInteractive => {
            return Err(whose(settings, &people));
        }
        Found::Nobody | Found::Several(_) => {}
    }
    if person == Person::MayBeAsked {
        repeat_abandoned(settings, &locked, began)?;
        note_open(context, settings, &locked);
    }
    let sign_in = anew(context, settings, source, person)
        .await
        .inspect_err(|failure| remember(context, &locked, failure, person))?;
    let kept = keep_under(context, settings, &store, &locked, &sign_in)?;
    warn_unless_kept(context, &kept);
    if let Ok(kept) = kept {
        tell(context, &kept);
    }
    Ok(Identity::of(&sign_in))
}

/// Keeps the sign-in, and that it is the one of these settings. The inner error is why nothing is
/// kept, which hinders nobody now.
fn keep_under(
    context: Context<'_>,
    settings: &Settings,
    store: &Store,
    locked: &LockedEntry,
    sign_in: &SignIn,
) -> Result<Result<Stored, String>, Failure> {
    let vault = settings.vault(context.host)?;
    let subject = sign_in.id_token.subject();
    let own = own_lock(store, &sign_in_key(context, settings, subject))?;
    let kept = save(context, settings, &vault, &own, sign_in);
    if kept.is_ok() {
        choose(locked, subject);
    }
    Ok(kept)
}

/// Several people are signed in, and nobody is there to say who it is.
fn whose(settings: &Settings, people: &[String]) -> Failure {
    let name = &settings.name;
    let message = format!(
        "several people are signed in whom profile `{name}` could mean: `{}`",
        people.join("`, `")
    );
    let one = people.first().map_or("ACCOUNT", String::as_str);
    let hint = Hint::to(
        "name one with `account` in the profile, or sign in",
        Step::SignInAs(one.to_owned()),
    );
    Failure::new(Exit::SignInNeeded, message).advised_for(hint, settings.named())
}

/// The lock of those who wait for one person. Another process may hold it for as long as a renewal takes, which is
/// waited for, or for as long as a person takes, which only those wait for who could ask one
/// themselves: a tool is told at once.
fn lock(
    store: &Store,
    key: &EntryKey,
    settings: &Settings,
    person: Person,
) -> Result<LockedEntry, Failure> {
    let patience = settings.asking.timeout + PATIENCE;
    let mut waited = Duration::ZERO;
    loop {
        let pause = match person {
            Person::MayBeAsked => patience,
            Person::NonInteractive => LOOK_AGAIN,
        };
        match store.lock(key, pause) {
            Err(StoreError::LockTimeout { .. }) if waited + pause < patience => {
                open_sign_in(store, key, settings)?;
                waited += pause;
            }
            Err(error) => {
                let failure = Failure::from_error(Exit::Unexpected, &error);
                return Err(failure.advised(error.hint()));
            }
            Ok(locked) => return Ok(locked),
        }
    }
}

async fn anew(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
    person: Person,
) -> Result<SignIn, Failure> {
    match person {
        Person::NonInteractive => Err(sign_in_needed(settings, source)),
        Person::MayBeAsked => sign_in(context, settings, source, Renewal::Welcome).await,
    }
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
    .hint(format!("run {}{options}", login(settings.named())))
}

/// What the next command will find of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It is renewed by a refresh token that is kept.
    Renewed,
    /// It lasts as long as its ID token.
    IdToken,
    /// Nothing of it is kept, and why. That is not told yet.
    Nothing(String),
}

/// Keeps a sign-in that was made outside of [`obtain`]; says where its refresh token went.
pub(crate) fn keep(
    context: Context<'_>,
    settings: &Settings,
    sign_in: &SignIn,
) -> Result<Lasting, Failure> {
    settings.vault(context.host)?;
    let Some(store) = store(context) else {
        return Ok(Lasting::Nothing("there is no place for it".to_owned()));
    };
    let locked = own_lock(&store, &account_key(context, settings))?;
    let kept = keep_under(context, settings, &store, &locked, sign_in)?;
    if let Ok(stored) = &kept {
        warn_unless_kept(context, &kept);
        tell(context, stored);
    }
    Ok(match kept {
        Err(trouble) => Lasting::Nothing(trouble),
        Ok(Stored::InKeyring(_) | Stored::InFile | Stored::InFileInstead(_)) => Lasting::Renewed,
        Ok(Stored::NoToken | Stored::Nowhere(_)) => Lasting::IdToken,
    })
}

/// The same where the sign-in is good for more than being kept: says where nothing is.
pub(crate) fn keep_or_warn(
    context: Context<'_>,
    settings: &Settings,
    sign_in: &SignIn,
) -> Result<(), Failure> {
    if let Lasting::Nothing(trouble) = keep(context, settings, sign_in)? {
        warn_unless_kept(context, &Err(trouble));
    }
    Ok(())
}

/// Has other settings of the same issuer and client use this sign-in from now on, where they
/// can mean this person.
pub(crate) fn use_for(context: Context<'_>, settings: &Settings, subject: &str) {
    let Some(store) = store(context) else { return };
    let sign_ins = SignIns::of(&store);
    if sign_ins.is_allowed(context, settings, subject)
        && let Ok(locked) = store.lock(&account_key(context, settings), PATIENCE)
    {
        choose(&locked, subject);
    }
}
