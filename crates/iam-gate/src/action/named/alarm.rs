//! What CloudWatch does when an alarm changes: it publishes to topics, and more.
//!
//! Source: CloudWatch API reference, PutMetricAlarm.

use super::{Demand, Place};
use crate::delivery::Delivery;
use crate::precondition::Precondition;

/// The members that name what is done.
const ACTIONS: [&str; 3] = ["AlarmActions", "OKActions", "InsufficientDataActions"];

/// Adds to what a call that makes an alarm needs.
pub(super) fn complete(place: &Place<'_>, demands: &mut [Demand]) {
    if place.call.operation != "PutMetricAlarm" {
        return;
    }
    let Some(demand) = demands.first_mut() else { return };
    let source = demand.resource.clone();
    for target in ACTIONS.into_iter().flat_map(|name| place.texts(name)) {
        demand.preconditions.push(Precondition::Delivery(Delivery {
            service: "cloudwatch.amazonaws.com",
            source: source.clone(),
            account: place.account().clone(),
            target: target.to_owned(),
        }));
    }
}
