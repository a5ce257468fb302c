//! The policies of the role: those that are asked for come, those that were put there by
//! `apply` and are no longer asked for go, and all others stay.

use serde_json::Value;

use super::Plan;
use crate::live::LiveRole;
use crate::tags::policy_key;
use crate::{Blueprint, Change, Note};

pub(super) fn policies(blueprint: &Blueprint, live: &LiveRole, plan: &mut Plan) {
    let wanted = blueprint.policies();
    no_longer_wanted(blueprint, live, &wanted, plan);
    let role = blueprint.role.name().to_owned();
    let mut changes = Vec::new();
    let mut unrecorded = Vec::new();
    for policy_arn in &blueprint.managed_policies {
        if !live.managed_policies.contains(policy_arn) {
            unrecorded.push(policy_arn);
            changes.push(Change::AttachRolePolicy {
                role: role.clone(),
                policy_arn: policy_arn.clone(),
            });
        }
    }
    for policy in &blueprint.inline_policies {
        let from = live.inline_policies.get(&policy.name);
        if !from.is_some_and(|from| same_document(from, &policy.document)) {
            unrecorded.push(&policy.name);
            changes.push(Change::PutRolePolicy {
                role: role.clone(),
                policy: policy.name.clone(),
                from: from.cloned(),
                to: policy.document.clone(),
            });
        }
    }
    // Recorded before they are put there: whatever is cut short, nothing is there unrecorded.
    unrecorded.retain(|policy| live.ours && !live.records(policy));
    if !unrecorded.is_empty() {
        let policies = unrecorded.into_iter().cloned().collect();
        plan.changes.push(Change::RecordPolicies { role: role.clone(), policies });
    }
    plan.changes.append(&mut changes);
    let there = live.managed_policies.iter().chain(live.inline_policies.keys());
    plan.notes.extend(
        there
            .filter(|policy| !wanted.contains(policy) && !live.records(policy))
            .map(|policy| Note::AlsoAttached { role: role.clone(), policy: policy.clone() }),
    );
}

/// Takes away what is recorded and not asked for, then the record of it: whatever is cut short,
/// nothing is there unrecorded.
fn no_longer_wanted(blueprint: &Blueprint, live: &LiveRole, wanted: &[String], plan: &mut Plan) {
    let role = || blueprint.role.name().to_owned();
    let kept: Vec<String> = wanted.iter().map(|policy| policy_key(policy)).collect();
    let goes = |policy: &&String| live.records(policy) && !kept.contains(&policy_key(policy));
    for policy_arn in live.managed_policies.iter().filter(goes).cloned() {
        plan.changes.push(Change::DetachRolePolicy { role: role(), policy_arn });
    }
    for policy in live.inline_policies.keys().filter(goes).cloned() {
        plan.changes.push(Change::DeleteRolePolicy { role: role(), policy });
    }
    let forgotten = live.recorded_policies().filter(|(key, _)| !kept.iter().any(|it| it == key));
    let (tag_keys, policies): (Vec<String>, Vec<String>) =
        forgotten.map(|(key, value)| (key.to_owned(), value.to_owned())).unzip();
    if !tag_keys.is_empty() {
        plan.changes.push(Change::ForgetPolicies { role: role(), policies, tag_keys });
    }
}

/// Whether two documents are the same JSON. What is no JSON is the same as nothing.
pub(super) fn same_document(left: &str, right: &str) -> bool {
    match (serde_json::from_str::<Value>(left), serde_json::from_str::<Value>(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
