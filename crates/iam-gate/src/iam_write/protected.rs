//! Roles that are AWS's own: those that are linked to a service, and those of IAM Identity Center.
//! Organizations' policies do not bind the first, so nobody else may make or change one.
//!
//! Source: IAM user guide, "Create a service-linked role"; IAM API reference,
//! `UnmodifiableEntity`.

use iam_policy::{Changed, aws_role_path, changed_by, is_aws_role};

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Refuses to make such a role, and to change one.
///
/// # Errors
/// `InvalidInput` and `UnmodifiableEntity`, 400; what stands against reading the role.
pub(super) async fn check(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    match changed_by(operation) {
        Some(Changed::NewRole) => return is_free(parameters.get("Path").unwrap_or_default()),
        Some(Changed::Role | Changed::RoleOfInstanceProfile) => {}
        Some(Changed::Policy) | None => return Ok(()),
    }
    let name = parameters.get("RoleName").unwrap_or_default();
    let role = caller.account.reading().role(name).await?;
    match role.is_some_and(|role| is_aws_role(&role.arn)) {
        true => Err(ErrorResponse::answered(
            400,
            "UnmodifiableEntity",
            format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only \
                 modifiable by AWS"
            ),
        )),
        false => Ok(()),
    }
}

fn is_free(path: &str) -> Result<(), ErrorResponse> {
    match aws_role_path(path) {
        Some(own) => Err(ErrorResponse::answered(
            400,
            "InvalidInput",
            format!("The path {own} is reserved for roles that AWS makes."),
        )),
        None => Ok(()),
    }
}
