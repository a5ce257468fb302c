//! The store, and what its processes tell each other through it.

use credential_store::{FailureKind, LockedEntry, Store, StoreError};
use fed_types::UnixTime;

use crate::context::{Context, Person};
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
pub(crate) fn repeat_abandoned(locked: &LockedEntry, began: UnixTime) -> Result<(), Failure> {
    let abandoned = locked.failure().filter(|failure| {
        failure.kind == FailureKind::SignInAbandoned && failure.happened_since(began)
    });
    match abandoned {
        None => Ok(()),
        Some(failure) => Err(Failure::new(Exit::SignInNeeded, failure.reason)
            .hint("another process asked for this sign-in; begin again: `fed-cli login`")),
    }
}
