//! From a call to what it needs: actions on resources, with the context keys that the
//! service itself adds.
//!
//! Source: Service Authorization Reference. An operation that is not mapped here is
//! refused: a wrong guess at its resource could let a Deny pass unseen.

mod derived;
mod ec2;
mod iam;
mod named;
mod s3;
mod tagging;

pub(crate) use s3::listing;

use fed_types::AccountId;
use iam_policy::checked_arn;

use crate::account::readable;
use crate::api::Api;
use crate::authorization;
use crate::bearer::Carrier;
use crate::call::{Call, Input, is_s3_operation};
use crate::callback;
use crate::caller::{Caller, Identity};
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::precondition::Precondition;
use crate::public_access;
use crate::state::State;

/// Everything the call needs; all of it must be allowed.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] when the operation is not mapped and its caller can be denied
/// anything at all.
pub(crate) async fn demands(
    state: &State,
    call: &Call,
    caller: &Caller,
) -> Result<Vec<Demand>, ErrorResponse> {
    let demands = match (call.service.as_str(), &call.input) {
        ("iam", Input::Query(parameters)) => iam::demands(call, parameters, caller).await?,
        ("ec2", Input::Query(parameters)) => ec2::demands(state, call, parameters, caller).await?,
        (_, Input::S3(request)) => {
            let mut demands = s3::demands(request, caller.account_id())?;
            let account = caller.account_id();
            demands.extend(s3::demands_of_copied_tags(state, request, account).await?);
            Some(demands)
        }
        _ => named::demands(call, caller).or_else(|| derived::demands(call, caller)),
    };
    match demands.filter(|demands| !demands.is_empty()) {
        Some(mut demands) => {
            let tagging = demands.first().and_then(|making| tagging::demand(call, caller, making));
            demands.extend(tagging);
            for demand in &mut demands {
                demand.resource = checked_arn(&demand.action, &demand.resource).into_owned();
            }
            Ok(demands)
        }
        // No policy of the account bears on its administrator, whatever the resource is.
        None if matches!(caller.identity, Identity::Root)
            && (caller.is_founder || !state.organization.binds(caller.account_id())) =>
        {
            let mut demand = Demand::on(call.action(), "*");
            let addresses = callback::in_unknown(&call.input).into_iter();
            demand.preconditions.extend(addresses.map(Precondition::Callback));
            Ok(vec![demand])
        }
        None => Err(unmapped(call)),
    }
}

/// Finds what the demand's reference means: the resource's ARN, owner, tags and policy.
///
/// # Errors
/// [`ErrorResponse::Upstream`] and [`ErrorResponse::Undecidable`] when it, or its policy, cannot be read
/// or understood: it might deny.
pub(crate) async fn resolve(
    state: &State,
    caller: &Caller,
    mut demand: Demand,
) -> Result<Demand, ErrorResponse> {
    let Some(reference) = demand.reference.take() else { return Ok(demand) };
    let Some(resource) = state.resources.find(&reference).await? else { return Ok(demand) };
    if let Some(arn) = &resource.arn {
        demand.resource.clone_from(arn);
    }
    for (key, value) in &resource.tags {
        let service = demand.action.split(':').next().unwrap_or_default();
        let of_service = format!("{service}:ResourceTag/{key}");
        demand.context.set(of_service, value.as_str());
        demand.context.set(format!("aws:ResourceTag/{key}"), value.as_str());
    }
    // Source: S3 user guide, "Verifying bucket ownership with bucket owner condition".
    if demand.expected_owner.as_deref().is_some_and(|it| it != resource.owner.as_str()) {
        return Err(ErrorResponse::answered(403, "AccessDenied", "Access Denied"));
    }
    if let Some(region) = &resource.region {
        demand.context.set("aws:RequestedRegion", region.as_str());
    }
    if let Some(home) = state.accounts.find(&resource.owner) {
        home.admit(caller.fills(&home))?;
    }
    let own = resource.owner == *caller.account_id();
    demand.owner = Some(resource.owner.to_string());
    // Source: S3 user guide, "Bucket policies": a bucket's owner cannot lock itself out.
    let mends_policy = own
        && matches!(caller.identity, Identity::Root)
        && ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"]
            .iter()
            .any(|operation| demand.action.strip_prefix("s3:") == Some(operation));
    if let Some(policy) = resource.policy.clone().filter(|_| !mends_policy) {
        if let (false, Some(bucket)) = (own, reference.bucket_name()) {
            let text = policy.as_ref().map_or("", |policy| policy.policy.text());
            public_access::check_stranger(state, &resource.owner, bucket, text).await?;
        }
        let carrier = Carrier::resource(&reference, &resource);
        demand.policy = Some(state.bearers.meant(&carrier, caller.bearer(), readable(policy)?)?);
    }
    Ok(demand)
}

/// The demands of a call that goes to the account of `owner`, whose resources it names.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] where they are on something of another account, such as `*` of the
/// caller's own: they say nothing of what the call would reach.
pub(crate) fn on_what_is_of(
    owner: &AccountId,
    call: &Call,
    caller: &Caller,
    demands: Vec<Demand>,
) -> Result<Vec<Demand>, ErrorResponse> {
    // A role that is passed is the caller's.
    let is_elsewhere = |demand: &Demand| {
        demand.action != "iam:PassRole" && authorization::owner(caller, demand) != owner.as_str()
    };
    match owner != caller.account_id() && demands.iter().any(is_elsewhere) {
        false => Ok(demands),
        true => Err(ErrorResponse::Undecidable(format!(
            "the gate does not know which permissions `{}` needs on what is of account `{owner}`, \
             so it cannot allow it",
            call.action()
        ))),
    }
}

fn unmapped(call: &Call) -> ErrorResponse {
    if call.service == "cloudformation" {
        return ErrorResponse::Undecidable(format!(
            "the gate does not know which permissions the resources of a stack need, so it allows \
             `{}` to the account's administrator alone",
            call.action()
        ));
    }
    ErrorResponse::Undecidable(format!(
        "the gate does not know which permissions `{}` needs, so it cannot allow it",
        call.action()
    ))
}

/// Whether the gate knows what calls of an operation need that bring no more than they have to.
pub(crate) fn is_mapped(api: Api) -> bool {
    match api.service.signing_name {
        "iam" => iam::is_mapped(api.operation.name),
        "ec2" => ec2::is_mapped(api.operation.name),
        "s3" => api.service.name == "s3" && is_s3_operation(api.operation.name),
        "sts" => true,
        _ => named::is_mapped(api) || derived::is_derived(api),
    }
}
