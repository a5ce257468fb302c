//! Carries a plan out while others change the account.

use std::time::Duration;

use aws_config::SdkConfig;
use fed_types::UnixTime;

use crate::{AccessKey, Blueprint, BootstrapError, Change, Plan, apply, plan, read};

/// How often a plan is made anew before giving up.
const TRIES: u32 = 5;

/// What IAM has just taken may not be seen for a moment.
const PAUSE: Duration = Duration::from_millis(200);

/// Carries the plan out as [`apply`](fn@apply) does. Where IAM says that something is there
/// already, or is not there yet, the account is looked at again, and what is still to be done
/// is done, as far as it was agreed to: nothing that is not in `agreed`.
///
/// # Errors
/// [`BootstrapError`]; what was done before it stays done.
pub async fn converge(
    config: &SdkConfig,
    blueprint: &Blueprint,
    agreed: &Plan,
    clock: fn() -> UnixTime,
    mut done: impl FnMut(&Change, Option<&AccessKey>),
) -> Result<(), BootstrapError> {
    let mut changes = agreed.changes.clone();
    let mut user_is_ours =
        !changes.iter().any(|change| matches!(change, Change::CreateUser { .. }));
    for attempt in 1.. {
        let outcome = apply(config, &changes, clock, |change, key| {
            user_is_ours |= matches!(change, Change::CreateUser { .. });
            done(change, key);
        });
        let error = match outcome.await {
            Err(error) if error.is_raced() && attempt < TRIES => error,
            outcome => return outcome,
        };
        let live = read(config, blueprint).await?;
        let Ok(next) = plan(blueprint, &live) else { return Err(error) };
        let agreed_to = |change: &Change| {
            agreed.changes.contains(change)
                // Whoever made the user is about to make its access key as well.
                && (user_is_ours || !matches!(change, Change::CreateAccessKey { .. }))
        };
        if !next.changes.iter().all(agreed_to) {
            return Err(error);
        }
        if next.changes == changes {
            tokio::time::sleep(PAUSE * attempt).await;
        }
        changes = next.changes;
    }
    Ok(())
}
