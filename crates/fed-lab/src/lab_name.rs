//! What a lab is called, so that several can run at once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Letters are few enough to read in a table.
const LONGEST: usize = 40;

/// A lab's name: letters, digits, `.`, `_` and `-`, the first a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabName(String);

/// Not a name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a name of up to 40 letters, digits, `.`, `_` and `-`, the first a letter or digit, \
     found `{0}`"
)]
pub struct InvalidLabName(String);

impl LabName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LabName {
    type Err = InvalidLabName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        match begins && text.len() <= LONGEST && text.bytes().all(sign) {
            true => Ok(Self(text.to_owned())),
            false => Err(InvalidLabName(text.to_owned())),
        }
    }
}

impl TryFrom<String> for LabName {
    type Error = InvalidLabName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LabName> for String {
    fn from(name: LabName) -> Self {
        name.0
    }
}

impl fmt::Display for LabName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_out_of_no_folder_and_is_no_option() {
        let forty = "a".repeat(40);
        for good in ["a", "shop-2", "pytest_1.a", forty.as_str()] {
            assert_eq!(good.parse::<LabName>().unwrap().as_str(), good);
        }
        let too_long = "a".repeat(41);
        for bad in ["", ".", "..", "-a", "a/b", "a b", "ä", "a\n", too_long.as_str()] {
            assert_eq!(bad.parse::<LabName>(), Err(InvalidLabName(bad.to_owned())));
        }
    }
}
