//! Where a queue's dead letters go.
//!
//! Source: SQS developer guide, "Using dead-letter queues": to a queue of the same account
//! and region, with no permission on it.

use serde_json::Value;

use super::Place;
use crate::call::Input;

/// Whether a call lets dead letters go nowhere else.
pub(super) fn keeps_dead_letters(place: &Place<'_>) -> bool {
    redrive_policies(place).iter().filter(|policy| !policy.is_empty()).all(|policy| {
        let read: Option<Value> = serde_json::from_str(policy).ok();
        let target = read.as_ref().and_then(|read| read.get("deadLetterTargetArn"));
        let here = format!("arn:aws:sqs:{}:{}:", place.call.region, place.account());
        match target {
            Some(target) => target.as_str().is_some_and(|target| target.starts_with(&here)),
            // SQS and its emulators refuse it.
            None => read.is_some(),
        }
    })
}

fn redrive_policies<'p>(place: &'p Place<'_>) -> Vec<&'p str> {
    const NAME: &str = "RedrivePolicy";
    match &place.call.input {
        Input::Query(parameters) => {
            let names = parameters.iter().filter(|(_, value)| *value == NAME);
            let stems = names.filter_map(|(name, _)| name.strip_suffix(".Name"));
            stems.filter_map(|stem| parameters.get(&format!("{stem}.Value"))).collect()
        }
        input => {
            let attributes = input.members().and_then(|members| members.get("Attributes"));
            let policy = attributes.and_then(|attributes| attributes.get(NAME));
            policy.and_then(Value::as_str).into_iter().collect()
        }
    }
}
