//! The store, and what its processes tell each other through it.

use credential_store::{EntryKey, FailureKind, LockedEntry, Store, StoreError};
use fed_types::UnixTime;

use crate::advice::login;
use crate::context::{Context, Person};
use crate::settings::Settings;
use crate::{Exit, Failure};

/// The store, where there is a place for one.
pub(crate) fn store(context: Context<'_>) -> Option<Store> {
    context.host.files.state().map(Store::new)
}

/// What went wrong, and why, where there is no room for more.
pub(crate) fn in_one_line(error: &StoreError) -> String {
    Failure::from_error(Exit::Unexpected, error).in_one_line()
}

/// Remembers what cost others something, so that a hundred processes do not repeat it. That
/// somebody has to sign in is found without asking anybody, and is over once they did; that
/// somebody was asked in vain is for those who wait.
pub(crate) fn remember(
    context: Context<'_>,
    locked: &LockedEntry,
    failure: &Failure,
    person: Person,
) {
    let kind = match (failure.exit, person) {
        (Exit::SignInNeeded, Person::NonInteractive) => return,
        (Exit::SignInNeeded, Person::MayBeAsked) => FailureKind::SignInAbandoned,
        (Exit::Denied, _) => FailureKind::Denied,
        _ => FailureKind::Other,
    };
    // Not being able to remember it only means that the next one tries again.
    let _ = locked.remember_failure(kind, failure.message(), context.host.now());
}

/// Of many who wait for one person to sign in, one asks. If that comes to nothing, the
/// others say so instead of opening a browser each; whoever begins later asks at once.
pub(crate) fn repeat_abandoned(
    settings: &Settings,
    locked: &LockedEntry,
    began: UnixTime,
) -> Result<(), Failure> {
    let abandoned = locked.failure().filter(|failure| {
        failure.kind == FailureKind::SignInAbandoned && failure.happened_since(began)
    });
    match abandoned {
        None => Ok(()),
        Some(failure) => Err(Failure::new(Exit::SignInNeeded, failure.reason).hint(format!(
            "another process asked for this sign-in; begin again: {}",
            login(settings.named())
        ))),
    }
}

/// Says to those who wait that a person is being asked. It holds as long as the lock does.
pub(crate) fn note_open(context: Context<'_>, settings: &Settings, locked: &LockedEntry) {
    let reason = format!("somebody is signing in for profile `{}` at this moment", settings.name);
    // Not being able to say it only means that others wait longer.
    let _ = locked.remember_failure(FailureKind::SignInNeeded, &reason, context.host.now());
}

/// Whether whoever holds the lock is asking a person.
///
/// # Errors
/// That it is so, with exit status 4.
pub(crate) fn open_sign_in(
    store: &Store,
    key: &EntryKey,
    settings: &Settings,
) -> Result<(), Failure> {
    match store.failure(key).filter(|failure| failure.kind == FailureKind::SignInNeeded) {
        None => Ok(()),
        Some(failure) => Err(Failure::new(Exit::SignInNeeded, failure.reason).hint(format!(
            "finish it where it was begun, then try again; or begin anew: {}",
            login(settings.named())
        ))),
    }
}

/// A failure that happened a moment ago, instead of the same attempt again.
pub(crate) fn repeat_failure(context: Context<'_>, locked: &LockedEntry) -> Result<(), Failure> {
    let now = context.host.now();
    let matters = |failure: &credential_store::Failure| {
        failure.holds(now) && matches!(failure.kind, FailureKind::Denied | FailureKind::Other)
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
