//! From a call to what it needs: actions on resources, with the context keys that the
//! service itself adds.
//!
//! Source: Service Authorization Reference. An operation that is not mapped here is
//! refused: a wrong guess at its resource could let a Deny pass unseen.

mod ec2;
mod iam;
mod named;

use iam_policy::Context;

use crate::call::{Call, Input};
use crate::caller::{Caller, Identity};
use crate::refusal::Refusal;

/// One permission that a call needs.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// Such as `iam:CreateUser`, spelt as AWS spells it.
    pub(crate) action: String,
    /// An ARN, or `*` where the action knows no resources.
    pub(crate) resource: String,
    /// Whether AWS's denial says `on resource: …`.
    pub(crate) names_resource: bool,
    /// Keys beside the global ones.
    pub(crate) context: Context,
}

impl Demand {
    /// An action on one resource.
    pub(crate) fn on(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            names_resource: true,
            context: Context::new(),
        }
    }

    /// An action that knows no resources, in a service that then does not name any.
    pub(crate) fn without_resource(action: impl Into<String>) -> Self {
        Self { names_resource: false, ..Self::on(action, "*") }
    }
}

/// Everything the call needs; all of it must be allowed.
///
/// # Errors
/// [`Refusal::Undecidable`] when the operation is not mapped and its caller can be denied
/// anything at all.
pub(crate) fn demands(call: &Call, caller: &Caller) -> Result<Vec<Demand>, Refusal> {
    let demands = match (call.service.as_str(), &call.input) {
        ("iam", Input::Query(parameters)) => iam::demands(call, parameters, caller),
        ("ec2", Input::Query(parameters)) => ec2::demands(call, parameters, caller)?,
        _ => named::demands(call, caller),
    };
    match demands.filter(|demands| !demands.is_empty()) {
        Some(demands) => Ok(demands),
        // No policy of the account bears on its administrator, whatever the resource is.
        None if matches!(caller.identity, Identity::Root) => {
            Ok(vec![Demand::on(call.action(), "*")])
        }
        None => Err(unmapped(call)),
    }
}

fn unmapped(call: &Call) -> Refusal {
    Refusal::Undecidable(format!(
        "the gate does not know which permissions `{}` needs, so it cannot allow it",
        call.action()
    ))
}
