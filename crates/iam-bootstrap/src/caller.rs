//! Whose credentials these are: IAM takes names only, so nobody else would notice that they
//! are of another account.

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use fed_types::{AccountId, RoleArn};

use crate::BootstrapError;

/// The credentials are of one account, the role is in another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the credentials are of account {caller} (`{caller_arn}`), but the role `{role}` is in \
     account {expected}"
)]
pub struct OtherAccount {
    /// The account of the credentials.
    pub caller: String,
    /// Who calls.
    pub caller_arn: String,
    /// The role that was named.
    pub role: RoleArn,
    /// Its account.
    pub expected: AccountId,
}

impl OtherAccount {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!(
            "use credentials of account {}, for example with `AWS_PROFILE`, or correct the role's \
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
    /// Checks that the role is in the caller's account.
    ///
    /// # Errors
    /// [`OtherAccount`] when it is not.
    pub fn owns(&self, role: &RoleArn) -> Result<(), OtherAccount> {
        if self.account == role.account().as_str() {
            return Ok(());
        }
        Err(OtherAccount {
            caller: self.account.clone(),
            caller_arn: self.arn.clone(),
            role: role.clone(),
            expected: role.account().clone(),
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
