//! What removing could touch.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_sdk_iam::Client;

use super::user::{user, user_ties};
use super::{decoded, provider, role};
use crate::BootstrapError;
use crate::live::LiveProvider;
use crate::removal::{LiveRemoval, Removal, UserTies, UserToRemove};
use crate::trusted::federated;

/// Reads everything that removing could touch, and everything that hangs on it.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read; what is missing is no error.
pub async fn read_removal(
    config: &SdkConfig,
    removal: &Removal,
) -> Result<LiveRemoval, BootstrapError> {
    let client = Client::new(config);
    let mut live = LiveRemoval::default();
    let mut arns = Vec::from_iter(removal.provider_arn());
    let mut users = BTreeSet::from([removal.user.clone()]);
    if let Some(role) = role(&client, &removal.role).await? {
        if role.ours {
            live.instance_profiles = instance_profiles(&client, removal.role.name()).await?;
            let trust = serde_json::from_str(&role.trust_policy).unwrap_or_default();
            arns.extend(federated(&trust).into_iter().filter(|name| name != "*"));
            users.extend(role.users());
        }
        live.role = Some(role);
    }
    for arn in arns {
        if let Some(provider) = provider(&client, &arn).await? {
            live.providers.insert(arn, provider);
        }
    }
    match made_for(&client, removal.role.name()).await {
        Ok(providers) => live.providers.extend(providers),
        Err(BootstrapError::Denied { message, .. }) => live.providers_not_listed = Some(message),
        Err(error) => return Err(error),
    }
    if live.providers.values().any(|provider| provider.ours) {
        live.trust_policies = trust_policies(&client).await?;
    }
    for name in users {
        if let Some(user) = user(&client, &name).await? {
            let ties =
                if user.ours { user_ties(&client, &name).await? } else { UserTies::default() };
            live.users.insert(name, UserToRemove { user, ties });
        }
    }
    Ok(live)
}

/// The providers that were made for this role: where `apply` did not come as far as the role,
/// nothing else says so.
async fn made_for(
    client: &Client,
    role: &str,
) -> Result<BTreeMap<String, LiveProvider>, BootstrapError> {
    let listed = client.list_open_id_connect_providers().send().await;
    let listed =
        listed.map_err(|error| BootstrapError::from_sdk("list the OIDC providers", error))?;
    let mut found = BTreeMap::new();
    for arn in listed.open_id_connect_provider_list().iter().filter_map(|entry| entry.arn()) {
        match provider(client, arn).await? {
            Some(provider) if provider.ours && provider.for_role.as_deref() == Some(role) => {
                found.insert(arn.to_owned(), provider);
            }
            _ => {}
        }
    }
    Ok(found)
}

async fn trust_policies(client: &Client) -> Result<BTreeMap<String, String>, BootstrapError> {
    let mut policies = BTreeMap::new();
    let mut roles = client.list_roles().into_paginator().items().send();
    while let Some(role) = roles.next().await {
        let role = role.map_err(|error| BootstrapError::from_sdk("list the roles", error))?;
        let trust = decoded(role.assume_role_policy_document().unwrap_or_default());
        policies.insert(role.role_name().to_owned(), trust);
    }
    Ok(policies)
}

async fn instance_profiles(client: &Client, role: &str) -> Result<Vec<String>, BootstrapError> {
    let doing = || format!("list the instance profiles of role `{role}`");
    let mut names = Vec::new();
    let list = client.list_instance_profiles_for_role().role_name(role);
    let mut profiles = list.into_paginator().items().send();
    while let Some(profile) = profiles.next().await {
        let profile = profile.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        names.push(profile.instance_profile_name().to_owned());
    }
    Ok(names)
}
