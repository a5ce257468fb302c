//! The policies that bear on a request.

use std::sync::Arc;

use crate::policy::Policy;

/// A policy with the name by which an answer refers to it.
#[derive(Debug, Clone)]
pub struct NamedPolicy {
    /// Its ARN, or the name of the inline policy.
    pub name: Arc<str>,
    /// The policy; shared, since one managed policy is attached to many.
    pub policy: Arc<Policy>,
}

impl NamedPolicy {
    /// Names a policy.
    pub fn new(name: impl Into<Arc<str>>, policy: impl Into<Arc<Policy>>) -> Self {
        Self { name: name.into(), policy: policy.into() }
    }
}

/// All policies that bear on a request.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    /// Attached to the user or role and to the user's groups, managed and inline.
    pub identity: Vec<NamedPolicy>,
    /// The permissions boundary; `None` where none is set.
    pub boundary: Option<NamedPolicy>,
    /// The session policies, inline and managed together; `None` where the session was
    /// made without. An empty list allows nothing.
    pub session: Option<Vec<NamedPolicy>>,
    /// Service control policies of the principal's account, one list each for the root,
    /// every organizational unit on the way, and the account. Empty: the account is in no
    /// organization.
    pub service_control: Vec<Vec<NamedPolicy>>,
    /// Resource control policies of the resource's account, levels as above. They only deny:
    /// AWS's own, which allows everything, is on every level whether or not it is here.
    pub resource_control: Vec<Vec<NamedPolicy>>,
    /// The policy of the resource itself.
    pub resource: Option<NamedPolicy>,
}
