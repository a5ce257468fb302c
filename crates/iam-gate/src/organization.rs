//! The organization that the gate's accounts are in: its service and resource control policies.

mod describe;
mod file;
mod resource_control;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use fed_types::AccountId;
use iam_policy::{NamedPolicy, Policy, PolicyError, PolicyKind};

pub(crate) use describe::{DESCRIBE, describe, not_asked};
pub use file::InvalidServiceControlPolicies;
pub use resource_control::ResourceControlPolicies;

/// Service control policies, one list each for the organization's root, every
/// organizational unit on the way, and the account. They bind everybody in every account,
/// its administrator too: every list must allow what is to be allowed. Without any list
/// there is no organization.
///
/// Source: AWS Organizations user guide, "SCP evaluation".
#[derive(Clone, Debug, Default)]
pub struct ServiceControlPolicies {
    levels: Vec<Vec<NamedPolicy>>,
}

impl ServiceControlPolicies {
    /// Reads a JSON file: a list of levels, each a list of policies; or one list of
    /// policies, for a single level. A policy is its document, or an object of `name` and
    /// `document`.
    ///
    /// ```
    /// use iam_gate::ServiceControlPolicies;
    ///
    /// let policies = ServiceControlPolicies::parse(
    ///     r#"[{"name": "full", "document": {"Version": "2012-10-17", "Statement": [
    ///             {"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
    ///         {"Version": "2012-10-17", "Statement": [
    ///             {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}]"#,
    /// )?;
    /// let error = ServiceControlPolicies::parse("[[{}]]").unwrap_err();
    /// assert_eq!((error.line(), error.column()), (1, 3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidServiceControlPolicies`] with the place of the first fault.
    pub fn parse(text: &str) -> Result<Self, InvalidServiceControlPolicies> {
        let mut levels = Vec::new();
        for (level, entries) in file::read(text)?.into_iter().enumerate() {
            let mut policies = Vec::with_capacity(entries.len());
            for (index, entry) in entries.into_iter().enumerate() {
                let policy = Policy::parse(entry.document, PolicyKind::ServiceControl)
                    .map_err(|error| InvalidServiceControlPolicies::within(text, &entry, &error))?;
                let name = entry
                    .name
                    .unwrap_or_else(|| format!("level {} policy {}", level + 1, index + 1));
                policies.push(NamedPolicy::new(name.as_str(), Arc::new(policy)));
            }
            levels.push(policies);
        }
        Ok(Self { levels })
    }

    /// One level more, below those there are: the policies that are attached to it, by name
    /// and document.
    ///
    /// # Errors
    /// [`PolicyError`] with the place in the document that is at fault.
    pub fn with_level<'t>(
        mut self,
        policies: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, PolicyError> {
        let compiled = policies.into_iter().map(|(name, document)| {
            let policy = Policy::parse(document, PolicyKind::ServiceControl)?;
            Ok(NamedPolicy::new(name, Arc::new(policy)))
        });
        self.levels.push(compiled.collect::<Result<_, _>>()?);
        Ok(self)
    }
}

impl ServiceControlPolicies {
    /// The names of the policies, level by level.
    pub fn names(&self) -> Vec<Vec<String>> {
        let names = |level: &Vec<NamedPolicy>| level.iter().map(|it| it.name.to_string()).collect();
        self.levels.iter().map(names).collect()
    }
}

/// What an account's place in an organization means for its principals.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    /// `aws:PrincipalOrgID`, such as `o-a1b2c3d4e5`; `None`: not known, so that no condition on
    /// it allows.
    pub organization_id: Option<String>,
    /// From the organization's root down to the account. Without any level the account is
    /// bound by none, as an organization's management account.
    pub policies: ServiceControlPolicies,
    /// Likewise those over what the account owns.
    pub resource_policies: ResourceControlPolicies,
}

/// The policies in force.
#[derive(Default)]
pub(crate) struct Organization {
    policies: RwLock<InForce>,
}

/// An account without a membership of its own is under the policies of all accounts.
#[derive(Default)]
struct InForce {
    of_all: ServiceControlPolicies,
    members: HashMap<AccountId, Membership>,
}

impl InForce {
    fn over(&self, account: &AccountId) -> &ServiceControlPolicies {
        self.members.get(account).map_or(&self.of_all, |member| &member.policies)
    }
}

/// What a request of an account's principal has for `aws:PrincipalOrgID`.
pub(crate) enum OrganizationId {
    /// The account is in no organization, and the key absent.
    None,
    /// It is in one whose id nobody has said.
    Unknown,
    /// That one.
    Known(String),
}

impl Organization {
    pub(crate) fn service_control_policies(&self, account: &AccountId) -> Vec<Vec<NamedPolicy>> {
        self.read().over(account).levels.clone()
    }

    /// Those over what an account owns.
    pub(crate) fn resource_control_policies(&self, owner: &AccountId) -> Vec<Vec<NamedPolicy>> {
        let in_force = self.read();
        let member = in_force.members.get(owner);
        member.map(|member| member.resource_policies.levels().to_vec()).unwrap_or_default()
    }

    /// Whether policies of an organization bear on the account.
    pub(crate) fn binds(&self, account: &AccountId) -> bool {
        let in_force = self.read();
        let member = in_force.members.get(account);
        !in_force.over(account).levels.is_empty()
            || member.is_some_and(|member| !member.resource_policies.levels().is_empty())
    }

    pub(crate) fn id(&self, account: &AccountId) -> OrganizationId {
        let in_force = self.read();
        match in_force.members.get(account) {
            Some(Membership { organization_id: Some(id), .. }) => OrganizationId::Known(id.clone()),
            None if in_force.of_all.levels.is_empty() => OrganizationId::None,
            _ => OrganizationId::Unknown,
        }
    }

    pub(crate) fn bind_all(&self, policies: ServiceControlPolicies) {
        self.write().of_all = policies;
    }

    pub(crate) fn join(&self, account: &AccountId, membership: Option<Membership>) {
        let mut in_force = self.write();
        match membership {
            Some(membership) => in_force.members.insert(account.clone(), membership),
            None => in_force.members.remove(account),
        };
    }

    fn read(&self) -> RwLockReadGuard<'_, InForce> {
        self.policies.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, InForce> {
        self.policies.write().unwrap_or_else(PoisonError::into_inner)
    }
}
