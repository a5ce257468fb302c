//! From what should be there and what is there to what must be done.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::live::{LiveProvider, LiveRole, LiveUser};
use crate::{Blueprint, Change, LiveState, Provider, trust_policy};

/// What must be done, in order, and what a person should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// In the order they must happen. Empty: all is as it should be.
    pub changes: Vec<Change>,
    /// What is left as it is, and why.
    pub notes: Vec<Note>,
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
    /// Not removed: it does not carry our tag.
    NotOurs {
        /// `role`, `user` or `OIDC provider`.
        kind: &'static str,
        /// Its name or ARN.
        name: String,
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
        user(name, live.user.as_ref(), &mut plan);
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
    let live = live.unwrap_or(&nothing);
    for policy_arn in &blueprint.managed_policies {
        if !live.managed_policies.contains(policy_arn) {
            plan.changes.push(Change::AttachRolePolicy {
                role: role.clone(),
                policy_arn: policy_arn.clone(),
            });
        }
    }
    for policy in &blueprint.inline_policies {
        let from = live.inline_policies.get(&policy.name);
        if !from.is_some_and(|from| same_document(from, &policy.document)) {
            plan.changes.push(Change::PutRolePolicy {
                role: role.clone(),
                policy: policy.name.clone(),
                from: from.cloned(),
                to: policy.document.clone(),
            });
        }
    }
    let managed =
        live.managed_policies.iter().filter(|arn| !blueprint.managed_policies.contains(arn));
    let inline = live
        .inline_policies
        .keys()
        .filter(|name| blueprint.inline_policies.iter().all(|policy| &policy.name != *name));
    plan.notes.extend(
        managed
            .chain(inline)
            .map(|policy| Note::AlsoAttached { role: role.clone(), policy: policy.clone() }),
    );
}

fn user(name: &str, live: Option<&LiveUser>, plan: &mut Plan) {
    let user = name.to_owned();
    let Some(live) = live else {
        plan.changes.push(Change::CreateUser { user: user.clone() });
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
    } else if live.access_key_ids.is_empty() {
        plan.changes.push(Change::CreateAccessKey { user });
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
