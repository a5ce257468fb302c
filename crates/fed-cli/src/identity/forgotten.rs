//! Sign-ins that are forgotten.

use credential_store::{EntryKey, EntryKind, SignInEntry, Store, StoreError, Vault};
use fed_types::Secret;

use super::holder::Holder;
use super::kept::PATIENCE;
use super::stored::{SignIns, account_key, filed_under};
use crate::context::Context;
use crate::settings::Settings;
use crate::store::store;
use crate::{Exit, Failure};

/// What was forgotten.
#[derive(Debug, Default)]
pub(crate) struct Forgotten {
    /// Whether there was anything.
    pub(crate) anything: bool,
    /// Whose sign-ins they were.
    pub(crate) holders: Vec<Holder>,
    /// The refresh tokens, to be given back.
    pub(crate) refresh_tokens: Vec<Secret>,
    /// Why a part of it may still be there.
    pub(crate) left: Option<Failure>,
}

/// Takes out of the store every sign-in that the settings could mean, and what is left of
/// damaged entries: after it, they mean nobody.
pub(crate) fn forget(context: Context<'_>, settings: &Settings) -> Result<Forgotten, Failure> {
    let vault = settings.vault(context.host)?;
    let mut forgotten = Forgotten::default();
    let Some(store) = store(context) else { return Ok(forgotten) };
    for (key, entry) in SignIns::of(&store).fitting(context, settings) {
        forgotten.holders.push(Holder::of_sign_in(&entry.issuer, &entry.subject));
        remove(&store, &vault, &key, &mut forgotten)?;
    }
    store.remove(&account_key(context, settings), PATIENCE).map_err(wrong)?;
    for name in [settings.name.clone(), filed_under(settings)] {
        forgotten.anything |= store.sweep(&name).map_err(wrong)? > 0;
    }
    Ok(forgotten)
}

/// Takes everything out of the store, whatever profile it is or was of.
pub(crate) fn forget_all(context: Context<'_>, vault: &Vault) -> Result<Forgotten, Failure> {
    let mut forgotten = Forgotten::default();
    let Some(store) = store(context) else { return Ok(forgotten) };
    for listed in store.list().map_err(wrong)? {
        if listed.key.kind() == EntryKind::SignIn {
            remove(&store, vault, &listed.key, &mut forgotten)?;
        } else {
            forgotten.anything |= store.remove(&listed.key, PATIENCE).map_err(wrong)?;
        }
    }
    forgotten.anything |= store.sweep_all().map_err(wrong)? > 0;
    Ok(forgotten)
}

fn remove(
    store: &Store,
    vault: &Vault,
    key: &EntryKey,
    forgotten: &mut Forgotten,
) -> Result<(), Failure> {
    let locked = store.lock(key, PATIENCE).map_err(wrong)?;
    if let Some(entry) = locked.read::<SignInEntry>() {
        forgotten.anything = true;
        // One that the keyring does not give cannot be given back; removing it tells why.
        forgotten.refresh_tokens.extend(vault.refresh_token(&locked, &entry).ok().flatten());
    }
    match vault.remove(&locked) {
        Ok(_) => Ok(()),
        Err(error @ StoreError::KeyringItem { .. }) => {
            forgotten.left = Some(wrong(error));
            Ok(())
        }
        Err(error) => Err(wrong(error)),
    }
}

fn wrong(error: StoreError) -> Failure {
    Failure::from_error(Exit::Unexpected, &error).hint(error.hint())
}
