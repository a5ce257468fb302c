//! Sign-ins that are forgotten.

use credential_store::{AccountEntry, EntryKey, EntryKind, SignInEntry, Store, StoreError, Vault};
use fed_types::Secret;

use super::holder::Holder;
use super::saved::PATIENCE;
use super::stored::{SignIns, account_key, filed_under, is_of_client};
use crate::context::Context;
use crate::settings::Settings;
use crate::store::store;
use crate::{Exit, Failure};

/// What was forgotten.
#[derive(Debug, Default)]
pub(crate) struct Forgotten {
    /// Whether there was anything.
    pub(crate) anything: bool,
    /// Which sign-ins they were, and whose.
    pub(crate) sign_ins: Vec<(EntryKey, Holder)>,
    /// The refresh tokens of the issuer and client that were asked about, to be given back.
    pub(crate) refresh_tokens: Vec<Secret>,
    /// How many more there were. They are sent to nobody: whose they are is not known here.
    pub(crate) others: usize,
    /// Why a part of it may still be there: the first trouble of several.
    pub(crate) left: Option<Failure>,
}

/// Takes out of the store what is the profile's own ([`SignIns::own`]), and what is left of damaged
/// entries: after it, the settings mean nobody. What is in trouble keeps nothing else.
///
/// # Errors
/// What is wrong with the settings or their file, or where it is not known what there is; nothing
/// is forgotten then.
pub(crate) fn forget(context: Context<'_>, settings: &Settings) -> Result<Forgotten, Failure> {
    let vault = settings.vault(context.host)?;
    let mut forgotten = Forgotten::default();
    let Some(store) = store(context) else { return Ok(forgotten) };
    let profiles = Settings::every(context.host, context.global.config.as_deref())?;
    let sign_ins = SignIns::read(&store).map_err(wrong)?;
    for (key, entry) in sign_ins.own(context, settings, &profiles) {
        let refresh_token = forgotten.remove(&store, &vault, &key);
        if is_of_client(context, settings, &key) {
            forgotten.refresh_tokens.extend(refresh_token);
        } else {
            forgotten.others += usize::from(refresh_token.is_some());
        }
        forgotten.sign_ins.push((key, Holder::of_sign_in(&entry.issuer, &entry.subject)));
    }
    forgotten.choice(context, settings, &store);
    for name in [settings.name.clone(), filed_under(settings)] {
        let swept = forgotten.left_by(store.sweep(&name));
        forgotten.anything |= swept.is_some_and(|count| count > 0);
    }
    Ok(forgotten)
}

/// Takes everything out of the store, whatever profile it is or was of. What is in trouble keeps
/// nothing else.
///
/// # Errors
/// Where it is not even known what there is.
pub(crate) fn forget_all(context: Context<'_>, vault: &Vault) -> Result<Forgotten, Failure> {
    let mut forgotten = Forgotten::default();
    let Some(store) = store(context) else { return Ok(forgotten) };
    for listed in store.list().map_err(wrong)? {
        if listed.key.kind() == EntryKind::SignIn {
            let refresh_token = forgotten.remove(&store, vault, &listed.key);
            forgotten.others += usize::from(refresh_token.is_some());
        } else {
            let removed = forgotten.left_by(store.remove(&listed.key, PATIENCE));
            forgotten.anything |= removed == Some(true);
        }
    }
    let swept = forgotten.left_by(store.sweep_all());
    forgotten.anything |= swept.is_some_and(|count| count > 0);
    Ok(forgotten)
}

impl Forgotten {
    /// Takes a sign-in out; returns its refresh token.
    fn remove(&mut self, store: &Store, vault: &Vault, key: &EntryKey) -> Option<Secret> {
        let locked = self.left_by(store.lock(key, PATIENCE))?;
        let entry = locked.read::<SignInEntry>();
        self.anything |= entry.is_some();
        // One that the keyring does not give cannot be given back; removing it tells why.
        let refresh_token = entry.and_then(|it| vault.refresh_token(&locked, &it).ok().flatten());
        self.left_by(vault.remove(&locked));
        refresh_token
    }

    /// Forgets who signed in last. Where the settings could mean somebody else who is left, that
    /// nobody is meant is kept instead: they were not this profile's, and are not now.
    fn choice(&mut self, context: Context<'_>, settings: &Settings, store: &Store) {
        let key = account_key(context, settings);
        let Some(locked) = self.left_by(store.lock(&key, PATIENCE)) else { return };
        let somebody_is_left = match SignIns::read(store) {
            Ok(left) => !left.fitting(context, settings).is_empty(),
            Err(_) => true,
        };
        let nobody = AccountEntry { subject: None };
        let was_chosen = locked.read::<AccountEntry>().is_some();
        self.left_by(match was_chosen && somebody_is_left {
            true => locked.save(&nobody),
            false => locked.remove().map(drop),
        });
    }

    /// Notes that something may still be there.
    fn left_by<T>(&mut self, outcome: Result<T, StoreError>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                self.left.get_or_insert_with(|| wrong(error));
                None
            }
        }
    }
}

fn wrong(error: StoreError) -> Failure {
    Failure::from_error(Exit::Unexpected, &error).advised(error.hint())
}
