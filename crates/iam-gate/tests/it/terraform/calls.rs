//! What Terraform's provider of AWS calls for a role with a policy, an attachment and a tag.

pub(crate) const MADE: [&str; 9] = [
    "CreateRole",
    "GetRole",
    "PutRolePolicy",
    "GetRolePolicy",
    "AttachRolePolicy",
    "ListAttachedRolePolicies",
    "TagRole",
    "GetRole",
    "ListRolePolicies",
];
pub(crate) const REMOVED: [&str; 4] =
    ["DetachRolePolicy", "DeleteRolePolicy", "ListInstanceProfilesForRole", "DeleteRole"];
