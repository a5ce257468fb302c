//! The organization that the gate's accounts are in: its service control policies.

mod file;

use std::sync::{Arc, PoisonError, RwLock};

use iam_policy::{NamedPolicy, Policy, PolicyKind};

pub use file::InvalidServiceControlPolicies;

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
}

/// The policies in force.
#[derive(Default)]
pub(crate) struct Organization {
    policies: RwLock<ServiceControlPolicies>,
}

impl Organization {
    pub(crate) fn service_control_policies(&self) -> Vec<Vec<NamedPolicy>> {
        self.policies.read().unwrap_or_else(PoisonError::into_inner).levels.clone()
    }

    /// Whether there is an organization.
    pub(crate) fn is_any(&self) -> bool {
        !self.policies.read().unwrap_or_else(PoisonError::into_inner).levels.is_empty()
    }

    pub(crate) fn set_service_control_policies(&self, policies: ServiceControlPolicies) {
        *self.policies.write().unwrap_or_else(PoisonError::into_inner) = policies;
    }
}
