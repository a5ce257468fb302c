//! Credentials of the profile's role: from the store where they are fresh, else by a
//! new exchange. Dozens of processes may ask at once; one does the work.

mod exchange;
mod key;

use std::time::Duration;

use credential_store::{CredentialsEntry, EntryKind, FailureKind, LockedEntry, StoreError};
use fed_types::Claims;

pub(crate) use exchange::{SESSION_NAME, exchange};

use crate::context::{Context, Person, block_on};
use crate::identity;
use crate::settings::Settings;
use crate::store::{in_one_line, remember, repeat_abandoned, store};
use crate::{Exit, Failure};

/// How much longer than a sign-in we wait for another process that holds the lock.
const PATIENCE: Duration = Duration::from_secs(30);

/// Credentials that have life left: from the store, or new ones. A person may be asked
/// to sign in.
pub(crate) fn credentials(
    context: Context<'_>,
    settings: &Settings,
) -> Result<CredentialsEntry, Failure> {
    cached_or_new(context, settings, Person::MayBeAsked)
}

/// The same, but nobody is asked: exit status 4 where somebody would have to be.
pub(crate) fn credentials_unattended(
    context: Context<'_>,
    settings: &Settings,
) -> Result<CredentialsEntry, Failure> {
    cached_or_new(context, settings, Person::NonInteractive)
}

/// The claims of a token of the person who runs this, or of the configured source.
pub(crate) fn claims(context: Context<'_>, settings: &Settings) -> Result<Claims, Failure> {
    let identity = block_on(identity::obtain(context, settings, Person::MayBeAsked))?;
    Ok(identity.claims)
}

fn cached_or_new(
    context: Context<'_>,
    settings: &Settings,
    person: Person,
) -> Result<CredentialsEntry, Failure> {
    let key = key::of(context, settings)?;
    let fresh = |entry: &CredentialsEntry| entry.is_fresh(context.host.now());
    let Some(store) = store(context) else {
        return renew(context, settings, person);
    };
    if let Some(entry) = store.read::<CredentialsEntry>(&key).filter(fresh) {
        return Ok(entry);
    }
    let began = context.host.now();
    let locked = store
        .lock(&key, settings.asking.timeout + PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))?;
    let old = locked.read::<CredentialsEntry>();
    if let Some(entry) = old.clone().filter(fresh) {
        return Ok(entry);
    }
    match person {
        Person::NonInteractive => repeat_failure(context, &locked)?,
        Person::MayBeAsked => repeat_abandoned(&locked, began)?,
    }
    match renew(context, settings, person) {
        Ok(entry) => {
            keep(context, &locked, &entry);
            Ok(entry)
        }
        Err(failure) => {
            remember(context, &locked, &failure, person);
            // What AWS still accepts is better than nothing, unless AWS itself said no.
            let valid = old.filter(|entry| entry.is_valid(context.host.now()));
            valid.filter(|_| failure.exit != Exit::Denied).ok_or(failure)
        }
    }
}

fn renew(
    context: Context<'_>,
    settings: &Settings,
    person: Person,
) -> Result<CredentialsEntry, Failure> {
    let assumed = block_on(async {
        let identity = identity::obtain(context, settings, person).await?;
        exchange(context, settings, &identity).await
    })?;
    entry(context, settings, assumed)
}

/// What is kept of an answer of STS.
pub(crate) fn entry(
    context: Context<'_>,
    settings: &Settings,
    assumed: sts_exchange::AssumedRole,
) -> Result<CredentialsEntry, Failure> {
    Ok(CredentialsEntry {
        credentials: assumed.credentials,
        obtained: context.host.now(),
        role_arn: settings.role_arn()?.to_string(),
        assumed_role_arn: Some(assumed.assumed_role_arn),
        subject: assumed.subject,
    })
}

/// Keeps credentials that were got outside of [`credentials`], for the next command.
pub(crate) fn keep_for_later(
    context: Context<'_>,
    settings: &Settings,
    entry: &CredentialsEntry,
) -> Result<(), Failure> {
    let key = key::of(context, settings)?;
    if let Some(store) = store(context)
        && let Ok(locked) = store.lock(&key, PATIENCE)
    {
        keep(context, &locked, entry);
    }
    Ok(())
}

/// Forgets the credentials of a profile: whoever signs in next may be somebody else. Returns
/// how many there were.
pub(crate) fn forget_credentials(
    context: Context<'_>,
    settings: &Settings,
) -> Result<usize, Failure> {
    let Some(store) = store(context) else { return Ok(0) };
    let wrong =
        |error: StoreError| Failure::from_error(Exit::Unexpected, &error).hint(error.hint());
    let mut forgotten = 0;
    for listed in store.list().map_err(wrong)? {
        if listed.key.profile() == settings.name && listed.key.kind() == EntryKind::Credentials {
            forgotten += usize::from(store.remove(&listed.key, PATIENCE).map_err(wrong)?);
        }
    }
    Ok(forgotten)
}

/// Saves what can be saved; credentials are given out all the same.
fn keep(context: Context<'_>, locked: &LockedEntry, entry: &CredentialsEntry) {
    let trouble = match locked.degraded() {
        Some(reason) => Some(in_one_line(reason)),
        None => locked.save(entry).err().map(|error| in_one_line(&error)),
    };
    if let Some(trouble) = trouble {
        context.say(&format!("warning: the credentials are not kept: {trouble}"));
    }
}

/// A failure that happened a moment ago, instead of the same attempt again.
fn repeat_failure(context: Context<'_>, locked: &LockedEntry) -> Result<(), Failure> {
    let now = context.host.now();
    let matters = |failure: &credential_store::Failure| {
        failure.holds(now) && failure.kind != FailureKind::SignInAbandoned
    };
    match locked.failure().filter(matters) {
        None => Ok(()),
        Some(failure) => {
            let exit = match failure.kind {
                FailureKind::SignInNeeded | FailureKind::SignInAbandoned => Exit::SignInNeeded,
                FailureKind::Denied => Exit::Denied,
                FailureKind::Other => Exit::Unexpected,
            };
            Err(Failure::new(exit, failure.reason.clone()).hint(format!(
                "this was found at {}; the next try is made from {} on",
                failure.at, failure.retry_at
            )))
        }
    }
}
