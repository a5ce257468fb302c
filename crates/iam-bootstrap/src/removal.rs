//! What may be removed, and what stays.

use crate::live::{LiveProvider, LiveRole, LiveUser};
use crate::{Blueprint, Change, LiveState, Note, Plan};

/// What removing the blueprint takes: only what carries our tag, and what hangs on
/// it first. The blueprint's policies and trust need not match what is there.
pub fn plan_removal(blueprint: &Blueprint, live: &LiveState) -> Plan {
    let mut plan = Plan::default();
    if let Some(live) = &live.role {
        remove_role(blueprint.role.name(), live, &mut plan);
    }
    if let (Some(live), Some(provider_arn)) = (&live.provider, blueprint.provider_arn()) {
        remove_provider(provider_arn, live, &mut plan);
    }
    if let (Some(live), Some(name)) = (&live.user, &blueprint.user) {
        remove_user(name, live, &mut plan);
    }
    plan
}

fn remove_role(name: &str, live: &LiveRole, plan: &mut Plan) {
    let role = name.to_owned();
    if !live.ours {
        plan.notes.push(Note::NotOurs { kind: "role", name: role });
        return;
    }
    for policy_arn in &live.managed_policies {
        plan.changes
            .push(Change::DetachRolePolicy { role: role.clone(), policy_arn: policy_arn.clone() });
    }
    for policy in live.inline_policies.keys() {
        plan.changes.push(Change::DeleteRolePolicy { role: role.clone(), policy: policy.clone() });
    }
    plan.changes.push(Change::DeleteRole { role });
}

fn remove_provider(provider_arn: String, live: &LiveProvider, plan: &mut Plan) {
    if !live.ours {
        plan.notes.push(Note::NotOurs { kind: "OIDC provider", name: provider_arn });
    } else if !live.trusted_by.is_empty() {
        plan.notes.push(Note::StillTrusted { provider_arn, roles: live.trusted_by.clone() });
    } else {
        plan.changes.push(Change::DeleteProvider { provider_arn });
    }
}

fn remove_user(name: &str, live: &LiveUser, plan: &mut Plan) {
    let user = name.to_owned();
    if !live.ours {
        plan.notes.push(Note::NotOurs { kind: "user", name: user });
        return;
    }
    for access_key_id in &live.access_key_ids {
        plan.changes.push(Change::DeleteAccessKey {
            user: user.clone(),
            access_key_id: access_key_id.clone(),
        });
    }
    for policy_arn in &live.managed_policies {
        plan.changes
            .push(Change::DetachUserPolicy { user: user.clone(), policy_arn: policy_arn.clone() });
    }
    for policy in &live.inline_policies {
        plan.changes.push(Change::DeleteUserPolicy { user: user.clone(), policy: policy.clone() });
    }
    plan.changes.push(Change::DeleteUser { user });
}
