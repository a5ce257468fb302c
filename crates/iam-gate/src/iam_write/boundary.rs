//! Permissions boundaries: that the policy is there which is to be one, and the boundary that is
//! to go.
//!
//! Source: IAM API reference, PutUserPermissionsBoundary, DeleteUserPermissionsBoundary; the
//! sentences are what IAM answers.

use fed_types::Arn;

use super::writing::Writing;
use crate::account::Reading;
use crate::credential::unique_id;
use crate::error_response::ErrorResponse;

const SETTING: [&str; 4] =
    ["CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"];

/// Refuses a boundary that is no policy, and to take away one that nobody has set.
///
/// # Errors
/// `ValidationError`, 400; `NoSuchEntity`, 404; what stands against looking.
pub(super) async fn check(writing: Writing<'_>) -> Result<(), ErrorResponse> {
    let reading = writing.reading();
    let unbounded = match writing.operation {
        operation if SETTING.contains(&operation) => {
            return match writing.parameters.get("PermissionsBoundary") {
                Some(arn) => is_policy(&reading, arn).await,
                None => Ok(()),
            };
        }
        "DeleteUserPermissionsBoundary" => {
            let user = reading.user(writing.name("UserName")).await?;
            user.filter(|user| user.boundary.is_none()).map(|user| unique_id("AIDA", &user.id))
        }
        "DeleteRolePermissionsBoundary" => {
            let role = reading.role(writing.name("RoleName")).await?;
            role.filter(|role| role.boundary.is_none()).map(|role| unique_id("AROA", &role.id))
        }
        _ => None,
    };
    match unbounded {
        Some(id) => Err(no_such(format!("Principal {id} does not have scope"))),
        None => Ok(()),
    }
}

fn no_such(message: String) -> ErrorResponse {
    ErrorResponse::answered(404, "NoSuchEntity", message)
}

async fn is_policy(reading: &Reading<'_>, arn: &str) -> Result<(), ErrorResponse> {
    let is_arn = Arn::parse(arn).is_ok_and(|read| read.resource.starts_with("policy/"));
    if !is_arn {
        return Err(ErrorResponse::validation("Invalid ARN:  Could not be parsed!"));
    }
    match reading.has_policy(arn).await? {
        true => Ok(()),
        false => Err(no_such(format!("Scope ARN: {arn} does not exist or is not attachable."))),
    }
}
