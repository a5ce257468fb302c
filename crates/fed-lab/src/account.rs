//! One account of a lab, as it is handed out.

use fed_types::AccountId;
use iam_gate::AccessKey;

/// An account and the key of its administrator.
#[derive(Clone, Debug)]
pub struct LabAccount {
    /// 12 digits.
    pub id: AccountId,
    /// May do everything in this account, and nothing in others.
    pub administrator: AccessKey,
}

impl LabAccount {
    /// The variables of [`Lab::environment`](crate::Lab::environment) that name the account.
    pub fn environment(&self) -> Vec<(String, String)> {
        let key = &self.administrator;
        [
            ("FED_LAB_ACCOUNT_ID", self.id.as_str()),
            ("FED_LAB_ADMIN_ACCESS_KEY_ID", &key.access_key_id),
            ("FED_LAB_ADMIN_SECRET_ACCESS_KEY", key.secret_access_key.expose()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}
