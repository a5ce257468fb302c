//! Requires permissions: every one, or an error response in AWS's words.

use iam_policy::{Context, Decision, checked_arn};
use serde_json::json;

use crate::action;
use crate::authorization;
use crate::call::Call;
use crate::caller::Caller;
use crate::credential::SessionKind;
use crate::demand::Demand;
use crate::enforcement::Enforcement;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::trace::Trace;

/// Sessions of users themselves may do less than the users.
/// Source: IAM user guide, "Compare AWS STS credentials".
pub(crate) fn limits_of_session(caller: &Caller, call: &Call) -> Result<(), ErrorResponse> {
    let Some(session) = &caller.session else { return Ok(()) };
    let own_session = match session.kind {
        SessionKind::AssumedRole { .. } => return Ok(()),
        SessionKind::Root | SessionKind::User { .. } => true,
        SessionKind::FederatedUser { .. } => false,
    };
    match (call.service.as_str(), call.operation.as_str()) {
        ("iam", _) => Err(ErrorResponse::UnknownKey),
        ("sts", "GetCallerIdentity") => Ok(()),
        ("sts", "AssumeRole") if own_session => Ok(()),
        ("sts", operation) => Err(ErrorResponse::access_denied(format!(
            "Cannot call {operation} with session credentials"
        ))),
        _ => Ok(()),
    }
}

/// Requires everything in `demands`; where the gate only audits, what is denied is noted and
/// goes on.
///
/// # Errors
/// [`ErrorResponse::NotAuthorized`] for the first that is denied; as [`action::resolve`]; and,
/// once all is allowed, as [`crate::precondition::Precondition::check`].
pub(crate) async fn demand(
    state: &State,
    caller: &Caller,
    demands: &[Demand],
    context: &Context,
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    let mut policies = authorization::policies(state, caller)?;
    for demand in demands {
        let demand = &action::resolve(state, caller, demand.clone()).await?;
        policies.resource_control = authorization::resource_control(state, caller, demand)?;
        let mut action = demand.action.as_str();
        let own = authorization::context_of(caller, demand, context);
        let mut answer = authorization::evaluate(caller, &mut policies, demand, &own);
        if let (true, Some(older)) = (answer.decision != Decision::Allowed, demand.alternative) {
            let resource = checked_arn(older, &demand.resource).into_owned();
            let instead = Demand { action: older.to_owned(), resource, ..demand.clone() };
            let keys = authorization::context_of(caller, &instead, context);
            let second = authorization::evaluate(caller, &mut policies, &instead, &keys);
            if second.decision == Decision::Allowed {
                answer = second;
                action = older;
            }
        }
        let owner = authorization::owner(caller, demand);
        let of_account = Some(owner).filter(|owner| *owner != caller.account_id().as_str());
        let asked = (action, demand.resource.as_str());
        trace.demanded(asked, of_account, &answer, state.recorded_keys(&own));
        if answer.decision != Decision::Allowed {
            trace.explained(&authorization::explain(caller, &mut policies, demand, &own));
            if trace.enforcement() == Enforcement::Audit {
                trace.lets_through();
                continue;
            }
            let sentence = authorization::sentence(caller, demand, &answer).unwrap_or_default();
            let encoded = demand
                .names_resource
                .then(|| {
                    state
                        .sealed_messages
                        .seal(caller.account_id(), &explanation(caller, demand, &answer))
                })
                .flatten();
            return Err(ErrorResponse::NotAuthorized { sentence, encoded });
        }
    }
    for precondition in demands.iter().flat_map(|demand| &demand.preconditions) {
        precondition.check(state, caller).await?;
    }
    Ok(())
}

/// What `sts:DecodeAuthorizationMessage` tells.
fn explanation(caller: &Caller, demand: &Demand, answer: &iam_policy::Answer) -> String {
    let statements: Vec<_> = answer
        .deciding
        .iter()
        .map(|statement| json!({ "policy": &*statement.policy, "statement": statement.label() }))
        .collect();
    json!({
        "allowed": false,
        "explicitDeny": answer.decision == Decision::ExplicitlyDenied,
        "matchedStatements": { "items": statements },
        "failures": { "items": [] },
        "context": {
            "principal": { "id": caller.user_id, "arn": caller.arn },
            "action": demand.action,
            "resource": demand.resource,
            "conditions": { "items": [] },
        },
    })
    .to_string()
}
