//! As whom the gate, and ministack without it, are asked about an account.

use fed_lab::LabAccount;

use crate::client::Key;

/// The account's administrator.
pub(crate) fn administrator(account: &LabAccount) -> Key {
    let key = &account.administrator;
    Key { id: key.access_key_id.clone(), secret: key.secret_access_key.expose().to_owned() }
}

/// Anybody: ministack takes an account for a key id, and checks no signature.
pub(crate) fn anybody(account: &LabAccount) -> Key {
    Key { id: account.id.to_string(), secret: "any".to_owned() }
}
