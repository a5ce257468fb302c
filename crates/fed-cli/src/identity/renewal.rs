//! Sign-ins that are renewed, as long as they are good for it.

use std::time::Duration;

use credential_store::{EntryKey, KeyringError, RefreshToken, SignInEntry, Store, Vault};
use fed_types::Secret;
use oidc_client::{RefreshError, UnverifiedIdToken};

use super::clock::HostClock;
use super::saved::{keep_entry, own_lock, save, warn_unless_kept};
use super::sign_in::{failed, relying_party};
use super::token::Identity;
use crate::context::{Context, Person};
use crate::settings::Settings;
use crate::store::in_one_line;
use crate::{Exit, Failure};

/// An ID token with less life than this is not used again: it must reach AWS alive.
const LIFE_NEEDED: Duration = Duration::from_secs(60);

/// The kept token, while it lives and the person showed who they are recently enough.
pub(super) fn still_good(
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

/// Renews with the refresh token. `None` where there is none, where the sign-in was forgotten
/// meanwhile, or where the issuer says that the token is of no more use: then it is dropped, unless
/// it may not have been the issuer who said so. Any other failure keeps it, or the new one that came with the answer. It stays in the place where
/// it was, whatever place these settings want for sign-ins of their own: other profiles share it.
pub(super) async fn renew(
    context: Context<'_>,
    settings: &Settings,
    vault: &Vault,
    store: &Store,
    key: &EntryKey,
    person: Person,
) -> Result<Option<Identity>, Failure> {
    let locked = &own_lock(store, key)?;
    // Another profile of this person may have renewed it meanwhile, or a logout forgotten it.
    let Some(entry) = locked.read::<SignInEntry>() else { return Ok(None) };
    let vault = &vault.beside(&entry);
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
            tracing::info!(account = sign_in.account(), "the sign-in is renewed");
            warn_unless_kept(context, &save(context, settings, vault, locked, &sign_in));
            Ok(Some(Identity::of(&sign_in)))
        }
        Err(RefreshError::SignInNeeded(reason)) => {
            tracing::info!(%reason, "the sign-in is not renewed");
            let refresh_token = entry.refresh_token.filter(|_| !reason.is_for_good());
            let entry = SignInEntry { refresh_token, id_token: None, ..entry };
            warn_unless_kept(context, &keep_entry(vault, locked, &entry));
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
    Err(Failure::new(exit, message).advised_for(error.hint(), settings.named()))
}

#[cfg(test)]
mod tests;
