//! Carries a plan out, one change after the other.

mod access_key;

pub use access_key::{AccessKey, discard_access_key, record_access_key};

use std::error::Error;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::types::Tag;
use fed_types::UnixTime;

use crate::read::must_be;
use crate::tags::{ACCESS_KEY, policy_tag, tags_for, tags_of_role, user_tag};
use crate::{BootstrapError, Change};

/// Carries out `changes` in order and tells `done` of each that succeeded, with the
/// access key it made. Run it again after a failure: a new plan starts from what is
/// there then. `clock` tells when a key is about to be made: that is recorded.
///
/// Whoever gets an access key says what became of its secret: [`record_access_key`] or
/// [`discard_access_key`]. Where neither happens, the next plan removes it.
///
/// # Errors
/// [`BootstrapError`], the first one; what was done before it stays done.
pub async fn apply(
    config: &SdkConfig,
    changes: &[Change],
    clock: fn() -> UnixTime,
    mut done: impl FnMut(&Change, Option<&AccessKey>),
) -> Result<(), BootstrapError> {
    let client = Client::new(config);
    for change in changes {
        let key = match carry_out(&client, change, clock).await {
            Err(error) if change.sign() == '-' && error.says_missing() => None,
            outcome => outcome?,
        };
        done(change, key.as_ref());
    }
    Ok(())
}

/// `client.operation().field(value)….send().await`, its answer dropped.
macro_rules! call {
    ($change:expr, $builder:expr) => {
        answered($change, $builder.send().await).map(|_| ())
    };
}

fn answered<T, E>(
    change: &Change,
    answer: Result<T, SdkError<E, HttpResponse>>,
) -> Result<T, BootstrapError>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    answer.map_err(|error| BootstrapError::from_sdk(change.to_string(), error))
}

fn tags(change: &Change) -> Result<Vec<Tag>, BootstrapError> {
    let pairs: Vec<(String, String)> = match change {
        Change::CreateProvider { for_role, .. } | Change::CreateUser { for_role, .. } => {
            tags_for(for_role)
        }
        Change::CreateRole { policies, user, .. } => tags_of_role(policies, user.as_ref()),
        Change::RecordPolicies { policies, .. } => {
            policies.iter().map(|name| policy_tag(name)).collect()
        }
        Change::RecordUser { user, .. } => vec![user_tag(user)],
        Change::RecordAccessKey { access_key_id, .. } => {
            vec![(ACCESS_KEY.to_owned(), access_key_id.clone())]
        }
        _ => Vec::new(),
    };
    let tags = pairs.into_iter().map(|(key, value)| tag(change, key, value));
    tags.collect()
}

fn tag(change: &Change, key: String, value: String) -> Result<Tag, BootstrapError> {
    Tag::builder().key(key).value(value).build().map_err(|source| BootstrapError::Unreachable {
        doing: change.to_string(),
        source: Box::new(source),
    })
}

// Long: one arm a change, each one call.
async fn carry_out(
    client: &Client,
    change: &Change,
    clock: fn() -> UnixTime,
) -> Result<Option<AccessKey>, BootstrapError> {
    let tags = tags(change)?;
    let tags = || Some(tags.clone());
    let outcome: Result<(), BootstrapError> = match change {
        Change::CreateAccessKey { user } => {
            return access_key::create(client, change, user, clock()).await.map(Some);
        }
        Change::CreateProvider { arn, url, client_ids, .. } => {
            let call = client
                .create_open_id_connect_provider()
                .url(url)
                .set_client_id_list(Some(client_ids.clone()))
                .set_tags(tags());
            answered(change, call.send().await).and_then(|made| {
                must_be(arn, made.open_id_connect_provider_arn().unwrap_or_default())
            })
        }
        Change::AddClientId { provider_arn, client_id } => call!(
            change,
            client
                .add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(provider_arn)
                .client_id(client_id)
        ),
        Change::CreateRole { arn, role, path, trust_policy, max_session_duration, .. } => {
            let call = client
                .create_role()
                .role_name(role)
                .path(path)
                .assume_role_policy_document(trust_policy)
                .max_session_duration(*max_session_duration)
                .set_tags(tags());
            answered(change, call.send().await)
                .and_then(|made| must_be(arn, made.role().map_or("", |role| role.arn())))
        }
        Change::RecordPolicies { role, .. } | Change::RecordUser { role, .. } => {
            call!(change, client.tag_role().role_name(role).set_tags(tags()))
        }
        Change::ForgetPolicies { role, tag_keys, .. } => {
            let tag_keys = Some(tag_keys.clone());
            call!(change, client.untag_role().role_name(role).set_tag_keys(tag_keys))
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
