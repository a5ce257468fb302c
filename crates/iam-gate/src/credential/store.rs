//! The credentials this gate has seen issued: long-term keys and sessions.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use fed_types::{AccountId, Secret};

use super::eviction::{SessionBounds, Sessions};
use super::{AccessKey, Mint, RandomnessUnavailable, Session};
use crate::account::Account;

/// Whether a long-term key may be used. Source: IAM API reference, `UpdateAccessKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyStatus {
    Active,
    Inactive,
}

/// Who holds a credential.
#[derive(Clone, Debug)]
pub(crate) enum Holder {
    /// The account's administrator, called root.
    Root,
    /// Who fills an account, as its administrator whom no policy of an organization binds.
    Founder,
    /// An IAM user, known by the emulator's user id, which a renaming does not change. He was
    /// called so when he was last seen.
    User { user_id: String, name: String },
    /// Temporary credentials.
    Session(Arc<Session>),
}

/// One access key and what it takes to judge a signature made with it.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) account: AccountId,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret,
    pub(crate) status: KeyStatus,
    pub(crate) holder: Holder,
}

#[derive(Default)]
struct Kept {
    by_id: HashMap<String, Arc<Credential>>,
    administrators: HashMap<AccountId, AccessKey>,
    sessions: Sessions,
}

/// All credentials of all accounts of one gate. Access key ids are unique across accounts,
/// as in AWS; a lookup gives the account the key belongs to, so that no account can use
/// another's.
pub(crate) struct CredentialStore {
    kept: RwLock<Kept>,
    session_bounds: SessionBounds,
    mint: Mint,
}

impl CredentialStore {
    pub(crate) fn new(session_bounds: SessionBounds) -> Self {
        Self { kept: RwLock::default(), session_bounds, mint: Mint::new() }
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The administrator's key, made at the first call for an account.
    pub(crate) fn open_account(
        &self,
        account: &AccountId,
    ) -> Result<AccessKey, RandomnessUnavailable> {
        let mut kept = self.write();
        if let Some(key) = kept.administrators.get(account) {
            return Ok(key.clone());
        }
        let key = self.mint.access_key()?;
        kept.administrators.insert(account.clone(), key.clone());
        kept.keep(Credential {
            account: account.clone(),
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            status: KeyStatus::Active,
            holder: Holder::Root,
        });
        Ok(key)
    }

    /// The credential with this access key id.
    pub(crate) fn find(&self, access_key_id: &str) -> Option<Arc<Credential>> {
        self.read().by_id.get(access_key_id).cloned()
    }

    /// A key for whoever fills an account; it holds until it is forgotten.
    pub(crate) fn make_founder(
        &self,
        account: &AccountId,
    ) -> Result<AccessKey, RandomnessUnavailable> {
        let key = self.mint.access_key()?;
        self.write().keep(Credential {
            account: account.clone(),
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            status: KeyStatus::Active,
            holder: Holder::Founder,
        });
        Ok(key)
    }

    /// Forgets the key of somebody who has filled an account.
    pub(crate) fn forget_founder(&self, access_key_id: &str) {
        let mut kept = self.write();
        let is_founder =
            |credential: &Arc<Credential>| matches!(credential.holder, Holder::Founder);
        if kept.by_id.get(access_key_id).is_some_and(is_founder) {
            kept.by_id.remove(access_key_id);
        }
    }

    /// Keeps a user's new key; `false` in an account that was closed meanwhile.
    pub(crate) fn keep_user_key(
        &self,
        account: &Account,
        (user_id, name): (&str, &str),
        key: &AccessKey,
    ) -> bool {
        let mut kept = self.write();
        if account.is_closed() {
            return false;
        }
        kept.keep(Credential {
            account: account.id.clone(),
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            status: KeyStatus::Active,
            holder: Holder::User { user_id: user_id.to_owned(), name: name.to_owned() },
        });
        true
    }

    /// Keeps a session, and forgets others where there are too many; `false` in an account that
    /// was closed meanwhile.
    pub(crate) fn keep_session(&self, account: &Account, session: Session) -> bool {
        let mut kept = self.write();
        // Asked under the lock: who closes an account marks it first, and forgets then.
        if account.is_closed() {
            return false;
        }
        let owner = (account.id.clone(), session.requester.clone());
        for id in kept.sessions.make_room(&owner, session.issued, self.session_bounds) {
            kept.by_id.remove(&id);
        }
        let issued = &session.credentials;
        kept.sessions.add(owner, issued.expiration, issued.access_key_id.clone());
        kept.keep(Credential {
            account: account.id.clone(),
            access_key_id: issued.access_key_id.clone(),
            secret_access_key: issued.secret_access_key.clone(),
            status: KeyStatus::Active,
            holder: Holder::Session(Arc::new(session)),
        });
        true
    }

    /// Switches a user's key on or off. A key of another account is left alone.
    pub(crate) fn set_status(&self, account: &AccountId, access_key_id: &str, status: KeyStatus) {
        let mut kept = self.write();
        if let Some(credential) = kept.user_key(account, access_key_id) {
            let changed = Credential { status, ..Credential::clone(credential) };
            kept.keep(changed);
        }
    }

    /// Notes what the holder of a user's key is called by now.
    pub(crate) fn rename_holder(&self, access_key_id: &str, name: &str) {
        let mut kept = self.write();
        let Some(credential) = kept.by_id.get(access_key_id) else { return };
        if let Holder::User { user_id, .. } = &credential.holder {
            let holder = Holder::User { user_id: user_id.clone(), name: name.to_owned() };
            let renamed = Credential { holder, ..Credential::clone(credential) };
            kept.keep(renamed);
        }
    }

    /// Forgets a user's deleted key. A key of another account is left alone.
    pub(crate) fn forget(&self, account: &AccountId, access_key_id: &str) {
        let mut kept = self.write();
        if kept.user_key(account, access_key_id).is_some() {
            kept.by_id.remove(access_key_id);
        }
    }

    /// Forgets the keys of users and the sessions of an account; the administrator's key stays,
    /// and that of who fills it.
    pub(crate) fn forget_issued(&self, account: &AccountId) {
        let mut kept = self.write();
        kept.sessions.forget_account(account);
        kept.by_id.retain(|_, credential| {
            credential.account != *account
                || matches!(credential.holder, Holder::Root | Holder::Founder)
        });
    }

    /// Forgets all keys and sessions of an account; its next opening makes another
    /// administrator's key.
    pub(crate) fn forget_all(&self, account: &AccountId) {
        let mut kept = self.write();
        kept.sessions.forget_account(account);
        kept.administrators.remove(account);
        kept.by_id.retain(|_, credential| credential.account != *account);
    }
}

impl Kept {
    fn keep(&mut self, credential: Credential) {
        self.by_id.insert(credential.access_key_id.clone(), Arc::new(credential));
    }

    fn user_key(&self, account: &AccountId, access_key_id: &str) -> Option<&Arc<Credential>> {
        self.by_id.get(access_key_id).filter(|credential| {
            credential.account == *account && matches!(credential.holder, Holder::User { .. })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(digit: u8) -> AccountId {
        digit.to_string().repeat(12).parse().unwrap()
    }

    fn opened(digit: u8) -> Arc<Account> {
        Account::of_nowhere(account(digit)).unwrap()
    }

    fn key(id: &str) -> AccessKey {
        AccessKey { access_key_id: id.to_owned(), secret_access_key: Secret::new("s") }
    }

    #[test]
    fn an_account_has_one_administrator() {
        let store = CredentialStore::new(SessionBounds::of(&crate::Limits::standard()));
        let first = store.open_account(&account(1)).unwrap();
        assert_eq!(store.open_account(&account(1)).unwrap(), first);
        assert_ne!(store.open_account(&account(2)).unwrap(), first);
        assert_eq!(store.find(&first.access_key_id).unwrap().account, account(1));
    }

    #[test]
    fn another_account_neither_deletes_nor_switches_a_key() {
        let store = CredentialStore::new(SessionBounds::of(&crate::Limits::standard()));
        store.keep_user_key(&opened(1), ("id", "user"), &key("AKIA1"));
        store.forget(&account(2), "AKIA1");
        store.set_status(&account(2), "AKIA1", KeyStatus::Inactive);
        assert_eq!(store.find("AKIA1").unwrap().status, KeyStatus::Active);
    }

    #[test]
    fn the_administrator_is_not_deleted_as_if_it_were_a_users_key() {
        let store = CredentialStore::new(SessionBounds::of(&crate::Limits::standard()));
        let root = store.open_account(&account(1)).unwrap();
        store.forget(&account(1), &root.access_key_id);
        store.set_status(&account(1), &root.access_key_id, KeyStatus::Inactive);
        assert_eq!(store.find(&root.access_key_id).unwrap().status, KeyStatus::Active);
    }

    #[test]
    fn an_emptied_account_keeps_its_administrator_alone_and_a_closed_one_nobody() {
        let store = CredentialStore::new(SessionBounds::of(&crate::Limits::standard()));
        let root = store.open_account(&account(1)).unwrap();
        store.keep_user_key(&opened(1), ("user", "user"), &key("AKIA1"));
        store.keep_user_key(&opened(2), ("user", "user"), &key("AKIA2"));
        store.forget_issued(&account(1));
        assert!(store.find("AKIA1").is_none());
        assert!(store.find("AKIA2").is_some());
        assert!(store.find(&root.access_key_id).is_some());

        store.forget_all(&account(1));
        assert!(store.find(&root.access_key_id).is_none());
        assert_ne!(store.open_account(&account(1)).unwrap(), root);
    }

    #[test]
    fn a_deleted_key_is_gone_and_an_inactive_one_says_so() {
        let store = CredentialStore::new(SessionBounds::of(&crate::Limits::standard()));
        store.keep_user_key(&opened(1), ("id", "user"), &key("AKIA1"));
        store.set_status(&account(1), "AKIA1", KeyStatus::Inactive);
        assert_eq!(store.find("AKIA1").unwrap().status, KeyStatus::Inactive);
        store.forget(&account(1), "AKIA1");
        assert!(store.find("AKIA1").is_none());
    }
}
