//! The twelve digits that name an AWS account.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An AWS account id: exactly twelve ASCII digits, leading zeros kept.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// The text is not twelve digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an AWS account id of 12 digits, found `{0}`")]
pub struct InvalidAccountId(String);

impl AccountId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAccountId(text.to_owned()))
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_kept() {
        let id: AccountId = "000000000042".parse().unwrap();
        assert_eq!(id.to_string(), "000000000042");
        assert_eq!(format!("{id:?}"), "000000000042");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"000000000042\"");
    }

    #[test]
    fn anything_but_twelve_digits_is_refused() {
        for text in ["", "27880524914", "2788052491490", "27880524914a", "２７8805249149"] {
            let error = text.parse::<AccountId>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("expected an AWS account id of 12 digits, found `{text}`")
            );
        }
    }
}
