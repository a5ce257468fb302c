//! What carries a policy that names users and roles.

use fed_types::AccountId;

use crate::resource::{Reference, Resource};

/// What carries a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Carrier {
    /// A role, by the emulator's id: one that is made anew is another one.
    Role(AccountId, String),
    /// A resource, by what everybody calls it alike.
    Resource(Reference),
}

impl Carrier {
    pub(crate) fn role(account: &AccountId, id: &str) -> Self {
        Self::Role(account.clone(), id.to_owned())
    }

    /// A resource that was found by this reference.
    pub(crate) fn resource(reference: &Reference, found: &Resource) -> Self {
        Self::Resource(reference.by_owner(&found.owner, found.arn.as_deref()))
    }
}
