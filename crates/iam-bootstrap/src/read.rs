//! Looks at the account.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;
use percent_encoding::percent_decode_str;

use crate::bootstrap_error::is_missing;
use crate::live::{HandedOut, LiveAccessKey, LiveProvider, LiveRole, LiveUser};
use crate::removal::{LiveRemoval, Removal, UserTies, federated};
use crate::tags::{ACCESS_KEY, FOR_ROLE, TAG_KEY, TAG_VALUE};
use crate::{Blueprint, BootstrapError, LiveState};

/// Reads everything the blueprint names, and nothing else. Changes nothing.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read; what is missing is no error, save policies
/// that are to be attached.
pub async fn read(config: &SdkConfig, blueprint: &Blueprint) -> Result<LiveState, BootstrapError> {
    let client = Client::new(config);
    let provider = match blueprint.provider_arn() {
        Some(arn) => provider(&client, &arn).await?,
        None => None,
    };
    let role = role(&client, blueprint.role.name()).await?;
    let user = match &blueprint.user {
        Some(name) => user(&client, name).await?,
        None => None,
    };
    let attached = role.as_ref().map(|role| role.managed_policies.as_slice()).unwrap_or_default();
    let new = blueprint.managed_policies.iter().filter(|arn| !attached.contains(arn));
    must_exist(&client, new).await?;
    Ok(LiveState { provider, role, user, held_access_key: None })
}

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
    if let Some(role) = role(&client, removal.role.name()).await? {
        if role.ours {
            live.instance_profiles = instance_profiles(&client, removal.role.name()).await?;
            let trust = serde_json::from_str(&role.trust_policy).unwrap_or_default();
            arns.extend(federated(&trust).into_iter().filter(|name| name != "*"));
        }
        live.role = Some(role);
    }
    for arn in arns {
        if let Some(provider) = provider(&client, &arn).await? {
            live.providers.insert(arn, provider);
        }
    }
    if live.providers.values().any(|provider| provider.ours) {
        live.trust_policies = trust_policies(&client).await?;
    }
    if let Some(user) = user(&client, &removal.user).await? {
        if user.ours {
            live.user_ties = user_ties(&client, &removal.user).await?;
        }
        live.user = Some(user);
    }
    Ok(live)
}

async fn must_exist(
    client: &Client,
    arns: impl Iterator<Item = &String>,
) -> Result<(), BootstrapError> {
    let mut missing = Vec::new();
    for arn in arns {
        match client.get_policy().policy_arn(arn).send().await {
            Ok(_) => {}
            Err(error) if is_missing(&error) => missing.push(arn.clone()),
            Err(error) => {
                return Err(BootstrapError::from_sdk(format!("look for policy `{arn}`"), error));
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(BootstrapError::NoSuchPolicy { arns: missing }) }
}

async fn provider(client: &Client, arn: &str) -> Result<Option<LiveProvider>, BootstrapError> {
    let answer =
        client.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send().await;
    match answer {
        Ok(provider) => Ok(Some(LiveProvider {
            client_ids: provider.client_id_list().to_vec(),
            ours: is_ours(provider.tags()),
        })),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(BootstrapError::from_sdk("read the OIDC provider", error)),
    }
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

async fn user_ties(client: &Client, name: &str) -> Result<UserTies, BootstrapError> {
    let doing = || format!("read what hangs on user `{name}`");
    let mut ties = UserTies::default();
    let mut groups = client.list_groups_for_user().user_name(name).into_paginator().items().send();
    while let Some(group) = groups.next().await {
        let group = group.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        ties.groups.push(group.group_name().to_owned());
    }
    ties.password = match client.get_login_profile().user_name(name).send().await {
        Ok(_) => true,
        Err(error) if is_missing(&error) => false,
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let mut devices = client.list_mfa_devices().user_name(name).into_paginator().items().send();
    while let Some(device) = devices.next().await {
        let device = device.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        ties.mfa_devices.push(device.serial_number().to_owned());
    }
    let mut keys = client.list_ssh_public_keys().user_name(name).into_paginator().items().send();
    while let Some(key) = keys.next().await {
        let key = key.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        ties.ssh_public_keys.push(key.ssh_public_key_id().to_owned());
    }
    let mut certificates =
        client.list_signing_certificates().user_name(name).into_paginator().items().send();
    while let Some(certificate) = certificates.next().await {
        let certificate = certificate.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        ties.signing_certificates.push(certificate.certificate_id().to_owned());
    }
    ties.service_specific_credentials = service_specific_credentials(client, name).await?;
    Ok(ties)
}

/// The ids of a user's credentials for single services, page by page.
async fn service_specific_credentials(
    client: &Client,
    name: &str,
) -> Result<Vec<String>, BootstrapError> {
    let doing = || format!("read what hangs on user `{name}`");
    let (mut ids, mut marker) = (Vec::new(), None);
    loop {
        let list = client.list_service_specific_credentials().user_name(name).set_marker(marker);
        let page = match list.send().await {
            Ok(page) => page,
            // The user is there: there are none.
            Err(error) if is_missing(&error) => return Ok(ids),
            Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
        };
        let credentials = page.service_specific_credentials().iter();
        ids.extend(credentials.map(|it| it.service_specific_credential_id().to_owned()));
        marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            return Ok(ids);
        }
    }
}

/// Reads one role: its trust policy, its policies. `None` when it is not there.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read.
pub async fn read_role(config: &SdkConfig, name: &str) -> Result<Option<LiveRole>, BootstrapError> {
    role(&Client::new(config), name).await
}

async fn role(client: &Client, name: &str) -> Result<Option<LiveRole>, BootstrapError> {
    let doing = || format!("read role `{name}`");
    let answer = match client.get_role().role_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(role) = answer.role() else { return Ok(None) };
    let mut live = LiveRole {
        trust_policy: decoded(role.assume_role_policy_document().unwrap_or_default()),
        max_session_duration: role.max_session_duration().unwrap_or(3600),
        ours: is_ours(role.tags()),
        tag_keys: role.tags().iter().map(|tag| tag.key().to_owned()).collect(),
        managed_policies: Vec::new(),
        inline_policies: BTreeMap::new(),
    };
    let mut attached =
        client.list_attached_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = attached.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.managed_policies.extend(policy.policy_arn().map(str::to_owned));
    }
    let mut inline = client.list_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = inline.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let document = client
            .get_role_policy()
            .role_name(name)
            .policy_name(&policy)
            .send()
            .await
            .map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.inline_policies.insert(policy, decoded(document.policy_document()));
    }
    Ok(Some(live))
}

async fn user(client: &Client, name: &str) -> Result<Option<LiveUser>, BootstrapError> {
    let doing = || format!("read user `{name}`");
    let answer = match client.get_user().user_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(user) = answer.user() else { return Ok(None) };
    let mut live = LiveUser {
        ours: is_ours(user.tags()),
        for_role: tag(user.tags(), FOR_ROLE).map(str::to_owned),
        handed_out: tag(user.tags(), ACCESS_KEY).map(HandedOut::from_tag).unwrap_or_default(),
        ..LiveUser::default()
    };
    let mut keys = client.list_access_keys().user_name(name).into_paginator().items().send();
    while let Some(key) = keys.next().await {
        let key = key.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let id = key.access_key_id().unwrap_or_default().to_owned();
        let used = live.handed_out == HandedOut::Pending && was_used(client, &id).await?;
        live.access_keys.push(LiveAccessKey { id, used });
    }
    let mut attached =
        client.list_attached_user_policies().user_name(name).into_paginator().items().send();
    while let Some(policy) = attached.next().await {
        let policy = policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.managed_policies.extend(policy.policy_arn().map(str::to_owned));
    }
    let mut inline = client.list_user_policies().user_name(name).into_paginator().items().send();
    while let Some(policy) = inline.next().await {
        live.inline_policies
            .push(policy.map_err(|error| BootstrapError::from_sdk(doing(), error))?);
    }
    Ok(Some(live))
}

/// Whether anybody has signed with it, as far as IAM knows by now.
async fn was_used(client: &Client, access_key_id: &str) -> Result<bool, BootstrapError> {
    let answer = client.get_access_key_last_used().access_key_id(access_key_id).send().await;
    let answer = answer.map_err(|error| {
        BootstrapError::from_sdk(format!("ask when `{access_key_id}` was last used"), error)
    })?;
    Ok(answer.access_key_last_used().is_some_and(|used| used.last_used_date().is_some()))
}

fn is_ours(tags: &[Tag]) -> bool {
    tag(tags, TAG_KEY) == Some(TAG_VALUE)
}

fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key() == key).map(Tag::value)
}

/// IAM returns documents percent-encoded (RFC 3986).
pub fn decoded(document: &str) -> String {
    percent_decode_str(document).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded() {
        assert_eq!(
            decoded("%7B%22Version%22%3A%20%222012-10-17%22%7D"),
            r#"{"Version": "2012-10-17"}"#
        );
        assert_eq!(decoded("{}"), "{}");
    }

    #[test]
    fn only_the_whole_tag_counts() {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
        assert!(is_ours(&[tag("a", "b"), tag(TAG_KEY, TAG_VALUE)]));
        assert!(!is_ours(&[tag(TAG_KEY, "someone else")]));
        assert!(!is_ours(&[tag("made-by", TAG_VALUE)]));
        assert!(!is_ours(&[]));
    }
}
