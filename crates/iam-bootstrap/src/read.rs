//! Looks at the account.

mod quotas;
mod removal;
mod user;

pub use removal::read_removal;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;
use fed_types::RoleArn;
use percent_encoding::percent_decode_str;

use crate::bootstrap_error::is_missing;
use crate::live::{LiveProvider, LiveRole};
use crate::tags::{FOR_ROLE, TAG_KEY, TAG_VALUE, name_of};
use crate::{Blueprint, BootstrapError, LiveState};

/// Reads everything the blueprint names, and nothing else. Changes nothing.
///
/// # Errors
/// [`BootstrapError`] when any part cannot be read, and when what is to be made does not fit into
/// the account; what is missing is no error, save policies that are to be attached.
pub async fn read(config: &SdkConfig, blueprint: &Blueprint) -> Result<LiveState, BootstrapError> {
    let client = Client::new(config);
    let provider = match blueprint.provider_arn() {
        Some(arn) => provider(&client, &arn).await?,
        None => None,
    };
    let role = role(&client, &blueprint.role).await?;
    let user = match &blueprint.user {
        Some(name) => user::user(&client, name).await?,
        None => None,
    };
    let attached = role.as_ref().map(|role| role.managed_policies.as_slice()).unwrap_or_default();
    let new = blueprint.managed_policies.iter().filter(|arn| !attached.contains(arn));
    must_exist(&client, new).await?;
    let live = LiveState { provider, role, user, held_access_key: None };
    quotas::must_fit(&client, blueprint, &live).await?;
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
            for_role: tag(provider.tags(), FOR_ROLE).map(name_of),
            tags: provider.tags().len(),
        })),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(BootstrapError::from_sdk("read the OIDC provider", error)),
    }
}

async fn role(client: &Client, wanted: &RoleArn) -> Result<Option<LiveRole>, BootstrapError> {
    let name = wanted.name();
    let doing = || format!("read role `{name}`");
    let answer = match client.get_role().role_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(role) = answer.role() else { return Ok(None) };
    must_be(wanted.as_str(), role.arn())?;
    let mut live = LiveRole {
        trust_policy: decoded(role.assume_role_policy_document().unwrap_or_default()),
        max_session_duration: role.max_session_duration().unwrap_or(3600),
        ours: is_ours(role.tags()),
        tags: role
            .tags()
            .iter()
            .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
            .collect(),
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

/// IAM takes names only: the ARN it answers says of which account, partition and path they are.
pub(crate) fn must_be(expected: &str, found: &str) -> Result<(), BootstrapError> {
    if found == expected {
        return Ok(());
    }
    let (expected, found) = (expected.to_owned(), found.to_owned());
    Err(BootstrapError::AnotherArn { expected, found })
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
