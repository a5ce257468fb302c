//! Whom a policy names that is about to be written, looked up as AWS does when it saves one.

use iam_policy::Policy;

use crate::account::{Entity, Reading};
use crate::bearer::Bearers;
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::state::State;

/// Whom a policy names.
pub(crate) enum Named {
    Bearers(Bearers),
    /// A user or role who is not there: AWS refuses such a policy.
    Nobody(String),
}

/// Looks up whom a policy names, in the accounts that the gate serves. Whoever fills an account
/// may name those of others that are filled at the same time.
///
/// # Errors
/// What stands against looking.
pub(crate) async fn named(
    state: &State,
    caller: &Caller,
    policy: &Policy,
) -> Result<Named, ErrorResponse> {
    let mut bearers = Bearers::new();
    for arn in policy.named_principals() {
        let account = arn.split(':').nth(4).and_then(|account| account.parse().ok());
        let Some(account) = account.and_then(|account| state.accounts.find(&account)) else {
            continue;
        };
        let is_own = account.id == *caller.account_id();
        match id_of(&account.reading(), arn).await? {
            Some(id) => bearers.push((arn.to_owned(), id)),
            None if caller.is_founder && !is_own => {}
            None => return Ok(Named::Nobody(arn.to_owned())),
        }
    }
    bearers.sort();
    bearers.dedup();
    Ok(Named::Bearers(bearers))
}

async fn id_of(reading: &Reading<'_>, arn: &str) -> Result<Option<String>, ErrorResponse> {
    Ok(match reading.find(arn).await? {
        Some(Entity::User(user)) => Some(user.id.clone()),
        Some(Entity::Role(role)) => Some(role.id.clone()),
        Some(Entity::Group(_)) | None => None,
    })
}

/// A user or role whom a policy names and who is not there, in the accounts that the gate serves.
///
/// # Errors
/// What stands against looking.
pub(crate) async fn nobody(
    state: &State,
    caller: &Caller,
    policy: &Policy,
) -> Result<Option<String>, ErrorResponse> {
    Ok(match named(state, caller, policy).await? {
        Named::Nobody(arn) => Some(arn),
        Named::Bearers(_) => None,
    })
}
