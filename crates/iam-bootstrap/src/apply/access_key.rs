//! The one access key that is made, and what becomes of its secret.

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::Config;
use aws_sdk_iam::error::SdkError;
use fed_types::{Secret, UnixTime};

use super::{answered, tag};
use crate::tags::{ACCESS_KEY, PENDING};
use crate::{BootstrapError, Change};

/// An access key that [`apply`](crate::apply) made. AWS shows the secret this once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Whose it is.
    pub user: String,
    /// `AKIA…`; not a secret.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Secret,
}

/// Records that the secret of the access key was kept.
///
/// # Errors
/// [`BootstrapError`]; the next plan then removes the key, unless it is told who holds it.
pub async fn record_access_key(config: &SdkConfig, key: &AccessKey) -> Result<(), BootstrapError> {
    let (user, access_key_id) = (key.user.clone(), key.access_key_id.clone());
    let change = Change::RecordAccessKey { user, access_key_id };
    mark(&Client::new(config), &change, &key.user, key.access_key_id.clone()).await
}

/// Deletes an access key whose secret could not be kept.
///
/// # Errors
/// [`BootstrapError`]; the next plan then removes the key.
pub async fn discard_access_key(config: &SdkConfig, key: &AccessKey) -> Result<(), BootstrapError> {
    let (user, access_key_id) = (key.user.clone(), key.access_key_id.clone());
    let change = Change::DeleteAccessKey { user, access_key_id };
    let call = Client::new(config).delete_access_key();
    let call = call.user_name(&key.user).access_key_id(&key.access_key_id);
    answered(&change, call.send().await).map(|_| ())
}

/// Marks the user, then makes the key: where nothing more is heard of it, the next plan knows
/// from when it would be.
pub(super) async fn create(
    client: &Client,
    change: &Change,
    user: &str,
    now: UnixTime,
) -> Result<AccessKey, BootstrapError> {
    mark(client, change, user, format!("{PENDING}:{}", now.seconds())).await?;
    let answer = client
        .create_access_key()
        .user_name(user)
        .customize()
        // Sent twice, it would make two.
        .config_override(Config::builder().retry_config(RetryConfig::disabled()))
        .send()
        .await;
    if matches!(answer, Err(SdkError::ServiceError(_))) {
        // None was made: a key that somebody makes instead must not be taken for it.
        let unmark = client.untag_user().user_name(user).tag_keys(ACCESS_KEY);
        let _ = unmark.send().await;
    }
    let answer = answered(change, answer)?;
    let key = answer.access_key().ok_or_else(|| BootstrapError::Service {
        doing: change.to_string(),
        code: "Unknown".to_owned(),
        message: "the answer holds no access key".to_owned(),
    })?;
    Ok(AccessKey {
        user: user.to_owned(),
        access_key_id: key.access_key_id().to_owned(),
        secret_access_key: Secret::new(key.secret_access_key()),
    })
}

async fn mark(
    client: &Client,
    change: &Change,
    user: &str,
    value: String,
) -> Result<(), BootstrapError> {
    let tag = tag(change, ACCESS_KEY.to_owned(), value)?;
    answered(change, client.tag_user().user_name(user).tags(tag).send().await).map(|_| ())
}
