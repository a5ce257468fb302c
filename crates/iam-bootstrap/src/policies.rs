//! The policies that bear on what a role or a user may do, as they are now.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{AttachedPermissionsBoundary, Tag};

use crate::BootstrapError;
use crate::bootstrap_error::is_missing;
use crate::read::decoded;

/// A policy and what it is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivePolicy {
    /// The ARN of a managed policy, the name of an inline one.
    pub name: String,
    /// The document, decoded.
    pub document: String,
}

/// What a role or a user is allowed by its own account's IAM. Service control policies and
/// the policies of resources are not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LivePolicies {
    /// Whose they are: IAM is asked by name, in the account of the credentials.
    pub arn: String,
    /// Attached and inline policies, a user's groups' included.
    pub identity: Vec<LivePolicy>,
    /// The permissions boundary.
    pub boundary: Option<LivePolicy>,
    /// Its tags, which conditions read as `aws:PrincipalTag`.
    pub tags: Vec<(String, String)>,
}

/// Reads the policies of a role. `None` when it is not there.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read.
pub async fn read_role_policies(
    config: &SdkConfig,
    name: &str,
) -> Result<Option<LivePolicies>, BootstrapError> {
    let client = Client::new(config);
    let doing = || format!("read the policies of role `{name}`");
    let role = match client.get_role().role_name(name).send().await {
        Ok(answer) => answer.role,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(role) = role else { return Ok(None) };
    let (arn, tags) = (role.arn().to_owned(), tags(role.tags()));
    let mut live = LivePolicies { arn, tags, ..LivePolicies::default() };
    live.boundary = boundary(&client, role.permissions_boundary()).await?;
    let mut attached =
        client.list_attached_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = attached.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.identity.push(managed(&client, policy.policy_arn().unwrap_or_default()).await?);
    }
    let mut inline = client.list_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = inline.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let get = client.get_role_policy().role_name(name).policy_name(&policy);
        let answer = get.send().await.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let document = decoded(answer.policy_document());
        live.identity.push(LivePolicy { name: policy, document });
    }
    Ok(Some(live))
}

/// Reads the policies of a user and of its groups. `None` when it is not there.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read.
pub async fn read_user_policies(
    config: &SdkConfig,
    name: &str,
) -> Result<Option<LivePolicies>, BootstrapError> {
    let client = Client::new(config);
    let doing = || format!("read the policies of user `{name}`");
    let user = match client.get_user().user_name(name).send().await {
        Ok(answer) => answer.user,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(user) = user else { return Ok(None) };
    let (arn, tags) = (user.arn().to_owned(), tags(user.tags()));
    let mut live = LivePolicies { arn, tags, ..LivePolicies::default() };
    live.boundary = boundary(&client, user.permissions_boundary()).await?;
    let mut attached =
        client.list_attached_user_policies().user_name(name).into_paginator().items().send();
    while let Some(policy) = attached.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.identity.push(managed(&client, policy.policy_arn().unwrap_or_default()).await?);
    }
    let mut inline = client.list_user_policies().user_name(name).into_paginator().items().send();
    while let Some(policy) = inline.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let get = client.get_user_policy().user_name(name).policy_name(&policy);
        let answer = get.send().await.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let document = decoded(answer.policy_document());
        live.identity.push(LivePolicy { name: policy, document });
    }
    let mut groups = client.list_groups_for_user().user_name(name).into_paginator().items().send();
    while let Some(group) = groups.next().await {
        let group = group.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        group_policies(&client, group.group_name(), &mut live.identity).await?;
    }
    Ok(Some(live))
}

async fn group_policies(
    client: &Client,
    name: &str,
    policies: &mut Vec<LivePolicy>,
) -> Result<(), BootstrapError> {
    let doing = || format!("read the policies of group `{name}`");
    let mut attached =
        client.list_attached_group_policies().group_name(name).into_paginator().items().send();
    while let Some(policy) = attached.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        policies.push(managed(client, policy.policy_arn().unwrap_or_default()).await?);
    }
    let mut inline = client.list_group_policies().group_name(name).into_paginator().items().send();
    while let Some(policy) = inline.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let get = client.get_group_policy().group_name(name).policy_name(&policy);
        let answer = get.send().await.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let document = decoded(answer.policy_document());
        policies.push(LivePolicy { name: format!("{name}/{policy}"), document });
    }
    Ok(())
}

/// Reads the default version of managed policies.
///
/// # Errors
/// [`BootstrapError`] when one cannot be read.
pub async fn read_managed_policies(
    config: &SdkConfig,
    arns: &[String],
) -> Result<Vec<LivePolicy>, BootstrapError> {
    let client = Client::new(config);
    let mut policies = Vec::with_capacity(arns.len());
    for arn in arns {
        policies.push(managed(&client, arn).await?);
    }
    Ok(policies)
}

async fn boundary(
    client: &Client,
    boundary: Option<&AttachedPermissionsBoundary>,
) -> Result<Option<LivePolicy>, BootstrapError> {
    match boundary.and_then(AttachedPermissionsBoundary::permissions_boundary_arn) {
        Some(arn) => managed(client, arn).await.map(Some),
        None => Ok(None),
    }
}

async fn managed(client: &Client, arn: &str) -> Result<LivePolicy, BootstrapError> {
    let doing = || format!("read policy `{arn}`");
    let policy = client.get_policy().policy_arn(arn).send().await;
    let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
    let version = policy.policy().and_then(|policy| policy.default_version_id());
    let get = client.get_policy_version().policy_arn(arn).version_id(version.unwrap_or("v1"));
    let answer = get.send().await.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
    let document = answer.policy_version().and_then(|version| version.document());
    Ok(LivePolicy { name: arn.to_owned(), document: decoded(document.unwrap_or_default()) })
}

fn tags(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}
