//! What may be removed, what stays, and what stands in the way.

use std::collections::BTreeMap;

use fed_types::{Arn, RoleArn};
use serde_json::Value;

use crate::live::{HandedOut, LiveProvider, LiveRole, LiveUser};
use crate::tags::tag_value;
use crate::{Change, Note, Obstacle, Plan, Provider};

/// What is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The role.
    pub role: RoleArn,
    /// An issuer whose provider goes too; those that the role trusts are looked at anyway.
    pub provider: Option<Provider>,
    /// The user beside it.
    pub user: String,
    /// Whether the user was named, and goes whichever role it was made beside.
    pub user_is_named: bool,
}

impl Removal {
    /// The ARN of the provider that was named.
    pub(crate) fn provider_arn(&self) -> Option<String> {
        let arn = Arn::parse(self.role.as_str()).ok()?;
        match self.provider.as_ref()? {
            Provider::Google => None,
            Provider::OpenIdConnect { host_and_path } => Some(format!(
                "arn:{}:iam::{}:oidc-provider/{host_and_path}",
                arn.partition, arn.account
            )),
        }
    }
}

/// What is there of it, and everything that hangs on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveRemoval {
    /// The role.
    pub role: Option<LiveRole>,
    /// The instance profiles that the role is in.
    pub instance_profiles: Vec<String>,
    /// The providers by ARN.
    pub providers: BTreeMap<String, LiveProvider>,
    /// The trust policies of all roles of the account, by role; read where a provider could go.
    pub trust_policies: BTreeMap<String, String>,
    /// The user.
    pub user: Option<LiveUser>,
    /// What hangs on the user besides policies and access keys.
    pub user_ties: UserTies,
}

/// What IAM wants gone before it deletes a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserTies {
    /// Groups it is in.
    pub groups: Vec<String>,
    /// Whether it has a password.
    pub password: bool,
    /// Serial numbers of its MFA devices.
    pub mfa_devices: Vec<String>,
    /// Ids of its SSH public keys, as CodeCommit takes them.
    pub ssh_public_keys: Vec<String>,
    /// Ids of its credentials for single services.
    pub service_specific_credentials: Vec<String>,
    /// Ids of its signing certificates.
    pub signing_certificates: Vec<String>,
}

/// What removing takes: only what carries our tags. Where something of others hangs on it, no
/// change is planned at all.
pub fn plan_removal(removal: &Removal, live: &LiveRemoval) -> Plan {
    let mut plan = Plan::default();
    let role_goes = live.role.as_ref().is_some_and(|role| role.ours);
    for (arn, provider) in &live.providers {
        remove_provider(arn, provider, removal, live, role_goes, &mut plan);
    }
    if let Some(role) = &live.role {
        remove_role(removal.role.name(), role, &live.instance_profiles, &mut plan);
    }
    if let Some(user) = &live.user {
        remove_user(removal, user, &live.user_ties, &mut plan);
    }
    if !plan.in_the_way.is_empty() {
        plan.changes.clear();
    }
    plan
}

fn remove_role(name: &str, live: &LiveRole, instance_profiles: &[String], plan: &mut Plan) {
    let role = || name.to_owned();
    if !live.ours {
        plan.notes.push(Note::NotOurs { kind: "role", name: role() });
        return;
    }
    for instance_profile in instance_profiles {
        let instance_profile = instance_profile.clone();
        plan.in_the_way.push(Obstacle::InstanceProfile { role: role(), instance_profile });
    }
    for policy_arn in live.managed_policies.iter().cloned() {
        if live.records(&policy_arn) {
            plan.changes.push(Change::DetachRolePolicy { role: role(), policy_arn });
        } else {
            plan.in_the_way.push(Obstacle::RolePolicyAttached { role: role(), policy_arn });
        }
    }
    for policy in live.inline_policies.keys().cloned() {
        if live.records(&policy) {
            plan.changes.push(Change::DeleteRolePolicy { role: role(), policy });
        } else {
            plan.in_the_way.push(Obstacle::RolePolicyInline { role: role(), policy });
        }
    }
    plan.changes.push(Change::DeleteRole { role: role() });
}

fn remove_provider(
    arn: &str,
    provider: &LiveProvider,
    removal: &Removal,
    live: &LiveRemoval,
    role_goes: bool,
    plan: &mut Plan,
) {
    let provider_arn = arn.to_owned();
    if !provider.ours {
        plan.notes.push(Note::NotOurs { kind: "OIDC provider", name: provider_arn });
        return;
    }
    let stays = |name: &str| !(role_goes && name == removal.role.name());
    let roles: Vec<String> = live
        .trust_policies
        .iter()
        .filter(|(name, trust)| stays(name) && names(trust, arn))
        .map(|(name, _)| name.clone())
        .collect();
    if roles.is_empty() {
        plan.changes.push(Change::DeleteProvider { provider_arn });
    } else {
        plan.notes.push(Note::StillTrusted { provider_arn, roles });
    }
}

fn remove_user(removal: &Removal, live: &LiveUser, ties: &UserTies, plan: &mut Plan) {
    let user = || removal.user.clone();
    if !live.ours {
        if removal.user_is_named {
            plan.notes.push(Note::NotOurs { kind: "user", name: user() });
        }
        return;
    }
    let of_this_role = live.for_role.as_deref() == Some(&tag_value(removal.role.name()));
    if !removal.user_is_named && !of_this_role {
        plan.notes.push(Note::UserOfAnotherRole { user: user(), role: live.for_role.clone() });
        return;
    }
    for key in &live.access_keys {
        let access_key_id = key.id.clone();
        let made_here = match &live.handed_out {
            HandedOut::Key(id) => *id == key.id,
            HandedOut::Pending => !key.used,
            HandedOut::Unknown => false,
        };
        if made_here {
            plan.changes.push(Change::DeleteAccessKey { user: user(), access_key_id });
        } else {
            plan.in_the_way.push(Obstacle::AccessKey { user: user(), access_key_id });
        }
    }
    let attached = live.managed_policies.iter().cloned();
    let inline = live.inline_policies.iter().cloned();
    let obstacles = attached
        .map(|policy_arn| Obstacle::UserPolicyAttached { user: user(), policy_arn })
        .chain(inline.map(|policy| Obstacle::UserPolicyInline { user: user(), policy }))
        .chain(ties.groups.iter().cloned().map(|group| Obstacle::Group { user: user(), group }))
        .chain(ties.password.then(|| Obstacle::Password { user: user() }))
        .chain(
            ties.mfa_devices
                .iter()
                .cloned()
                .map(|serial_number| Obstacle::MfaDevice { user: user(), serial_number }),
        )
        .chain(
            ties.ssh_public_keys
                .iter()
                .cloned()
                .map(|id| Obstacle::SshPublicKey { user: user(), id }),
        )
        .chain(
            ties.service_specific_credentials
                .iter()
                .cloned()
                .map(|id| Obstacle::ServiceSpecificCredential { user: user(), id }),
        )
        .chain(
            ties.signing_certificates
                .iter()
                .cloned()
                .map(|id| Obstacle::SigningCertificate { user: user(), id }),
        );
    plan.in_the_way.extend(obstacles);
    plan.changes.push(Change::DeleteUser { user: user() });
}

/// Whether the trust policy names the provider, by itself or among all. What cannot be read
/// may name it.
fn names(trust_policy: &str, provider_arn: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(trust_policy) else { return true };
    federated(&policy).iter().any(|name| name == provider_arn || name == "*")
}

/// The providers that a trust policy names: the ARNs of IAM OIDC providers, and `*`.
pub(crate) fn federated(policy: &Value) -> Vec<String> {
    let mut found = federated_principals(policy);
    found.retain(|name| name == "*" || name.contains(":oidc-provider/"));
    found
}

/// Whose tokens a trust policy names: those, and the issuers that AWS knows by itself.
pub(crate) fn federated_principals(policy: &Value) -> Vec<String> {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut found = Vec::new();
    for principal in statements.iter().filter_map(|statement| statement.get("Principal")) {
        let values = match principal {
            Value::Object(kinds) => kinds.get("Federated").unwrap_or(&Value::Null),
            other => other,
        };
        match values {
            Value::String(one) => found.push(one.clone()),
            Value::Array(several) => {
                found.extend(several.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}
