//! Whether a role's trust policy lets somebody in.

use iam_policy::{Context, Decision, Principal, evaluate_trust};

use crate::account::Role;
use crate::trace::Trace;

/// Asks the trust policy for every action that the call implies; all must be allowed.
/// A trust policy that cannot be understood lets nobody in.
pub(super) fn admits(
    role: &Role,
    principal: &Principal,
    actions: &[&str],
    context: &Context,
    trace: &mut Trace,
) -> bool {
    let Ok(trust) = &role.trust else {
        trace.refused("the role's trust policy cannot be understood");
        return false;
    };
    actions.iter().all(|action| {
        let answer = evaluate_trust(&trust.policy, principal, action, &role.arn, context);
        trace.decided(&answer, action);
        answer.decision == Decision::Allowed
    })
}
