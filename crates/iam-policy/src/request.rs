//! What is asked, and the policies that bear on it.

use std::sync::Arc;

use crate::context::Context;
use crate::policy::Policy;
use crate::principal::Principal;

/// One question: may this principal do this to that?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// `service:Action`, in any case.
    pub action: &'a str,
    /// The resource's ARN, or `*` where the action has no resource.
    pub resource: &'a str,
    /// The twelve digits of the account that owns the resource. `None`: that of the
    /// resource's ARN, and where that names none (S3), the principal's.
    pub resource_account: Option<&'a str>,
    /// Condition keys.
    pub context: &'a Context,
}

impl Request<'_> {
    /// Whether the resource is in another account than the principal. A principal
    /// without account (a service, nobody) is in no resource's account.
    pub(crate) fn crosses_accounts(&self) -> bool {
        let principal = self.principal.account();
        let named = self
            .resource_account
            .or_else(|| crate::arn::account(self.resource))
            .filter(|account| !account.is_empty());
        match (principal, named) {
            (Some(principal), Some(resource)) => principal != resource,
            (Some(_), None) => false,
            (None, _) => true,
        }
    }
}

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
    /// Resource control policies of the resource's account, levels as above.
    pub resource_control: Vec<Vec<NamedPolicy>>,
    /// The policy of the resource itself.
    pub resource: Option<NamedPolicy>,
}
