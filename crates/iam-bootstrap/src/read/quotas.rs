//! Whether what is to be made fits into the account: its quotas, and what is there already.

use std::collections::BTreeSet;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::SummaryKeyType;

use crate::limits::{CLIENT_IDS, size};
use crate::live::LiveRole;
use crate::tags::{MOST_TAGS, tags_of_role};
use crate::{Blueprint, BootstrapError, LiveState, trust_policy};

/// Quotas of accounts that nobody had raised; only what goes beyond is asked about.
const TRUST_POLICY: usize = 2048;
const MANAGED_POLICIES: usize = 10;

/// Refuses what IAM would refuse half way.
pub(super) async fn must_fit(
    client: &Client,
    blueprint: &Blueprint,
    live: &LiveState,
) -> Result<(), BootstrapError> {
    let client_ids = live.provider.as_ref().map(|it| it.client_ids.clone()).unwrap_or_default();
    let more = blueprint.audiences.iter().filter(|id| !client_ids.contains(id)).count();
    if more > 0 && blueprint.provider_arn().is_some() {
        at_most("client ids of the provider", client_ids.len() + more, CLIENT_IDS)?;
    }
    let role = live.role.as_ref();
    if let Some(live) = role.filter(|live| live.ours) {
        at_most("tags of the role", tags_afterwards(blueprint, live), MOST_TAGS)?;
    }
    let trust = size(&trust_policy(blueprint));
    let stay = role.map_or(0, |live| {
        let foreign =
            |arn: &&String| !live.records(arn) && !blueprint.managed_policies.contains(arn);
        live.managed_policies.iter().filter(foreign).count()
    });
    let managed = blueprint.managed_policies.len() + stay;
    if trust > TRUST_POLICY {
        let most = quota(client, &SummaryKeyType::AssumeRolePolicySizeQuota).await?;
        at_most("characters of the trust policy", trust, most.unwrap_or(trust))?;
    }
    if managed > MANAGED_POLICIES {
        let most = quota(client, &SummaryKeyType::AttachedPoliciesPerRoleQuota).await?;
        at_most("managed policies of the role", managed, most.unwrap_or(managed))?;
    }
    Ok(())
}

/// Others' tags stay, and so do ours of users.
fn tags_afterwards(blueprint: &Blueprint, live: &LiveRole) -> usize {
    let recorded: BTreeSet<&str> = live.recorded_policies().map(|(key, _)| key).collect();
    let new = tags_of_role(&blueprint.policies(), blueprint.user.as_ref());
    let stay = live.tags.keys().map(String::as_str).filter(|key| !recorded.contains(key));
    stay.chain(new.iter().map(|(key, _)| key.as_str())).collect::<BTreeSet<&str>>().len()
}

fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), BootstrapError> {
    if found > most { Err(BootstrapError::Quota { what, found, most }) } else { Ok(()) }
}

/// The account's quota; `None` where who asks may not know, or IAM does not say.
async fn quota(client: &Client, key: &SummaryKeyType) -> Result<Option<usize>, BootstrapError> {
    let answer = client.get_account_summary().send().await;
    match answer.map_err(|error| BootstrapError::from_sdk("read the account's quotas", error)) {
        Ok(answer) => {
            let found = answer.summary_map().and_then(|summary| summary.get(key));
            Ok(found.and_then(|most| usize::try_from(*most).ok()))
        }
        Err(BootstrapError::Denied { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
