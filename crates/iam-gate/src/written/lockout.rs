//! A key policy that would lock its writer out of it.
//!
//! Source: KMS API reference, CreateKey, PutKeyPolicy and ReplicateKey: the key policy must allow
//! the calling principal to call `PutKeyPolicy` again, unless the call bypasses this check.

use iam_policy::{Decision, NamedPolicy, Policy, PolicyKind, PolicySet};
use serde_json::Value;

use crate::authorization;
use crate::call::Call;
use crate::caller::Caller;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::wire::WireRequest;

const BYPASS: &str = "BypassPolicyLockoutSafetyCheck";
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Refuses a policy that does not let the caller write the next one. That the account may is
/// enough: what its own policies say can be changed.
///
/// # Errors
/// `MalformedPolicyDocumentException`.
pub(super) fn check(
    state: &State,
    caller: &Caller,
    (request, call): (&WireRequest, &Call),
    (policy, key): (Policy, Option<String>),
) -> Result<(), ErrorResponse> {
    let bypass = call.input.members().and_then(|members| members.get(BYPASS));
    if bypass == Some(&Value::Bool(true)) {
        return Ok(());
    }
    let everything = state.documents.compile("everything", EVERYTHING, PolicyKind::Identity);
    let mut policies =
        PolicySet { identity: everything.into_iter().collect(), ..PolicySet::default() };
    // Of a key that is not made yet nothing but `*` can be the resource.
    let key = key
        .unwrap_or_else(|| format!("arn:aws:kms:{}:{}:key/new", call.region, caller.account_id()));
    let demand = Demand {
        policy: Some(NamedPolicy::new("key policy", policy)),
        ..Demand::on("kms:PutKeyPolicy", key)
    };
    let context = authorization::of_request(state, caller, request, call);
    let context = authorization::context_of(caller, &demand, &context);
    match authorization::evaluate(caller, &mut policies, &demand, &context).decision {
        Decision::Allowed => Ok(()),
        _ => Err(ErrorResponse::answered(
            400,
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )),
    }
}
