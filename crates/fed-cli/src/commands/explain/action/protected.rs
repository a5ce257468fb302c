//! What only AWS changes: its own managed policies, and the roles that it makes.

use iam_policy::{Changed, changed_by, is_aws_policy, is_aws_role};

use crate::{Exit, Failure};

/// Refuses a call that nobody can make, whatever the policies say.
///
/// # Errors
/// Why.
pub(super) fn check(action: &str, resource: &str) -> Result<(), Failure> {
    let (service, operation) = action.split_once(':').unwrap_or_default();
    if !service.eq_ignore_ascii_case("iam") {
        return Ok(());
    }
    let (of_aws, of_service) = match changed_by(operation) {
        Some(Changed::Policy) => (is_aws_policy(resource), false),
        Some(Changed::NewRole | Changed::Role) => (false, is_aws_role(resource)),
        // Asked about on the instance profile, which does not name the role.
        Some(Changed::RoleOfInstanceProfile) | None => return Ok(()),
    };
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
