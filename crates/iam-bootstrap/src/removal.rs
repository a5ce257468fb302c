//! What may be removed, what stays, and what stands in the way.

use std::collections::BTreeMap;

use fed_types::{Arn, RoleArn};

use crate::access_keys::made_here;
use crate::live::{LiveProvider, LiveRole, LiveUser};
use crate::trusted::names;
use crate::{Change, Note, Obstacle, Plan, Provider};

/// What is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The role.
    pub role: RoleArn,
    /// An issuer whose provider goes too; those that the role trusts are looked at anyway.
    pub provider: Option<Provider>,
    /// A user beside it; those that the role names are looked at anyway.
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
    /// The users by name.
    pub users: BTreeMap<String, UserToRemove>,
    /// Why the account's providers could not be listed.
    pub providers_not_listed: Option<String>,
}

/// A user that may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserToRemove {
    /// The user.
    pub user: LiveUser,
    /// What hangs on it besides policies and access keys.
    pub ties: UserTies,
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
///
/// The role goes last: its trust policy and its tags say what belongs to it. Whatever call is the
/// last one before the end, the next run finds the rest (`docs/decisions/0019`).
pub fn plan_removal(removal: &Removal, live: &LiveRemoval) -> Plan {
    let mut plan = Plan::default();
    let role_goes = live.role.as_ref().is_some_and(|role| role.ours);
    for (arn, provider) in &live.providers {
        remove_provider(arn, provider, removal, live, role_goes, &mut plan);
    }
    if let Some(why) = live.providers_not_listed.clone() {
        plan.notes.push(Note::ProvidersNotListed { why });
    }
    for (name, UserToRemove { user, ties }) in &live.users {
        remove_user(name, removal, user, ties, &mut plan);
    }
    if let Some(role) = &live.role {
        remove_role(removal.role.name(), role, &live.instance_profiles, &mut plan);
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

fn remove_user(name: &str, removal: &Removal, live: &LiveUser, ties: &UserTies, plan: &mut Plan) {
    let user = || name.to_owned();
    let is_named = removal.user_is_named && removal.user == name;
    if !live.ours {
        if is_named {
            plan.notes.push(Note::NotOurs { kind: "user", name: user() });
        }
        return;
    }
    if !is_named && live.for_role.as_deref() != Some(removal.role.name()) {
        plan.notes.push(Note::UserOfAnotherRole { user: user(), role: live.for_role.clone() });
        return;
    }
    for key in &live.access_keys {
        let (access_key_id, active) = (key.id.clone(), key.active);
        // One that somebody signs with has its secret from somewhere.
        if made_here(live, key) && !key.used {
            plan.changes.push(Change::DeleteAccessKey { user: user(), access_key_id });
        } else {
            plan.in_the_way.push(Obstacle::AccessKey { user: user(), access_key_id, active });
        }
    }
    let attached = live.managed_policies.iter().cloned();
    let inline = live.inline_policies.iter().cloned();
    plan.in_the_way.extend(
        attached
            .map(|policy_arn| Obstacle::UserPolicyAttached { user: user(), policy_arn })
            .chain(inline.map(|policy| Obstacle::UserPolicyInline { user: user(), policy })),
    );
    plan.in_the_way.extend(ties.obstacles(name));
    plan.changes.push(Change::DeleteUser { user: user() });
}

impl UserTies {
    fn obstacles(&self, name: &str) -> Vec<Obstacle> {
        let user = || name.to_owned();
        let group = |group| Obstacle::Group { user: user(), group };
        let device = |serial_number| Obstacle::MfaDevice { user: user(), serial_number };
        let public_key = |id| Obstacle::SshPublicKey { user: user(), id };
        let credential = |id| Obstacle::ServiceSpecificCredential { user: user(), id };
        let certificate = |id| Obstacle::SigningCertificate { user: user(), id };
        let password = self.password.then(|| Obstacle::Password { user: user() });
        let groups = self.groups.iter().cloned().map(group);
        groups
            .chain(password)
            .chain(self.mfa_devices.iter().cloned().map(device))
            .chain(self.ssh_public_keys.iter().cloned().map(public_key))
            .chain(self.service_specific_credentials.iter().cloned().map(credential))
            .chain(self.signing_certificates.iter().cloned().map(certificate))
            .collect()
    }
}
