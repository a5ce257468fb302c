//! Amazon Resource Names, and the one kind this project handles most: role ARNs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AccountId, InvalidAccountId};

/// An Amazon Resource Name, split at its first five colons:
/// `arn:partition:service:region:account:resource`.
///
/// Source: IAM user guide, "Identify AWS resources with Amazon Resource Names".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The service namespace, such as `iam`.
    pub service: &'a str,
    /// Empty for global services.
    pub region: &'a str,
    /// Twelve digits, empty, or `aws` for what AWS itself owns.
    pub account: &'a str,
    /// All that follows the fifth colon, further colons included.
    pub resource: &'a str,
}

/// Why a text is not the ARN that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArn {
    /// Fewer than six parts, or no `arn:` in front.
    #[error("expected `arn:partition:service:region:account:resource`, found `{0}`")]
    Shape(String),
    /// An ARN, but not a role's.
    #[error("expected a role ARN like `arn:aws:iam::123456789012:role/NAME`, found `{0}`")]
    NotARole(String),
    /// A role ARN whose account is no account id.
    #[error("role ARN `{arn}` names no account")]
    Account {
        /// The ARN as given.
        arn: String,
        /// What is wrong with its account.
        source: InvalidAccountId,
    },
}

impl<'a> Arn<'a> {
    /// Splits `text` into the six parts of an ARN.
    ///
    /// # Errors
    /// [`InvalidArn::Shape`] when there are fewer than six parts.
    pub fn parse(text: &'a str) -> Result<Self, InvalidArn> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        match (next(), next(), next(), next(), next(), next()) {
            (
                Some("arn"),
                Some(partition),
                Some(service),
                Some(region),
                Some(account),
                Some(resource),
            ) if !partition.is_empty() && !service.is_empty() && !resource.is_empty() => {
                Ok(Self { partition, service, region, account, resource })
            }
            _ => Err(InvalidArn::Shape(text.to_owned())),
        }
    }
}

/// The ARN of an IAM role, path included:
/// `arn:aws:iam::278805249149:role/path/google-oidc-role`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleArn {
    text: String,
    account: AccountId,
}

impl RoleArn {
    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part of AWS it is in: `aws`, `aws-cn`, …
    pub fn partition(&self) -> &str {
        self.text.split(':').nth(1).unwrap_or_default()
    }

    /// The account that owns the role.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The role's name: what stands behind the last slash.
    pub fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for RoleArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let arn = Arn::parse(text)?;
        let name = arn.resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
        if arn.service != "iam" || !arn.region.is_empty() || name.is_none_or(str::is_empty) {
            return Err(InvalidArn::NotARole(text.to_owned()));
        }
        let account = arn
            .account
            .parse()
            .map_err(|source| InvalidArn::Account { arn: text.to_owned(), source })?;
        Ok(Self { text: text.to_owned(), account })
    }
}

impl TryFrom<String> for RoleArn {
    type Error = InvalidArn;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RoleArn> for String {
    fn from(role: RoleArn) -> Self {
        role.text
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:ap-northeast-2:278805249149:log-group:a:*").unwrap();
        assert_eq!(arn.resource, "log-group:a:*");
        assert_eq!(arn.region, "ap-northeast-2");
    }

    #[test]
    fn a_role_may_have_a_path() {
        let role: RoleArn = "arn:aws:iam::278805249149:role/ci/deploy/main".parse().unwrap();
        assert_eq!(role.name(), "main");
        assert_eq!(role.account().as_str(), "278805249149");
        let text = "arn:aws:iam::278805249149:role/ci/deploy/main";
        assert_eq!((role.as_str(), &*role.to_string(), &*format!("{role:?}")), (text, text, text));
        assert_eq!(serde_json::to_value(&role).unwrap(), text);
    }

    #[test]
    fn partition_service_and_resource_are_never_empty() {
        assert_eq!(Arn::parse("arn:aws:s3:::a").map(|arn| (arn.region, arn.account)), Ok(("", "")));
        for text in ["arn::s3:::a", "arn:aws::::a", "arn:aws:s3:::", "arn:::::", "Arn:aws:s3:::a"] {
            assert_eq!(Arn::parse(text), Err(InvalidArn::Shape(text.to_owned())));
        }
    }

    #[test]
    fn what_is_no_role_is_refused_with_its_reason() {
        for (text, reason) in [
            (
                "google-oidc-role",
                "expected `arn:partition:service:region:account:resource`, found `google-oidc-role`",
            ),
            (
                "arn:aws:iam::278805249149:user/a",
                "expected a role ARN like `arn:aws:iam::123456789012:role/NAME`, found `arn:aws:iam::278805249149:user/a`",
            ),
            (
                "arn:aws:iam::278805249149:role/",
                "expected a role ARN like `arn:aws:iam::123456789012:role/NAME`, found `arn:aws:iam::278805249149:role/`",
            ),
            (
                "arn:aws:sts::278805249149:role/a",
                "expected a role ARN like `arn:aws:iam::123456789012:role/NAME`, found `arn:aws:sts::278805249149:role/a`",
            ),
            (
                "arn:aws:iam::27880524914:role/a",
                "role ARN `arn:aws:iam::27880524914:role/a` names no account",
            ),
        ] {
            assert_eq!(text.parse::<RoleArn>().unwrap_err().to_string(), reason);
        }
    }
}
