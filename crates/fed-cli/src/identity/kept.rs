//! Sign-ins that are kept: used again while they are good, renewed where they can be.

use std::time::Duration;

use credential_store::{EntryKey, EntryKind, LockedEntry, SignInEntry};
use oidc_client::{SignIn, UnverifiedIdToken};

use super::sign_in::failed;
use super::{HostClock, Identity, Person, Renewal, relying_party, sign_in, sign_in_needed};
use crate::arguments::SignInArguments;
use crate::commands::Context;
use crate::session::{remember, repeat_abandoned, store};
use crate::settings::{Settings, Source};
use crate::{Exit, Failure};

/// An ID token with less life than this is not used again: it must reach AWS alive.
const LIFE_NEEDED: Duration = Duration::from_secs(60);

/// How long to wait for another process beside its sign-in's own time.
const PATIENCE: Duration = Duration::from_secs(30);

/// What names the profile's sign-in in the store.
pub(super) fn key(settings: &Settings) -> EntryKey {
    let profile = &settings.profile;
    let parts = [
        ("issuer", &profile.issuer),
        ("discovery_url", &profile.discovery_url),
        ("client_id", &profile.client_id),
        ("account", &profile.account),
        ("hosted_domain", &profile.hosted_domain),
    ];
    let given: Vec<(&str, &str)> =
        parts.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
    EntryKey::new(EntryKind::SignIn, &settings.name, &given)
}

/// The kept sign-in's token, a renewed one, or that of a new sign-in.
pub(super) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    arguments: &SignInArguments,
    source: &Source,
    person: Person,
) -> Result<Identity, Failure> {
    let Some(store) = store(context) else {
        return anew(context, settings, arguments, source, person).await.map(|s| of(&s));
    };
    let key = key(settings);
    let usable = |entry: &SignInEntry| still_good(context, entry);
    if let Some(identity) = store.read::<SignInEntry>(&key).as_ref().and_then(usable) {
        return Ok(identity);
    }
    let began = context.host.now();
    let locked = store
        .lock(&key, arguments.login_timeout + PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))?;
    let entry = locked.read::<SignInEntry>();
    if let Some(identity) = entry.as_ref().and_then(usable) {
        return Ok(identity);
    }
    if let Some(entry) = entry
        && let Some(renewed) = renew(context, settings, &locked, entry).await?
    {
        return Ok(renewed);
    }
    if person == Person::MayBeAsked {
        repeat_abandoned(&locked, began)?;
    }
    let sign_in = anew(context, settings, arguments, source, person)
        .await
        .inspect_err(|failure| remember(context, &locked, failure, person))?;
    save(context, &locked, &sign_in);
    Ok(of(&sign_in))
}

async fn anew(
    context: Context<'_>,
    settings: &Settings,
    arguments: &SignInArguments,
    source: &Source,
    person: Person,
) -> Result<SignIn, Failure> {
    match person {
        Person::IsAbsent => Err(sign_in_needed(settings, source)),
        Person::MayBeAsked => sign_in(context, settings, arguments, source, Renewal::Welcome).await,
    }
}

fn still_good(context: Context<'_>, entry: &SignInEntry) -> Option<Identity> {
    let (token, expiration) = (entry.id_token.as_ref()?, entry.id_token_expiration?);
    if expiration <= context.host.now().plus(LIFE_NEEDED) {
        return None;
    }
    let claims = UnverifiedIdToken::parse(token.expose()).ok()?.unverified_claims().clone();
    Some(Identity { token: token.clone(), claims })
}

/// Renews with the refresh token. `None` where there is none, or the issuer says that it
/// is of no more use: then it is dropped. Any other failure keeps it.
async fn renew(
    context: Context<'_>,
    settings: &Settings,
    locked: &LockedEntry,
    entry: SignInEntry,
) -> Result<Option<Identity>, Failure> {
    let Some(refresh_token) = &entry.refresh_token else { return Ok(None) };
    let party = relying_party(context, settings).await?;
    let clock = HostClock(context.host.clock);
    match party.refresh(refresh_token, &entry.subject, &clock).await {
        Ok(sign_in) => {
            save(context, locked, &sign_in);
            Ok(Some(of(&sign_in)))
        }
        Err(error) if error.is_invalid_grant() => {
            tracing::info!("the issuer takes the refresh token no more");
            let entry = SignInEntry { refresh_token: None, id_token: None, ..entry };
            warn_unless_kept(context, locked, &entry);
            Ok(None)
        }
        Err(error) => Err(failed(&error)),
    }
}

/// Keeps a sign-in that was made outside of [`obtain`].
pub(crate) fn keep(context: Context<'_>, settings: &Settings, sign_in: &SignIn) {
    if let Some(store) = store(context)
        && let Ok(locked) = store.lock(&key(settings), PATIENCE)
    {
        save(context, &locked, sign_in);
    }
}

/// Takes the sign-in out of the store and returns it.
pub(crate) fn forget(
    context: Context<'_>,
    settings: &Settings,
) -> Result<Option<SignInEntry>, Failure> {
    let Some(store) = store(context) else { return Ok(None) };
    let wrong = |error: credential_store::StoreError| {
        Failure::from_error(Exit::Unexpected, &error).hint(error.hint())
    };
    let locked = store.lock(&key(settings), PATIENCE).map_err(wrong)?;
    let entry = locked.read::<SignInEntry>();
    locked.remove().map_err(wrong)?;
    Ok(entry)
}

fn save(context: Context<'_>, locked: &LockedEntry, sign_in: &SignIn) {
    let claims = sign_in.id_token.claims();
    let entry = SignInEntry {
        issuer: claims.issuer().unwrap_or_default().to_owned(),
        subject: sign_in.id_token.subject().to_owned(),
        email: claims.text("email").map(str::to_owned),
        refresh_token: sign_in
            .refresh_token
            .clone()
            .or_else(|| same_subject(locked, sign_in.id_token.subject())),
        id_token: Some(sign_in.id_token.web_identity_token().clone()),
        id_token_expiration: claims.time("exp"),
        obtained: context.host.now(),
    };
    warn_unless_kept(context, locked, &entry);
}

/// An issuer that gives a refresh token once only (Google) must not make us lose it.
fn same_subject(locked: &LockedEntry, subject: &str) -> Option<fed_types::Secret> {
    locked.read::<SignInEntry>().filter(|entry| entry.subject == subject)?.refresh_token
}

fn warn_unless_kept(context: Context<'_>, locked: &LockedEntry, entry: &SignInEntry) {
    let trouble = match locked.degraded() {
        Some(reason) => Some(reason.to_string()),
        None => locked.save(entry).err().map(|error| error.to_string()),
    };
    if let Some(trouble) = trouble {
        context.say(&format!("warning: {trouble}: the sign-in is not kept"));
    }
}

fn of(sign_in: &SignIn) -> Identity {
    Identity {
        token: sign_in.id_token.web_identity_token().clone(),
        claims: sign_in.id_token.claims().clone(),
    }
}
