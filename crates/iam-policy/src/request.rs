//! What is asked.

use crate::context::Context;
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
            // What AWS itself owns, as its managed policies, is everybody's.
            .filter(|account| !account.is_empty() && *account != "aws");
        match (principal, named) {
            (Some(principal), Some(resource)) => principal != resource,
            (Some(_), None) => false,
            (None, _) => true,
        }
    }
}
