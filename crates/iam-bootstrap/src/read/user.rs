//! A user, its access keys, and what hangs on it.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::StatusType;
use fed_types::UnixTime;

use super::{is_ours, tag};
use crate::BootstrapError;
use crate::bootstrap_error::is_missing;
use crate::live::{HandedOut, LiveAccessKey, LiveUser};
use crate::removal::UserTies;
use crate::tags::{ACCESS_KEY, FOR_ROLE, name_of};

pub(super) async fn user(client: &Client, name: &str) -> Result<Option<LiveUser>, BootstrapError> {
    let doing = || format!("read user `{name}`");
    let answer = match client.get_user().user_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(doing(), error)),
    };
    let Some(user) = answer.user() else { return Ok(None) };
    let mut live = LiveUser {
        ours: is_ours(user.tags()),
        for_role: tag(user.tags(), FOR_ROLE).map(name_of),
        handed_out: tag(user.tags(), ACCESS_KEY).map(HandedOut::from_tag).unwrap_or_default(),
        ..LiveUser::default()
    };
    let mut keys = client.list_access_keys().user_name(name).into_paginator().items().send();
    while let Some(key) = keys.next().await {
        let key = key.map_err(|error| BootstrapError::from_sdk(doing(), error))?;
        let id = key.access_key_id().unwrap_or_default().to_owned();
        let is_pending = matches!(live.handed_out, HandedOut::Pending(_));
        let used = is_pending && was_used(client, &id).await?;
        let active = key.status() != Some(&StatusType::Inactive);
        let created = key.create_date().map(|date| UnixTime::from_seconds(date.secs()));
        live.access_keys.push(LiveAccessKey { id, used, active, created });
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

pub(super) async fn user_ties(client: &Client, name: &str) -> Result<UserTies, BootstrapError> {
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
