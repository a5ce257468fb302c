//! What EC2's operations need.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for
//! Amazon EC2".

use super::Demand;
use crate::call::Call;
use crate::caller::Caller;
use crate::wire::Parameters;

/// The permissions that an EC2 operation needs; `None` when it is not mapped.
pub(super) fn demands(
    call: &Call,
    _parameters: &Parameters,
    _caller: &Caller,
) -> Option<Vec<Demand>> {
    // Describe operations know no resources, but for a few that end in one attribute.
    let describes =
        call.operation.starts_with("Describe") && !call.operation.ends_with("Attribute");
    describes.then(|| vec![Demand::without_resource(call.action())])
}
