//! From what should be there and what is there to what must be done.

mod policies;

use serde::Serialize;

use crate::live::{LiveProvider, LiveRole, LiveUser};
use crate::{Blueprint, Change, LiveState, Note, Obstacle, Provider, access_keys, trust_policy};
use policies::same_document;

/// What must be done, in order, and what a person should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// In the order they must happen. Empty: all is as it should be.
    pub changes: Vec<Change>,
    /// What is left as it is, and why.
    pub notes: Vec<Note>,
    /// What must be gone before anything is removed; then `changes` are not carried out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_the_way: Vec<Obstacle>,
}

/// Something of that name exists, somebody else made it, and it is different.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} `{name}` exists already, was not made here, and would have to change")]
pub struct Conflict {
    /// `role` or `OIDC provider`.
    pub kind: &'static str,
    /// The role's name, the provider's ARN.
    pub name: String,
    /// What would have to change.
    pub changes: Vec<Change>,
}

impl Conflict {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            "role" => "choose another role, or let this one be changed",
            _ => "name an audience that it accepts already, or let it be changed",
        }
    }
}

/// Compares the blueprint with what is there.
///
/// # Errors
/// [`Conflict`] when a role or a provider that somebody else made would have to change and
/// [`Blueprint::adopt`] is not set.
pub fn plan(blueprint: &Blueprint, live: &LiveState) -> Result<Plan, Conflict> {
    let mut plan = Plan::default();
    provider(blueprint, live.provider.as_ref(), &mut plan);
    if live.provider.as_ref().is_some_and(|provider| !provider.ours) {
        let name = blueprint.provider_arn().unwrap_or_default();
        unless_adopted(blueprint, "OIDC provider", name, 0, &mut plan)?;
    }
    let before_role = plan.changes.len();
    role(blueprint, live, &mut plan);
    if live.role.as_ref().is_some_and(|role| !role.ours) {
        let name = blueprint.role.name().to_owned();
        unless_adopted(blueprint, "role", name, before_role, &mut plan)?;
    }
    if let Some(name) = &blueprint.user {
        user(name, blueprint, live, &mut plan);
    }
    Ok(plan)
}

/// Nothing of others is changed without a word.
fn unless_adopted(
    blueprint: &Blueprint,
    kind: &'static str,
    name: String,
    before: usize,
    plan: &mut Plan,
) -> Result<(), Conflict> {
    if blueprint.adopt || plan.changes.len() == before {
        return Ok(());
    }
    Err(Conflict { kind, name, changes: plan.changes.split_off(before) })
}

fn provider(blueprint: &Blueprint, live: Option<&LiveProvider>, plan: &mut Plan) {
    let (Provider::OpenIdConnect { host_and_path }, Some(provider_arn)) =
        (&blueprint.provider, blueprint.provider_arn())
    else {
        return;
    };
    match live {
        None => plan.changes.push(Change::CreateProvider {
            arn: provider_arn,
            url: format!("https://{host_and_path}"),
            client_ids: blueprint.audiences.clone(),
            for_role: blueprint.role.name().to_owned(),
        }),
        Some(live) => {
            for client_id in &blueprint.audiences {
                if !live.client_ids.contains(client_id) {
                    plan.changes.push(Change::AddClientId {
                        provider_arn: provider_arn.clone(),
                        client_id: client_id.clone(),
                    });
                }
            }
        }
    }
}

fn role(blueprint: &Blueprint, state: &LiveState, plan: &mut Plan) {
    let role = blueprint.role.name().to_owned();
    let wanted_trust = trust_policy(blueprint);
    let live = state.role.as_ref();
    match live {
        None => plan.changes.push(Change::CreateRole {
            arn: blueprint.role.to_string(),
            role: role.clone(),
            path: blueprint.role_path().to_owned(),
            trust_policy: wanted_trust,
            max_session_duration: blueprint.max_session_duration,
            policies: blueprint.policies(),
            user: user_beside(blueprint, state),
        }),
        Some(live) => {
            if !same_document(&live.trust_policy, &wanted_trust) {
                plan.changes.push(Change::UpdateTrustPolicy {
                    role: role.clone(),
                    from: live.trust_policy.clone(),
                    to: wanted_trust,
                });
            }
            if live.max_session_duration != blueprint.max_session_duration {
                plan.changes.push(Change::UpdateMaxSessionDuration {
                    role: role.clone(),
                    from: live.max_session_duration,
                    to: blueprint.max_session_duration,
                });
            }
        }
    }
    let nothing = LiveRole::default();
    policies::policies(blueprint, live.unwrap_or(&nothing), plan);
}

/// The user that belongs to the role: none that others made, or that is another role's.
fn user_beside(blueprint: &Blueprint, state: &LiveState) -> Option<String> {
    let of_this_role =
        |user: &LiveUser| user.ours && user.for_role.as_deref() == Some(blueprint.role.name());
    let belongs = state.user.as_ref().is_none_or(of_this_role);
    blueprint.user.clone().filter(|_| belongs)
}

fn user(name: &str, blueprint: &Blueprint, state: &LiveState, plan: &mut Plan) {
    let user = name.to_owned();
    let role = blueprint.role.name().to_owned();
    match (user_beside(blueprint, state), &state.role) {
        (Some(user), Some(live)) if !live.ours => {
            plan.notes.push(Note::UserNotRecorded { user, role: role.clone() });
        }
        // Recorded before it is made: whatever is cut short, none is there unrecorded.
        (Some(user), Some(live)) if !live.users().contains(&user) => {
            plan.changes.push(Change::RecordUser { role: role.clone(), user });
        }
        _ => {}
    }
    let Some(live) = &state.user else {
        plan.changes.push(Change::CreateUser { user: user.clone(), for_role: role });
        plan.changes.push(Change::CreateAccessKey { user });
        return;
    };
    let policies: Vec<String> =
        live.managed_policies.iter().chain(&live.inline_policies).cloned().collect();
    if !policies.is_empty() {
        plan.notes.push(Note::UserHasPolicies { user: user.clone(), policies });
    }
    if !live.ours {
        plan.notes.push(Note::ForeignUser { user });
    } else {
        let (changes, notes) = access_keys::plan(name, live, state.held_access_key.as_deref());
        plan.changes.extend(changes);
        plan.notes.extend(notes);
    }
}

#[cfg(test)]
mod tests;
