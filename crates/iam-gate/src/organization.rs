//! The organization that the gate's accounts are in: its service control policies.

use std::sync::{Arc, PoisonError, RwLock};

use iam_policy::{NamedPolicy, Policy, PolicyError, PolicyKind};

/// Service control policies, one list each for the root, every organizational unit on the
/// way, and the account. They bind everybody in every account, its administrator too.
///
/// Source: AWS Organizations user guide, "SCP evaluation".
#[derive(Default)]
pub(crate) struct Organization {
    levels: RwLock<Vec<Vec<NamedPolicy>>>,
}

/// A document that is no service control policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `{name}` to be a service control policy")]
pub struct InvalidServiceControlPolicy {
    /// The name it was given under.
    pub name: String,
    /// What is wrong with it.
    pub source: PolicyError,
}

impl Organization {
    pub(crate) fn service_control_policies(&self) -> Vec<Vec<NamedPolicy>> {
        self.levels.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces all levels, or, when a document is faulty, none.
    pub(crate) fn set_service_control_policies(
        &self,
        levels: &[Vec<(String, String)>],
    ) -> Result<(), InvalidServiceControlPolicy> {
        let compile = |(name, text): &(String, String)| {
            let policy = Policy::parse(text, PolicyKind::ServiceControl)
                .map_err(|source| InvalidServiceControlPolicy { name: name.clone(), source })?;
            Ok(NamedPolicy::new(name.as_str(), Arc::new(policy)))
        };
        let level = |level: &Vec<(String, String)>| level.iter().map(compile).collect();
        let levels = levels.iter().map(level).collect::<Result<_, _>>()?;
        *self.levels.write().unwrap_or_else(PoisonError::into_inner) = levels;
        Ok(())
    }
}
