//! Policies that are AWS's own, and nobody's to change; those of services nobody's to hand on.
//!
//! Source: IAM user guide, "Managed policies and inline policies"; the sentences are what IAM
//! answers.

use iam_policy::{Changed, changed_by, is_aws_policy};

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

const OF_ATTACHING: [&str; 3] = ["AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy"];

/// Policies for the roles that services make for themselves.
const POLICIES_OF_SERVICES: &str = "arn:aws:iam::aws:policy/aws-service-role/";

/// Refuses to change such a policy, and to hand on those of services.
///
/// # Errors
/// `AccessDenied`, 403; `PolicyNotAttachable`, 400.
pub(super) fn check(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let policy = parameters.get("PolicyArn").unwrap_or_default();
    if changed_by(operation) == Some(Changed::Policy) && is_aws_policy(policy) {
        let message = format!(
            "User: {} is not authorized to perform: iam:{operation} on resource: policy {policy}",
            caller.arn
        );
        return Err(ErrorResponse::answered(403, "AccessDenied", message));
    }
    match OF_ATTACHING.contains(&operation) && policy.starts_with(POLICIES_OF_SERVICES) {
        true => Err(ErrorResponse::answered(
            400,
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.",
        )),
        false => Ok(()),
    }
}
