//! Whose credentials these are: IAM takes names only, so nobody else would notice that they
//! are of another account.

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use fed_types::{Arn, RoleArn};

use crate::BootstrapError;

/// The credentials are of one account or partition, the role is in another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the credentials are of account {caller} (`{caller_arn}`), but the role `{role}` is in \
     {expected}"
)]
pub struct OtherAccount {
    /// The account of the credentials.
    pub caller: String,
    /// Who calls.
    pub caller_arn: String,
    /// The role that was named.
    pub role: RoleArn,
    /// Its account, or its partition.
    pub expected: String,
}

impl OtherAccount {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!(
            "use credentials of {}, for example with `AWS_PROFILE`, or correct the role's \
             ARN",
            self.expected
        )
    }
}

/// Who signs with the credentials of `config`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account, twelve digits.
    pub account: String,
    /// The ARN of the user or session.
    pub arn: String,
}

impl Caller {
    /// Checks that the role is in the caller's account and partition: the same number may be an
    /// account in each.
    ///
    /// # Errors
    /// [`OtherAccount`] when it is not.
    pub fn owns(&self, role: &RoleArn) -> Result<(), OtherAccount> {
        let partition = |arn: &str| Arn::parse(arn).map(|arn| arn.partition.to_owned()).ok();
        let expected = match partition(role.as_str()) {
            _ if self.account != role.account().as_str() => format!("account {}", role.account()),
            Some(expected) if partition(&self.arn).as_ref() != Some(&expected) => {
                format!("the partition `{expected}`")
            }
            _ => return Ok(()),
        };
        Err(OtherAccount {
            caller: self.account.clone(),
            caller_arn: self.arn.clone(),
            role: role.clone(),
            expected,
        })
    }
}

/// Asks `GetCallerIdentity`, for which no permission is needed. `config` is for STS.
///
/// # Errors
/// [`BootstrapError`] when STS does not say.
pub async fn read_caller(config: &SdkConfig) -> Result<Caller, BootstrapError> {
    let doing = "ask whose credentials these are";
    let answer = Client::new(config).get_caller_identity().send().await;
    let answer = answer.map_err(|error| BootstrapError::from_sdk(doing, error))?;
    match (answer.account, answer.arn) {
        (Some(account), Some(arn)) => Ok(Caller { account, arn }),
        _ => Err(BootstrapError::Service {
            doing: doing.to_owned(),
            code: "Unknown".to_owned(),
            message: "the answer names no account".to_owned(),
        }),
    }
}
