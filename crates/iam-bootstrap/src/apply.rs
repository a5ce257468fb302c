//! Carries a plan out, one change after the other.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;
use fed_types::Secret;

use crate::{BootstrapError, Change, TAG_KEY, TAG_VALUE};

/// An access key that [`apply`] made. AWS shows the secret this once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Whose it is.
    pub user: String,
    /// `AKIA…`; not a secret.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Secret,
}

/// Carries out `changes` in order and tells `done` of each that succeeded, with the
/// access key it made. Run it again after a failure: a new plan starts from what is
/// there then.
///
/// # Errors
/// [`BootstrapError`], the first one; what was done before it stays done.
pub async fn apply(
    config: &SdkConfig,
    changes: &[Change],
    mut done: impl FnMut(&Change, Option<&AccessKey>),
) -> Result<(), BootstrapError> {
    let client = Client::new(config);
    for change in changes {
        let key = carry_out(&client, change).await?;
        done(change, key.as_ref());
    }
    Ok(())
}

/// `client.operation().field(value)….send().await`, its answer dropped.
macro_rules! call {
    ($change:expr, $builder:expr) => {
        $builder
            .send()
            .await
            .map(|_| ())
            .map_err(|error| BootstrapError::from_sdk($change.to_string(), error))
    };
}

async fn carry_out(client: &Client, change: &Change) -> Result<Option<AccessKey>, BootstrapError> {
    let tag = Tag::builder().key(TAG_KEY).value(TAG_VALUE).build().map_err(|source| {
        BootstrapError::Unreachable { doing: change.to_string(), source: Box::new(source) }
    })?;
    let outcome: Result<(), BootstrapError> = match change {
        Change::CreateAccessKey { user } => {
            return create_access_key(client, change, user).await.map(Some);
        }
        Change::CreateProvider { url, client_ids } => call!(
            change,
            client
                .create_open_id_connect_provider()
                .url(url)
                .set_client_id_list(Some(client_ids.clone()))
                .tags(tag)
        ),
        Change::AddClientId { provider_arn, client_id } => call!(
            change,
            client
                .add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(provider_arn)
                .client_id(client_id)
        ),
        Change::CreateRole { role, path, trust_policy, max_session_duration } => call!(
            change,
            client
                .create_role()
                .role_name(role)
                .path(path)
                .assume_role_policy_document(trust_policy)
                .max_session_duration(*max_session_duration)
                .tags(tag)
        ),
        Change::CreateUser { user } => {
            call!(change, client.create_user().user_name(user).tags(tag))
        }
        Change::UpdateTrustPolicy { role, to, .. } => {
            call!(change, client.update_assume_role_policy().role_name(role).policy_document(to))
        }
        Change::UpdateMaxSessionDuration { role, to, .. } => {
            call!(change, client.update_role().role_name(role).max_session_duration(*to))
        }
        Change::AttachRolePolicy { role, policy_arn } => {
            call!(change, client.attach_role_policy().role_name(role).policy_arn(policy_arn))
        }
        Change::PutRolePolicy { role, policy, to, .. } => call!(
            change,
            client.put_role_policy().role_name(role).policy_name(policy).policy_document(to)
        ),
        Change::DetachRolePolicy { role, policy_arn } => {
            call!(change, client.detach_role_policy().role_name(role).policy_arn(policy_arn))
        }
        Change::DeleteRolePolicy { role, policy } => {
            call!(change, client.delete_role_policy().role_name(role).policy_name(policy))
        }
        Change::DeleteRole { role } => call!(change, client.delete_role().role_name(role)),
        Change::DeleteProvider { provider_arn } => call!(
            change,
            client.delete_open_id_connect_provider().open_id_connect_provider_arn(provider_arn)
        ),
        Change::DeleteAccessKey { user, access_key_id } => {
            call!(change, client.delete_access_key().user_name(user).access_key_id(access_key_id))
        }
        Change::DetachUserPolicy { user, policy_arn } => {
            call!(change, client.detach_user_policy().user_name(user).policy_arn(policy_arn))
        }
        Change::DeleteUserPolicy { user, policy } => {
            call!(change, client.delete_user_policy().user_name(user).policy_name(policy))
        }
        Change::DeleteUser { user } => call!(change, client.delete_user().user_name(user)),
    };
    outcome.map(|()| None)
}

async fn create_access_key(
    client: &Client,
    change: &Change,
    user: &str,
) -> Result<AccessKey, BootstrapError> {
    let answer = client
        .create_access_key()
        .user_name(user)
        .send()
        .await
        .map_err(|error| BootstrapError::from_sdk(change.to_string(), error))?;
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
