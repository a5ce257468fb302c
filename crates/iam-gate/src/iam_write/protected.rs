//! Roles that are AWS's own: those that are linked to a service, and those of IAM Identity Center.
//! Organizations' policies do not bind the first, so nobody else may make or change one.
//!
//! Source: IAM user guide, "Create a service-linked role"; IAM API reference,
//! `UnmodifiableEntity`.

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Where such roles are.
const PATHS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// What changes a role or what it may do, but for its description and tags.
const CHANGES: [&str; 11] = [
    "AddRoleToInstanceProfile",
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "RemoveRoleFromInstanceProfile",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
];

/// Refuses to make such a role, and to change one.
///
/// # Errors
/// `InvalidInput` and `UnmodifiableEntity`, 400; what stands against reading the role.
pub(super) async fn check(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let name = parameters.get("RoleName").unwrap_or_default();
    if operation == "CreateRole" {
        let path = parameters.get("Path").unwrap_or_default();
        return match PATHS.iter().find(|own| path.starts_with(*own)) {
            Some(own) => Err(ErrorResponse::answered(
                400,
                "InvalidInput",
                format!("The path {own} is reserved for roles that AWS makes."),
            )),
            None => Ok(()),
        };
    }
    if !CHANGES.contains(&operation) {
        return Ok(());
    }
    let role = caller.account.reading().role(name).await?;
    let is_own = |arn: &str| PATHS.iter().any(|path| arn.contains(&format!(":role{path}")));
    match role.is_some_and(|role| is_own(&role.arn)) {
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
