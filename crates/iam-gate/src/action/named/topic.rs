//! What SNS does for whoever subscribes: it calls and delivers, with roles it is handed.
//!
//! Source: SNS API reference, Subscribe, SetSubscriptionAttributes, SetTopicAttributes,
//! CreateTopic; Service Authorization Reference, "Amazon SNS".

use serde_json::Value;

use super::{Demand, Place};
use crate::call::Input;
use crate::delivery::Delivery;
use crate::precondition::Precondition;

const SERVICE: &str = "sns.amazonaws.com";

/// Adds to what a call of SNS needs.
pub(super) fn complete(place: &Place<'_>, demands: &mut Vec<Demand>) {
    let text = |name: &str| place.call.input.text(name);
    if let (Some(demand), "Subscribe") = (demands.first_mut(), place.call.operation.as_str()) {
        for (key, parameter) in [("sns:Protocol", "Protocol"), ("sns:Endpoint", "Endpoint")] {
            if let Some(value) = text(parameter) {
                demand.context.set(key, value);
            }
        }
        demand.preconditions.extend(target(place, text("Protocol"), text("Endpoint")));
    }
    for (name, value) in attributes(place) {
        if name == "RedrivePolicy"
            && !value.is_empty()
            && let Some(demand) = demands.first_mut()
        {
            demand.preconditions.push(delivery(place, &dead_letters(&value)));
        }
        if name.ends_with("RoleArn") && !value.is_empty() {
            let mut pass = Demand::on("iam:PassRole", value);
            pass.context.set("iam:PassedToService", SERVICE);
            demands.push(pass);
        }
    }
}

/// What must be so of the endpoint of a subscription.
fn target(
    place: &Place<'_>,
    protocol: Option<&str>,
    endpoint: Option<&str>,
) -> Option<Precondition> {
    let endpoint = endpoint?;
    match protocol {
        // A person's address or number.
        Some("email" | "email-json" | "sms") if !endpoint.contains("://") => None,
        Some("http" | "https") => Some(Precondition::Callback(endpoint.to_owned())),
        _ if endpoint.contains("://") => Some(Precondition::Callback(endpoint.to_owned())),
        _ => Some(delivery(place, endpoint)),
    }
}

fn delivery(place: &Place<'_>, target: &str) -> Precondition {
    let input = &place.call.input;
    // A subscription's ARN is its topic's, and an id.
    let subscription = input.text("SubscriptionArn").and_then(|arn| arn.rsplit_once(':'));
    let topic = input.text("TopicArn").or(subscription.map(|(topic, _)| topic));
    let topic = topic.unwrap_or_default();
    let account = topic.split(':').nth(4).and_then(|account| account.parse().ok());
    Precondition::Delivery(Delivery {
        service: SERVICE,
        source: topic.to_owned(),
        account: account.unwrap_or_else(|| place.account().clone()),
        target: target.to_owned(),
    })
}

/// The queue that a redrive policy names; the whole text where it cannot be told.
fn dead_letters(policy: &str) -> String {
    let read: Option<Value> = serde_json::from_str(policy).ok();
    let target = read.as_ref().and_then(|read| read.get("deadLetterTargetArn"));
    target.and_then(Value::as_str).unwrap_or(policy).to_owned()
}

/// The attributes that a call sets: one by its name, or several.
fn attributes(place: &Place<'_>) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let input = &place.call.input;
    if let (Some(name), Some(value)) = (input.text("AttributeName"), input.text("AttributeValue")) {
        attributes.push((name.to_owned(), value.to_owned()));
    }
    let Input::Query(parameters) = input else { return attributes };
    for (name, key) in parameters.iter() {
        let Some(stem) = name.strip_suffix(".key").filter(|it| it.starts_with("Attributes."))
        else {
            continue;
        };
        let value = parameters.get(&format!("{stem}.value")).unwrap_or_default();
        attributes.push((key.to_owned(), value.to_owned()));
    }
    attributes
}
