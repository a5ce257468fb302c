//! Sign-ins that are kept: used again while they are good, renewed where they can be.

use std::time::Duration;

use credential_store::{
    EntryKey, KeyringError, LockedEntry, RefreshToken, SignInEntry, Store, StoreError, Stored,
    Vault,
};
use fed_types::Secret;
use oidc_client::{RefreshError, SignIn, UnverifiedIdToken};

use super::clock::HostClock;
use super::sign_in::{Renewal, failed, relying_party, sign_in};
use super::stored::{Found, SignIns, account_key, choose, sign_in_key};
use super::token::Identity;
use crate::context::{Context, Person};
use crate::settings::{Settings, Source};
use crate::store::{
    in_one_line, note_open, open_sign_in, remember, repeat_abandoned, repeat_failure, store,
};
use crate::{Exit, Failure};

/// An ID token with less life than this is not used again: it must reach AWS alive.
const LIFE_NEEDED: Duration = Duration::from_secs(60);

/// How long to wait for another process beside its sign-in's own time.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

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
        return anew(context, settings, source, person).await.map(|s| of(&s));
    };
    let vault = settings.vault(context.host)?;
    let account = account_key(context, settings);
    let max_age = settings.max_age()?;
    let usable = |found: &Found| match found {
        Found::One(found) => still_good(context, &found.1, max_age),
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
            let renewed = renew(context, settings, &vault, &store, *found, person)
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
    if let Some(kept) = keep_under(context, settings, &store, &locked, &sign_in)? {
        tell(context, &kept);
    }
    Ok(of(&sign_in))
}

/// Keeps the sign-in, and that it is the one of these settings.
fn keep_under(
    context: Context<'_>,
    settings: &Settings,
    store: &Store,
    locked: &LockedEntry,
    sign_in: &SignIn,
) -> Result<Option<Stored>, Failure> {
    let vault = settings.vault(context.host)?;
    let subject = sign_in.id_token.subject();
    let own = own_lock(store, &sign_in_key(context, settings, subject))?;
    let kept = save(context, &vault, &own, sign_in);
    if kept.is_some() {
        choose(locked, subject);
    }
    Ok(kept)
}

/// The lock of one person's sign-in, held while it is renewed or replaced.
fn own_lock(store: &Store, key: &EntryKey) -> Result<LockedEntry, Failure> {
    store
        .lock(key, PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))
}

/// Several people are signed in, and nobody is there to say who it is.
fn whose(settings: &Settings, people: &[String]) -> Failure {
    let name = &settings.name;
    let message = format!(
        "several people are signed in whom profile `{name}` could mean: `{}`",
        people.join("`, `")
    );
    let one = people.first().map_or("ACCOUNT", String::as_str);
    Failure::new(Exit::SignInNeeded, message).hint(format!(
        "name one with `account` in the profile, or sign in: \
         `fed-cli login --profile {name} --account {one}`"
    ))
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
                let hint = error.hint();
                return Err(Failure::from_error(Exit::Unexpected, &error).hint(hint));
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
    .hint(format!("run `fed-cli login --profile {}`{options}", settings.name))
}

/// The kept token, while it lives and the person showed who they are recently enough.
fn still_good(
    context: Context<'_>,
    entry: &SignInEntry,
    max_age: Option<Duration>,
) -> Option<Identity> {
    let (token, expiration) = (entry.id_token.as_ref()?, entry.id_token_expiration?);
    if expiration <= context.host.now().plus(LIFE_NEEDED) {
        return None;
    }
    let claims = UnverifiedIdToken::parse(token.expose()).ok()?.unverified_claims().clone();
    if let Some(max_age) = max_age
        && claims.time("auth_time")?.plus(max_age) < context.host.now()
    {
        return None;
    }
    Some(Identity::signed_in(token, &claims))
}

/// Renews with the refresh token. `None` where there is none, or the issuer says that it
/// is of no more use: then it is dropped. Any other failure keeps it, or the new one that
/// came with the answer.
async fn renew(
    context: Context<'_>,
    settings: &Settings,
    vault: &Vault,
    store: &Store,
    (key, entry): (EntryKey, SignInEntry),
    person: Person,
) -> Result<Option<Identity>, Failure> {
    let locked = &own_lock(store, &key)?;
    // Another profile of this person may have renewed it meanwhile.
    let entry = locked.read::<SignInEntry>().unwrap_or(entry);
    if let Some(identity) = still_good(context, &entry, settings.max_age()?) {
        return Ok(Some(identity));
    }
    let refresh_token = match vault.refresh_token(locked, &entry) {
        Ok(Some(refresh_token)) => refresh_token,
        Ok(None) => return Ok(None),
        Err(error) => return out_of_reach(context, settings, &error, person),
    };
    let party = relying_party(context, settings).await?;
    let clock = HostClock(context.host.clock);
    let keep = |rotated: &Secret| {
        let refresh_token = Some(RefreshToken::Known(rotated.clone()));
        let entry = SignInEntry { refresh_token, ..entry.clone() };
        if locked.degraded().is_none()
            && let Err(error) = vault.save(locked, &entry)
        {
            tracing::warn!(error = in_one_line(&error), "the new refresh token is not kept yet");
        }
    };
    match party.refresh(&refresh_token, &entry.subject, &clock, keep).await {
        Ok(sign_in) => {
            save(context, vault, locked, &sign_in);
            Ok(Some(of(&sign_in)))
        }
        Err(RefreshError::SignInNeeded(reason)) => {
            tracing::info!(%reason, "the sign-in can be renewed no more");
            let entry = SignInEntry { refresh_token: None, id_token: None, ..entry };
            warn_unless_kept(context, vault, locked, &entry);
            Ok(None)
        }
        Err(RefreshError::Transient(error) | RefreshError::Failed(error)) => {
            Err(failed(settings, &error))
        }
        Err(error) => Err(Failure::from_error(Exit::Unexpected, &error)),
    }
}

/// The refresh token is in a keyring that does not give it. A person who is there signs in
/// anew; else it is a sign-in that is needed, or a keyring that is too slow, which is a
/// trouble of its own.
fn out_of_reach(
    context: Context<'_>,
    settings: &Settings,
    error: &KeyringError,
    person: Person,
) -> Result<Option<Identity>, Failure> {
    if person == Person::MayBeAsked {
        context.say(&format!("warning: the sign-in cannot be renewed: {error}"));
        return Ok(None);
    }
    let exit = match error {
        KeyringError::Timeout(_) => Exit::Unexpected,
        _ => Exit::SignInNeeded,
    };
    // In one, because others who ask are told the message alone.
    let message = format!("the sign-in of profile `{}` cannot be renewed: {error}", settings.name);
    Err(Failure::new(exit, message).hint(error.hint()))
}

/// What the next command will find of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It is renewed by a refresh token that is kept.
    Renewed,
    /// It lasts as long as its ID token.
    IdToken,
    /// Nothing of it is kept.
    Nothing,
}

/// Keeps a sign-in that was made outside of [`obtain`]; says where its refresh token went.
pub(crate) fn keep(
    context: Context<'_>,
    settings: &Settings,
    sign_in: &SignIn,
) -> Result<Lasting, Failure> {
    settings.vault(context.host)?;
    let Some(store) = store(context) else {
        context.say("warning: the sign-in is not kept: there is no place for it");
        return Ok(Lasting::Nothing);
    };
    let locked = own_lock(&store, &account_key(context, settings))?;
    let Some(kept) = keep_under(context, settings, &store, &locked, sign_in)? else {
        return Ok(Lasting::Nothing);
    };
    tell(context, &kept);
    Ok(match kept {
        Stored::InKeyring(_) | Stored::InFile | Stored::InFileInstead(_) => Lasting::Renewed,
        Stored::NoToken | Stored::Nowhere(_) => Lasting::IdToken,
    })
}

/// Has other settings of the same issuer and client use this sign-in from now on, where they
/// can mean this person.
pub(crate) fn use_for(context: Context<'_>, settings: &Settings, subject: &str) {
    let Some(store) = store(context) else { return };
    let sign_ins = SignIns::of(&store);
    if sign_ins.fitting(context, settings).iter().any(|(_, entry)| entry.subject == subject)
        && let Ok(locked) = store.lock(&account_key(context, settings), PATIENCE)
    {
        choose(&locked, subject);
    }
}

fn save(
    context: Context<'_>,
    vault: &Vault,
    locked: &LockedEntry,
    sign_in: &SignIn,
) -> Option<Stored> {
    let claims = sign_in.id_token.claims();
    let refresh_token = sign_in.refresh_token.clone().map(RefreshToken::Known);
    // An issuer that gives a refresh token once only (Google), or an email address at the
    // sign-in alone, must not make us lose it.
    let before = locked.read::<SignInEntry>();
    let before = before.filter(|entry| entry.subject == sign_in.id_token.subject());
    let (token_before, email_before) =
        before.map_or((None, None), |entry| (entry.refresh_token, entry.email));
    let entry = SignInEntry {
        issuer: claims.issuer().unwrap_or_default().to_owned(),
        subject: sign_in.id_token.subject().to_owned(),
        email: claims.text("email").map(str::to_owned).or(email_before),
        refresh_token: refresh_token.or(token_before),
        id_token: Some(sign_in.id_token.web_identity_token().clone()),
        id_token_expiration: claims.time("exp"),
        obtained: context.host.now(),
    };
    warn_unless_kept(context, vault, locked, &entry)
}

/// Keeps the entry and returns where its refresh token is; says what is not kept.
fn warn_unless_kept(
    context: Context<'_>,
    vault: &Vault,
    locked: &LockedEntry,
    entry: &SignInEntry,
) -> Option<Stored> {
    let saved = match locked.degraded() {
        Some(reason) => Err(in_one_line(reason)),
        None => vault.save(locked, entry).map_err(|error| in_one_line(&error)),
    };
    match &saved {
        Err(trouble) => context.say(&format!("warning: the sign-in is not kept: {trouble}")),
        Ok(Stored::Nowhere(error)) => context.say(&format!(
            "warning: the refresh token is not kept, because `store` is `keyring`: {error}"
        )),
        Ok(_) => {}
    }
    saved.ok()
}

/// Where a new sign-in's refresh token is, said once.
fn tell(context: Context<'_>, kept: &Stored) {
    let file = "in a file that only you can read (mode 0600)";
    match kept {
        Stored::InKeyring(name) => context.say(&format!("the refresh token is in the {name}")),
        Stored::InFile => context.say(&format!("the refresh token is {file}")),
        Stored::InFileInstead(error) => {
            context.say(&format!("warning: {error}: the refresh token is {file} instead"));
        }
        Stored::NoToken | Stored::Nowhere(_) => {}
    }
}

fn of(sign_in: &SignIn) -> Identity {
    Identity::signed_in(sign_in.id_token.web_identity_token(), sign_in.id_token.claims())
}
