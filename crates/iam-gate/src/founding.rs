//! The filling of an account: by a key of its own, while nobody else is let in.

use std::sync::Arc;

use fed_types::AccountId;

use crate::account::Account;
use crate::state::State;
use crate::{AccessKey, GateError};

/// An account that is being filled. Its key is an administrator's whom no policy of an
/// organization binds, for as long as this is held; what it does is told to followers and not
/// kept in the log.
pub struct Founding {
    state: Arc<State>,
    account: Arc<Account>,
    key: AccessKey,
}

impl Founding {
    pub(crate) fn begin(state: &Arc<State>, id: &AccountId) -> Result<Self, GateError> {
        let account = state.accounts.open(id);
        state.credentials.open_account(id)?;
        account.fill();
        let key = state.credentials.make_founder(id)?;
        Ok(Self { state: Arc::clone(state), account, key })
    }

    /// The key to fill it with.
    pub fn key(&self) -> &AccessKey {
        &self.key
    }

    /// Lets everybody in. The key holds on; where this is never called the account stays shut
    /// until it is filled again or closed.
    pub fn done(&self) {
        self.account.open();
    }
}

impl Drop for Founding {
    fn drop(&mut self) {
        self.state.credentials.forget_founder(&self.key.access_key_id);
    }
}
