//! What only AWS changes: its own managed policies, and the roles that it makes.
//!
//! Source: IAM API reference, `UnmodifiableEntity`; IAM user guide, "Create a service-linked role",
//! "AWS managed policies".

use fed_types::Arn;

use crate::{Exit, Failure};

/// What changes a managed policy.
const OF_POLICIES: [&str; 6] = [
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
];

/// What makes or changes a role, but for its description and tags.
const OF_ROLES: [&str; 10] = [
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
];

/// Refuses a call that nobody can make, whatever the policies say.
///
/// # Errors
/// Why.
pub(super) fn check(action: &str, resource: &str) -> Result<(), Failure> {
    let (service, operation) = action.split_once(':').unwrap_or_default();
    if !service.eq_ignore_ascii_case("iam") {
        return Ok(());
    }
    let is = |operations: &[&str]| operations.iter().any(|it| it.eq_ignore_ascii_case(operation));
    let Some(arn) = Arn::parse(resource).ok() else { return Ok(()) };
    let of_aws = arn.account == "aws" && is(&OF_POLICIES);
    let protected = ["role/aws-service-role/", "role/aws-reserved/"];
    let of_service = protected.iter().any(|path| arn.resource.starts_with(path)) && is(&OF_ROLES);
    let (what, hint) = match (of_aws, of_service) {
        (true, _) => (
            "is a policy of AWS's own, which nobody else changes",
            "copy it: `aws iam get-policy-version` shows it, `aws iam create-policy` makes your own",
        ),
        (_, true) => (
            "is a role that only AWS makes and changes: `UnmodifiableEntity`",
            "`aws iam create-service-linked-role` and `aws iam delete-service-linked-role` are \
             what there is for it",
        ),
        _ => return Ok(()),
    };
    Err(Failure::new(Exit::Denied, format!("`{resource}` {what}")).hint(hint))
}
