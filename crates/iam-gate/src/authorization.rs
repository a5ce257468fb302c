//! Gathers the policies that bear on a request and has them evaluated.

mod context;
mod listed;

use iam_policy::{
    Answer, Context, DenialReason, Explanation, NamedPolicy, PolicyKind, PolicySet, Request,
};

pub(crate) use context::{of_request, of_web_identity};

use crate::caller::Caller;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::request_tags;
use crate::state::State;

/// All policies that bear on what the caller does, except those of resources.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when one cannot be read, [`ErrorResponse::Undecidable`] when one cannot
/// be understood: it might deny.
pub(crate) fn policies(state: &State, caller: &Caller) -> Result<PolicySet, ErrorResponse> {
    let mut set = caller.policies.clone()?;
    if let Some(session) = &caller.session {
        set.session.clone_from(&session.policies);
    }
    if !caller.is_founder {
        set.service_control = state.organization.service_control_policies(caller.account_id());
    }
    Ok(set)
}

/// The policies of an organization over the resource of a demand, resolved.
///
/// # Errors
/// [`ErrorResponse::Internal`] where its owner is no account.
pub(crate) fn resource_control(
    state: &State,
    caller: &Caller,
    demand: &Demand,
) -> Result<Vec<Vec<NamedPolicy>>, ErrorResponse> {
    let owner = owner(caller, demand)
        .parse()
        .map_err(|_| ErrorResponse::Internal("the owner of a resource is no account".to_owned()))?;
    if caller.is_founder && owner == *caller.account_id() {
        return Ok(Vec::new());
    }
    Ok(state.organization.resource_control_policies(&owner))
}

/// Evaluates one demand, resolved, by its own keys ([`context_of`]). The policy of its resource
/// takes the place of the one before it.
pub(crate) fn evaluate(
    caller: &Caller,
    policies: &mut PolicySet,
    demand: &Demand,
    context: &Context,
) -> Answer {
    asked(caller, policies, demand, context, iam_policy::evaluate)
}

/// Explains what [`evaluate`] says.
pub(crate) fn explain(
    caller: &Caller,
    policies: &mut PolicySet,
    demand: &Demand,
    context: &Context,
) -> Explanation {
    asked(caller, policies, demand, context, iam_policy::explain)
}

/// The keys that a demand is judged by: of those that the request brings the ones that AWS has
/// for the action.
pub(crate) fn context_of(caller: &Caller, demand: &Demand, context: &Context) -> Context {
    let mut context = context.clone();
    if let Some(tags) = &demand.tags {
        request_tags::describe(tags, &mut context);
    }
    context.extend(&demand.context);
    listed::keep(&mut context, demand);
    let owner = owner(caller, demand);
    context.set("aws:ResourceAccount", owner);
    if demand.action.starts_with("s3:") {
        context.set("s3:ResourceAccount", owner);
    }
    context
}

fn asked<T>(
    caller: &Caller,
    policies: &mut PolicySet,
    demand: &Demand,
    context: &Context,
    ask: impl FnOnce(&PolicySet, &Request<'_>) -> T,
) -> T {
    let owner = owner(caller, demand);
    policies.resource.clone_from(&demand.policy);
    ask(
        policies,
        &Request {
            principal: &caller.principal,
            action: &demand.action,
            resource: &demand.resource,
            resource_account: Some(owner),
            context,
        },
    )
}

/// The account that owns the resource: the caller's where nothing says otherwise.
pub(crate) fn owner<'a>(caller: &'a Caller, demand: &'a Demand) -> &'a str {
    let is_account = |text: &&str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let named = demand.owner.as_deref().or_else(|| demand.resource.split(':').nth(4));
    named.filter(is_account).unwrap_or(caller.account_id().as_str())
}

/// AWS's sentence for a denial: `User: … is not authorized to perform: … because …`.
/// `None` when the answer is no denial.
pub(crate) fn sentence(caller: &Caller, demand: &Demand, answer: &Answer) -> Option<String> {
    // Two services spell their actions otherwise than the Service Authorization Reference.
    let action = match demand.action.split_once(':') {
        Some(("sns", operation)) => format!("SNS:{operation}"),
        Some(("sqs", operation)) => format!("sqs:{}", operation.to_ascii_lowercase()),
        _ => demand.action.clone(),
    };
    let because = match is_kept_dark(caller, demand, answer.reason?) {
        true => KEPT_DARK.to_owned(),
        false => answer.because(&action)?,
    };
    let of_s3 = demand.action.starts_with("s3:");
    // S3 gives reasons to the owner's account alone.
    if of_s3 && owner(caller, demand) != caller.account_id().as_str() {
        return Some("Access Denied".to_owned());
    }
    let on_resource = match (demand.names_resource, of_s3) {
        _ if demand.is_hidden => " on the resource associated with this ciphertext".to_owned(),
        (true, true) => format!(" on resource: \"{}\"", demand.resource),
        (true, false) => format!(" on resource: {}", demand.resource),
        (false, _) => String::new(),
    };
    Some(format!(
        "User: {} is not authorized to perform: {action}{on_resource} {because}",
        caller.arn
    ))
}

/// What KMS says of a key that it does not tell about: recorded of Decrypt without a key's id, and
/// of a key of another account.
const KEPT_DARK: &str = "because the resource does not exist in this Region, no resource-based \
                         policies allow access, or a resource-based policy explicitly denies \
                         access";

/// Whether KMS leaves it open why, and whether there is such a key at all.
fn is_kept_dark(caller: &Caller, demand: &Demand, reason: DenialReason) -> bool {
    let is_elsewhere = owner(caller, demand) != caller.account_id().as_str();
    match reason {
        _ if !demand.action.starts_with("kms:") => false,
        DenialReason::NoAllow(_) if demand.is_hidden => true,
        DenialReason::NoAllow(PolicyKind::Resource)
        | DenialReason::ExplicitDeny(PolicyKind::Resource) => demand.is_hidden || is_elsewhere,
        _ => false,
    }
}
