//! What operations need of which people have written nothing: the action of the operation's own
//! name, on what its input names, by AWS's models.
//!
//! That is said only where nothing is left open. Every text in the input is a variable of the
//! ARN of a type that the action is checked on, such an ARN itself, a role that is passed, a
//! tag, or listed in `data/reviewed.txt` as naming nothing; the resources have no policies of
//! their own; and the action depends on no other. All else is refused to everybody but the
//! administrator.

mod filling;
mod leftover;
mod reviewed;

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_model::{AccessLevel, Action, Authorization};
use serde_json::{Map, Value};

use crate::api::Api;
use crate::call::{Call, Input};
use crate::caller::Caller;
use crate::demand::Demand;
use crate::input::Tree;
use crate::request_tags;
use filling::{Filled, Place};

/// Services that people have written tables for, or that are answered here: what these leave
/// out they leave out on purpose.
const WRITTEN: [&str; 13] = [
    "cloudformation",
    "dynamodb",
    "ec2",
    "iam",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
];

/// The permissions that a call needs; `None` where that is not known.
pub(super) fn demands(call: &Call, caller: &Caller) -> Option<Vec<Demand>> {
    let api = call.api().ok()?;
    let (authorization, action) = derivable(api)?;
    let members = members(call, api)?;
    let account = caller.account_id();
    let place = Place { api, members: &members, region: &call.region, account: account.as_str() };
    let (resources, used) = resources(&place, action)?;
    let roles = leftover::roles(&place, &used, input_form(call))?;
    let prefix = authorization.prefix;
    let name = format!("{prefix}:{}", action.name);
    if !request_tags::are_read(&call.input) {
        return None;
    }
    let mut demands: Vec<Demand> =
        resources.iter().map(|arn| Demand::on(name.as_str(), arn.as_str())).collect();
    if action.access_level != AccessLevel::Tagging && request_tags::are_given(&call.input) {
        let tagging = authorization.action("TagResource")?;
        let tag = |arn: &String| Demand::on(format!("{prefix}:{}", tagging.name), arn.as_str());
        demands.extend(resources.iter().map(tag));
    }
    demands.extend(roles.into_iter().map(|(role, service)| {
        let mut pass = Demand::on("iam:PassRole", role);
        pass.context.set("iam:PassedToService", service);
        pass
    }));
    Some(demands)
}

/// What the action is checked on, and the members that name it.
fn resources(
    place: &Place<'_>,
    action: &'static Action,
) -> Option<(BTreeSet<String>, BTreeSet<&'static str>)> {
    let (mut resources, mut used) = (BTreeSet::new(), BTreeSet::new());
    let (mut named, mut missing) = (Vec::new(), Vec::new());
    for resource in action.resource_types() {
        let kind = resource.resource_type;
        if reviewed::is_of_another(place.api, kind.name, place.members) {
            continue;
        }
        match place.fill(kind) {
            Filled::With { arns, by } => {
                resources.extend(arns);
                used.extend(by);
                named.push(kind.name);
            }
            Filled::NotNamed if reviewed::is_on_all(place.api, kind.name) => {
                resources.insert(place.all(kind));
            }
            Filled::NotNamed if resource.required => missing.push(kind.name),
            Filled::NotNamed => {}
            Filled::Unclear => return None,
        }
    }
    let service = place.api.service.signing_name;
    let is_another = |kind: &&str| {
        reviewed::alternatives(service, kind).iter().any(|other| named.contains(other))
    };
    if !missing.iter().all(is_another) {
        return None;
    }
    if resources.is_empty() {
        action.resource_types().is_empty().then(|| resources.insert("*".to_owned()))?;
    }
    Some((resources, used))
}

/// Whether calls of an operation are mapped that bring no more than they have to.
pub(super) fn is_derived(api: Api) -> bool {
    let Some((_, action)) = derivable(api) else { return false };
    let types = action.resource_types();
    let fillable = |kind: &aws_model::ActionResource| filling::may_fill(api, kind.resource_type);
    let on_all =
        |kind: &aws_model::ActionResource| reviewed::is_on_all(api, kind.resource_type.name);
    let named = types.is_empty() || types.iter().any(|kind| fillable(kind) || on_all(kind));
    named
        && types.iter().all(|kind| !kind.required || fillable(kind) || on_all(kind))
        && leftover::is_taken(api, action)
}

/// The action of an operation's own name, if nothing else is asked for.
fn derivable(api: Api) -> Option<(&'static Authorization, &'static Action)> {
    let service = api.service;
    if WRITTEN.contains(&service.signing_name) {
        return None;
    }
    let authorization = service.authorization()?;
    let action = service.action_named_as(api.operation)?;
    let has_policies = authorization.actions().iter().any(sets_policy)
        || reviewed::is_policied(service.signing_name);
    if has_policies && !reviewed::is_unpolicied(service.signing_name) {
        return None;
    }
    let of_resources = action.resource_types().iter().flat_map(|one| &one.dependent_actions);
    let depends = action.dependent_actions.iter().chain(of_resources);
    let is_known = |name: &&str| {
        *name == "iam:PassRole"
            || name.split_once(':').is_some_and(|(prefix, name)| {
                prefix == authorization.prefix && name.eq_ignore_ascii_case("TagResource")
            })
    };
    depends.copied().all(|name| is_known(&name)).then_some((authorization, action))
}

/// Whether an action gives a resource a policy of its own, which might deny: by its name, since
/// the reference has several of these for plain writing.
fn sets_policy(action: &Action) -> bool {
    const STARTS: [&str; 6] = ["Add", "Attach", "Create", "Put", "Set", "Update"];
    const ENDS: [&str; 4] = ["Permission", "Permissions", "Policies", "Policy"];
    // Of when and how many, not of who.
    const OTHERS: [&str; 5] = ["Lifecycle", "Resiliency", "Scaling", "Scheduling", "Termination"];
    STARTS.iter().any(|start| action.name.starts_with(start))
        && ENDS.iter().any(|end| action.name.ends_with(end))
        && !OTHERS.iter().any(|other| action.name.contains(other))
}

/// How names of members below the first level are spelt.
fn input_form(call: &Call) -> leftover::Names {
    match (&call.input, call.protocol) {
        (Input::Json { .. }, _) => leftover::Names::OnTheWire,
        (_, crate::protocol::Protocol::RestJson) => leftover::Names::OfBodyOnTheWire,
        _ => leftover::Names::OfTheModel,
    }
}

fn members(call: &Call, api: Api) -> Option<Cow<'_, Map<String, Value>>> {
    match &call.input {
        Input::Query(parameters) => Some(Cow::Owned(Tree::of_query(api, parameters).ok()?.members)),
        input => input.members().map(Cow::Borrowed),
    }
}
