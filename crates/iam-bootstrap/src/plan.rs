//! From what should be there and what is there to what must be done.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::live::{HandedOut, LiveProvider, LiveRole, LiveUser};
use crate::tags::tag_value;
use crate::{Blueprint, Change, LiveState, Obstacle, Provider, trust_policy};

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

/// Something that is left alone although it differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Note {
    /// The role has more policies than the blueprint asks for.
    AlsoAttached {
        /// The role's name.
        role: String,
        /// ARN or name of the policy.
        policy: String,
    },
    /// The user is there and somebody else made it.
    ForeignUser {
        /// Its name.
        user: String,
    },
    /// The user that should have no policy has some.
    UserHasPolicies {
        /// Its name.
        user: String,
        /// ARNs and names.
        policies: Vec<String>,
    },
    /// Nobody recorded whether the secret of the user's access key was kept.
    AccessKeyUnknown {
        /// The user.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// Not removed: it does not carry our tag.
    NotOurs {
        /// `role`, `user` or `OIDC provider`.
        kind: &'static str,
        /// Its name or ARN.
        name: String,
    },
    /// Not removed: it was made beside another role.
    UserOfAnotherRole {
        /// The user.
        user: String,
        /// That role, where it is known.
        role: Option<String>,
    },
    /// Not removed: others trust it.
    StillTrusted {
        /// The provider.
        provider_arn: String,
        /// Names of the roles that trust it.
        roles: Vec<String>,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlsoAttached { role, policy } => {
                write!(f, "role `{role}` also has `{policy}`, which was not asked for: left alone")
            }
            Self::ForeignUser { user } => {
                write!(f, "user `{user}` was not made here: left alone")
            }
            Self::UserHasPolicies { user, policies } => {
                write!(
                    f,
                    "user `{user}` should have no policy, but has `{}`",
                    policies.join("`, `")
                )
            }
            Self::AccessKeyUnknown { user, access_key_id } => write!(
                f,
                "whether anybody has the secret of access key `{access_key_id}` of user `{user}` \
                 is not recorded: left alone"
            ),
            Self::UserOfAnotherRole { user, role } => {
                let role = role.as_ref().map_or_else(
                    || "is not recorded to belong to this role".to_owned(),
                    |role| format!("was made beside role `{role}`"),
                );
                write!(f, "user `{user}` {role}: left alone unless `--no-policy-user={user}`")
            }
            Self::NotOurs { kind, name } => {
                write!(f, "{kind} `{name}` was not made here: left alone")
            }
            Self::StillTrusted { provider_arn, roles } => {
                write!(f, "`{provider_arn}` is still trusted by `{}`: kept", roles.join("`, `"))
            }
        }
    }
}

/// A role of that name exists, somebody else made it, and it is different.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("role `{role}` exists already, was not made here, and would have to change")]
pub struct Conflict {
    /// The role's name.
    pub role: String,
    /// What would have to change.
    pub changes: Vec<Change>,
}

impl Conflict {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "choose another role, or let this one be changed with `--adopt`"
    }
}

/// Compares the blueprint with what is there.
///
/// # Errors
/// [`Conflict`] when a role that somebody else made would have to change and
/// [`Blueprint::adopt`] is not set.
pub fn plan(blueprint: &Blueprint, live: &LiveState) -> Result<Plan, Conflict> {
    let mut plan = Plan::default();
    provider(blueprint, live.provider.as_ref(), &mut plan);
    let before_role = plan.changes.len();
    role(blueprint, live.role.as_ref(), &mut plan);
    if live.role.as_ref().is_some_and(|role| !role.ours)
        && plan.changes.len() > before_role
        && !blueprint.adopt
    {
        let role = blueprint.role.name().to_owned();
        return Err(Conflict { role, changes: plan.changes.split_off(before_role) });
    }
    if let Some(name) = &blueprint.user {
        user(name, blueprint, live, &mut plan);
    }
    Ok(plan)
}

fn provider(blueprint: &Blueprint, live: Option<&LiveProvider>, plan: &mut Plan) {
    let (Provider::OpenIdConnect { host_and_path }, Some(provider_arn)) =
        (&blueprint.provider, blueprint.provider_arn())
    else {
        return;
    };
    match live {
        None => plan.changes.push(Change::CreateProvider {
            url: format!("https://{host_and_path}"),
            client_ids: blueprint.audiences.clone(),
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

fn role(blueprint: &Blueprint, live: Option<&LiveRole>, plan: &mut Plan) {
    let role = blueprint.role.name().to_owned();
    let wanted_trust = trust_policy(blueprint);
    match live {
        None => plan.changes.push(Change::CreateRole {
            role: role.clone(),
            path: blueprint.role_path().to_owned(),
            trust_policy: wanted_trust,
            max_session_duration: blueprint.max_session_duration,
            policies: wanted_policies(blueprint),
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
    policies(blueprint, live.unwrap_or(&nothing), plan);
}

/// ARNs and names.
fn wanted_policies(blueprint: &Blueprint) -> Vec<String> {
    let inline = blueprint.inline_policies.iter().map(|policy| &policy.name);
    blueprint.managed_policies.iter().chain(inline).cloned().collect()
}

fn policies(blueprint: &Blueprint, live: &LiveRole, plan: &mut Plan) {
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
    let wanted = wanted_policies(blueprint);
    let there = live.managed_policies.iter().chain(live.inline_policies.keys());
    plan.notes.extend(
        there
            .filter(|policy| !wanted.contains(policy))
            .map(|policy| Note::AlsoAttached { role: role.clone(), policy: policy.clone() }),
    );
}

fn user(name: &str, blueprint: &Blueprint, state: &LiveState, plan: &mut Plan) {
    let user = name.to_owned();
    let Some(live) = &state.user else {
        let for_role = tag_value(blueprint.role.name());
        plan.changes.push(Change::CreateUser { user: user.clone(), for_role });
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
        access_key(user, live, state.held_access_key.as_deref(), plan);
    }
}

/// One access key whose secret somebody has.
fn access_key(user: String, live: &LiveUser, held: Option<&str>, plan: &mut Plan) {
    let held = live.access_keys.iter().find(|key| Some(key.id.as_str()) == held);
    match &live.handed_out {
        HandedOut::Pending => {
            if let Some(key) = held.or_else(|| live.access_keys.iter().find(|key| key.used)) {
                let access_key_id = key.id.clone();
                plan.changes.push(Change::RecordAccessKey { user, access_key_id });
                return;
            }
            for key in &live.access_keys {
                plan.changes.push(Change::DeleteAccessKey {
                    user: user.clone(),
                    access_key_id: key.id.clone(),
                });
            }
            plan.changes.push(Change::CreateAccessKey { user });
        }
        HandedOut::Unknown | HandedOut::Key(_) if live.access_keys.is_empty() => {
            plan.changes.push(Change::CreateAccessKey { user });
        }
        HandedOut::Unknown if held.is_none() => {
            plan.notes.extend(live.access_keys.iter().map(|key| Note::AccessKeyUnknown {
                user: user.clone(),
                access_key_id: key.id.clone(),
            }));
        }
        HandedOut::Unknown | HandedOut::Key(_) => {}
    }
}

/// Whether two documents are the same JSON. What is no JSON is the same as nothing.
fn same_document(left: &str, right: &str) -> bool {
    match (serde_json::from_str::<Value>(left), serde_json::from_str::<Value>(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
