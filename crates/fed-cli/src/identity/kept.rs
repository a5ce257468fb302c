//! Sign-ins that are kept: used again while they are good, renewed where they can be.

use std::time::Duration;

use credential_store::{
    EntryKey, EntryKind, KeyringError, LockedEntry, RefreshToken, SignInEntry, Store, StoreError,
    Stored, Vault,
};
use fed_types::Secret;
use oidc_client::{RefreshError, SignIn, UnverifiedIdToken};

use super::clock::HostClock;
use super::holder::Holder;
use super::sign_in::{Renewal, failed, relying_party, sign_in};
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
const PATIENCE: Duration = Duration::from_secs(30);

/// How often somebody who cannot ask looks whether others do.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What names the profile's sign-in in the store.
pub(crate) fn sign_in_key(context: Context<'_>, settings: &Settings) -> EntryKey {
    let mut parts = settings.profile.sign_in_parts();
    let client_id = settings.client_id(&context.host.files);
    parts.extend(client_id.map(|client_id| ("client", client_id)));
    let given: Vec<(&str, &str)> =
        parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    EntryKey::new(EntryKind::SignIn, &settings.name, &given)
}

/// Who is signed in, as far as is kept, whether or not the sign-in is still good.
pub(crate) fn kept_holder(context: Context<'_>, settings: &Settings) -> Option<Holder> {
    let entry = store(context)?.read::<SignInEntry>(&sign_in_key(context, settings))?;
    Some(Holder::of_sign_in(&entry.issuer, &entry.subject))
}

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
    let key = sign_in_key(context, settings);
    let usable = |entry: &SignInEntry| still_good(context, entry);
    if let Some(identity) = store.read::<SignInEntry>(&key).as_ref().and_then(usable) {
        return Ok(identity);
    }
    let began = context.host.now();
    let locked = lock(&store, &key, settings, person)?;
    let entry = locked.read::<SignInEntry>();
    if let Some(identity) = entry.as_ref().and_then(usable) {
        return Ok(identity);
    }
    if person == Person::NonInteractive {
        repeat_failure(context, &locked)?;
    }
    if let Some(entry) = entry {
        let renewed = renew(context, settings, &vault, &locked, entry, person)
            .await
            .inspect_err(|failure| remember(context, &locked, failure, person))?;
        if let Some(renewed) = renewed {
            return Ok(renewed);
        }
    }
    if person == Person::MayBeAsked {
        repeat_abandoned(settings, &locked, began)?;
        note_open(context, settings, &locked);
    }
    let sign_in = anew(context, settings, source, person)
        .await
        .inspect_err(|failure| remember(context, &locked, failure, person))?;
    if let Some(kept) = save(context, &vault, &locked, &sign_in) {
        tell(context, &kept);
    }
    Ok(of(&sign_in))
}

/// The sign-in's lock. Another process may hold it for as long as a renewal takes, which is
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

fn still_good(context: Context<'_>, entry: &SignInEntry) -> Option<Identity> {
    let (token, expiration) = (entry.id_token.as_ref()?, entry.id_token_expiration?);
    if expiration <= context.host.now().plus(LIFE_NEEDED) {
        return None;
    }
    let claims = UnverifiedIdToken::parse(token.expose()).ok()?.unverified_claims().clone();
    Some(Identity::signed_in(token, &claims))
}

/// Renews with the refresh token. `None` where there is none, or the issuer says that it
/// is of no more use: then it is dropped. Any other failure keeps it, or the new one that
/// came with the answer.
async fn renew(
    context: Context<'_>,
    settings: &Settings,
    vault: &Vault,
    locked: &LockedEntry,
    entry: SignInEntry,
    person: Person,
) -> Result<Option<Identity>, Failure> {
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
    let vault = settings.vault(context.host)?;
    let Some(store) = store(context) else {
        context.say("warning: the sign-in is not kept: there is no place for it");
        return Ok(Lasting::Nothing);
    };
    let locked = store
        .lock(&sign_in_key(context, settings), PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))?;
    let Some(kept) = save(context, &vault, &locked, sign_in) else {
        return Ok(Lasting::Nothing);
    };
    tell(context, &kept);
    Ok(match kept {
        Stored::InKeyring(_) | Stored::InFile | Stored::InFileInstead(_) => Lasting::Renewed,
        Stored::NoToken | Stored::Nowhere(_) => Lasting::IdToken,
    })
}

/// What was forgotten.
pub(crate) struct Forgotten {
    /// Whether there was anything.
    pub(crate) anything: bool,
    /// The refresh token, to be given back.
    pub(crate) refresh_token: Option<Secret>,
    /// Why a part of it may still be there.
    pub(crate) left: Option<Failure>,
}

/// Takes the profile's sign-ins out of the store: the one that its settings lead to, those of
/// its earlier settings, and what is left of damaged entries.
pub(crate) fn forget(context: Context<'_>, settings: &Settings) -> Result<Forgotten, Failure> {
    let vault = settings.vault(context.host)?;
    let mut forgotten = Forgotten { anything: false, refresh_token: None, left: None };
    let Some(store) = store(context) else { return Ok(forgotten) };
    let wrong =
        |error: StoreError| Failure::from_error(Exit::Unexpected, &error).hint(error.hint());
    let current = sign_in_key(context, settings);
    let mut keys = vec![current.clone()];
    keys.extend(store.list().map_err(wrong)?.into_iter().map(|listed| listed.key).filter(|key| {
        key.kind() == EntryKind::SignIn && key.profile() == settings.name && *key != current
    }));
    for key in &keys {
        let locked = store.lock(key, PATIENCE).map_err(wrong)?;
        if let Some(entry) = locked.read::<SignInEntry>() {
            forgotten.anything = true;
            // One that the keyring does not give cannot be given back; removing it tells why.
            // Those of earlier settings are another client's, or another issuer's.
            if *key == current {
                forgotten.refresh_token = vault.refresh_token(&locked, &entry).ok().flatten();
            }
        }
        match vault.remove(&locked) {
            Ok(_) => {}
            Err(error @ StoreError::KeyringItem { .. }) => forgotten.left = Some(wrong(error)),
            Err(error) => return Err(wrong(error)),
        }
    }
    forgotten.anything |= store.sweep(&settings.name).map_err(wrong)? > 0;
    Ok(forgotten)
}

fn save(
    context: Context<'_>,
    vault: &Vault,
    locked: &LockedEntry,
    sign_in: &SignIn,
) -> Option<Stored> {
    let claims = sign_in.id_token.claims();
    let refresh_token = sign_in.refresh_token.clone().map(RefreshToken::Known);
    let entry = SignInEntry {
        issuer: claims.issuer().unwrap_or_default().to_owned(),
        subject: sign_in.id_token.subject().to_owned(),
        email: claims.text("email").map(str::to_owned),
        refresh_token: refresh_token.or_else(|| same_subject(locked, sign_in.id_token.subject())),
        id_token: Some(sign_in.id_token.web_identity_token().clone()),
        id_token_expiration: claims.time("exp"),
        obtained: context.host.now(),
    };
    warn_unless_kept(context, vault, locked, &entry)
}

/// An issuer that gives a refresh token once only (Google) must not make us lose it.
fn same_subject(locked: &LockedEntry, subject: &str) -> Option<RefreshToken> {
    locked.read::<SignInEntry>().filter(|entry| entry.subject == subject)?.refresh_token
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
