//! Looks at the account.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;
use percent_encoding::percent_decode_str;

use crate::bootstrap_error::is_missing;
use crate::live::{LiveProvider, LiveRole, LiveUser};
use crate::{Blueprint, BootstrapError, LiveState, TAG_KEY, TAG_VALUE};

/// Reads everything the blueprint names, and nothing else. Changes nothing.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read; what is missing is no error.
pub async fn read(config: &SdkConfig, blueprint: &Blueprint) -> Result<LiveState, BootstrapError> {
    let client = Client::new(config);
    let provider = match blueprint.provider_arn() {
        Some(arn) => read_provider(&client, &arn, blueprint.role.name()).await?,
        None => None,
    };
    let role = role(&client, blueprint.role.name()).await?;
    let user = match &blueprint.user {
        Some(name) => read_user(&client, name).await?,
        None => None,
    };
    Ok(LiveState { provider, role, user })
}

async fn read_provider(
    client: &Client,
    arn: &str,
    role: &str,
) -> Result<Option<LiveProvider>, BootstrapError> {
    let answer =
        client.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send().await;
    let provider = match answer {
        Ok(provider) => provider,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk("read the OIDC provider", error)),
    };
    let ours = is_ours(provider.tags());
    let trusted_by = if ours { roles_that_trust(client, arn, role).await? } else { Vec::new() };
    Ok(Some(LiveProvider { client_ids: provider.client_id_list().to_vec(), ours, trusted_by }))
}

async fn roles_that_trust(
    client: &Client,
    provider_arn: &str,
    except: &str,
) -> Result<Vec<String>, BootstrapError> {
    let mut names = Vec::new();
    let mut roles = client.list_roles().into_paginator().items().send();
    while let Some(role) = roles.next().await {
        let role = role.map_err(|error| BootstrapError::from_sdk("list the roles", error))?;
        let trust = decoded(role.assume_role_policy_document().unwrap_or_default());
        if role.role_name() != except && trust.contains(&format!("\"{provider_arn}\"")) {
            names.push(role.role_name().to_owned());
        }
    }
    Ok(names)
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

async fn read_user(client: &Client, name: &str) -> Result<Option<LiveUser>, BootstrapError> {
    let doing = || format!("read user `{name}`");
    let answer = match client.get_user().user_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(user) = answer.user() else { return Ok(None) };
    let mut live = LiveUser { ours: is_ours(user.tags()), ..LiveUser::default() };
    let mut keys = client.list_access_keys().user_name(name).into_paginator().items().send();
    while let Some(key) = keys.next().await {
        let key = key.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        live.access_key_ids.extend(key.access_key_id().map(str::to_owned));
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

fn is_ours(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| tag.key() == TAG_KEY && tag.value() == TAG_VALUE)
}

/// IAM returns documents percent-encoded (RFC 3986).
pub(crate) fn decoded(document: &str) -> String {
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
