//! Carries a plan out, one change after the other.

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::Config;
use aws_sdk_iam::types::Tag;
use fed_types::Secret;

use crate::tags::{ACCESS_KEY, FOR_ROLE, PENDING, TAG_KEY, TAG_VALUE, policy_tag};
use crate::{BootstrapError, Change};

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
/// Whoever gets an access key says what became of its secret: [`record_access_key`] or
/// [`discard_access_key`]. Where neither happens, the next plan removes it.
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
        let key = match carry_out(&client, change).await {
            Err(error) if change.sign() == '-' && error.says_missing() => None,
            outcome => outcome?,
        };
        done(change, key.as_ref());
    }
    Ok(())
}

/// Records that the secret of the access key was kept.
///
/// # Errors
/// [`BootstrapError`]; the next plan then removes the key, unless it is told who holds it.
pub async fn record_access_key(config: &SdkConfig, key: &AccessKey) -> Result<(), BootstrapError> {
    let (user, access_key_id) = (key.user.clone(), key.access_key_id.clone());
    let change = Change::RecordAccessKey { user, access_key_id };
    carry_out(&Client::new(config), &change).await.map(|_| ())
}

/// Deletes an access key whose secret could not be kept.
///
/// # Errors
/// [`BootstrapError`]; the next plan then removes the key.
pub async fn discard_access_key(config: &SdkConfig, key: &AccessKey) -> Result<(), BootstrapError> {
    let (user, access_key_id) = (key.user.clone(), key.access_key_id.clone());
    let change = Change::DeleteAccessKey { user, access_key_id };
    carry_out(&Client::new(config), &change).await.map(|_| ())
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

fn tags(change: &Change) -> Result<Vec<Tag>, BootstrapError> {
    let ours = || (TAG_KEY.to_owned(), TAG_VALUE.to_owned());
    let pairs: Vec<(String, String)> = match change {
        Change::CreateProvider { .. } => vec![ours()],
        Change::CreateRole { policies, .. } => {
            std::iter::once(ours()).chain(policies.iter().map(|name| policy_tag(name))).collect()
        }
        Change::RecordPolicies { policies, .. } => {
            policies.iter().map(|name| policy_tag(name)).collect()
        }
        Change::CreateUser { for_role, .. } => {
            vec![ours(), (FOR_ROLE.to_owned(), for_role.clone())]
        }
        Change::CreateAccessKey { .. } => vec![(ACCESS_KEY.to_owned(), PENDING.to_owned())],
        Change::RecordAccessKey { access_key_id, .. } => {
            vec![(ACCESS_KEY.to_owned(), access_key_id.clone())]
        }
        _ => Vec::new(),
    };
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    pairs.into_iter().map(tag).collect::<Result<_, _>>().map_err(|source| {
        BootstrapError::Unreachable { doing: change.to_string(), source: Box::new(source) }
    })
}

// Long: one arm a change, each one call.
async fn carry_out(client: &Client, change: &Change) -> Result<Option<AccessKey>, BootstrapError> {
    let tags = tags(change)?;
    let tags = || Some(tags.clone());
    let outcome: Result<(), BootstrapError> = match change {
        Change::CreateAccessKey { user } => {
            let record = client.tag_user().user_name(user).set_tags(tags());
            call!(change, record)?;
            return create_access_key(client, change, user).await.map(Some);
        }
        Change::CreateProvider { url, client_ids } => call!(
            change,
            client
                .create_open_id_connect_provider()
                .url(url)
                .set_client_id_list(Some(client_ids.clone()))
                .set_tags(tags())
        ),
        Change::AddClientId { provider_arn, client_id } => call!(
            change,
            client
                .add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(provider_arn)
                .client_id(client_id)
        ),
        Change::CreateRole { role, path, trust_policy, max_session_duration, .. } => call!(
            change,
            client
                .create_role()
                .role_name(role)
                .path(path)
                .assume_role_policy_document(trust_policy)
                .max_session_duration(*max_session_duration)
                .set_tags(tags())
        ),
        Change::RecordPolicies { role, .. } => {
            call!(change, client.tag_role().role_name(role).set_tags(tags()))
        }
        Change::RecordAccessKey { user, .. } => {
            call!(change, client.tag_user().user_name(user).set_tags(tags()))
        }
        Change::CreateUser { user, .. } => {
            call!(change, client.create_user().user_name(user).set_tags(tags()))
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
        .customize()
        // Sent twice, it would make two.
        .config_override(Config::builder().retry_config(RetryConfig::disabled()))
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
