//! What only AWS changes: its own managed policies, and the roles that it makes. No policy lets
//! anybody else.
//!
//! Source: IAM API reference, `UnmodifiableEntity`; IAM user guide, "Create a service-linked role"
//! and "AWS managed policies".

use crate::arn;

/// What an operation of IAM's changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// A managed policy, or its tags.
    Policy,
    /// A role that is not there yet: by its path alone it is told whose it would be.
    NewRole,
    /// A role, or what it may do.
    Role,
    /// A role in an instance profile, which is what policies are asked about.
    RoleOfInstanceProfile,
}

/// The operations: of roles all but those of their description and tags.
const CHANGES: [(&str, Changed); 18] = [
    ("AddRoleToInstanceProfile", Changed::RoleOfInstanceProfile),
    ("AttachRolePolicy", Changed::Role),
    ("CreatePolicyVersion", Changed::Policy),
    ("CreateRole", Changed::NewRole),
    ("DeletePolicy", Changed::Policy),
    ("DeletePolicyVersion", Changed::Policy),
    ("DeleteRole", Changed::Role),
    ("DeleteRolePermissionsBoundary", Changed::Role),
    ("DeleteRolePolicy", Changed::Role),
    ("DetachRolePolicy", Changed::Role),
    ("PutRolePermissionsBoundary", Changed::Role),
    ("PutRolePolicy", Changed::Role),
    ("RemoveRoleFromInstanceProfile", Changed::RoleOfInstanceProfile),
    ("SetDefaultPolicyVersion", Changed::Policy),
    ("TagPolicy", Changed::Policy),
    ("UntagPolicy", Changed::Policy),
    ("UpdateAssumeRolePolicy", Changed::Role),
    ("UpdateRole", Changed::Role),
];

/// The paths of the roles that AWS makes: linked to a service, and of IAM Identity Center.
const ROLE_PATHS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// What an operation of IAM's changes, in any case; `None` for what AWS lets others change.
pub fn changed_by(operation: &str) -> Option<Changed> {
    let (_, changed) = CHANGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(operation))?;
    Some(*changed)
}

/// Whether the ARN is that of a managed policy of AWS's own.
pub fn is_aws_policy(arn: &str) -> bool {
    arn::account(arn) == Some("aws")
}

/// Whether the ARN is that of a role which only AWS makes and changes.
pub fn is_aws_role(arn: &str) -> bool {
    let path = arn::resource(arn).and_then(|resource| resource.strip_prefix("role"));
    path.is_some_and(|path| aws_role_path(path).is_some())
}

/// Which path of AWS's own roles a path begins with.
pub fn aws_role_path(path: &str) -> Option<&'static str> {
    ROLE_PATHS.into_iter().find(|own| path.starts_with(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_those_of_iam_and_in_order() {
        assert!(CHANGES.is_sorted_by_key(|(name, _)| name));
        let iam = aws_model::service("iam").expect("IAM");
        let is_unknown = |(name, _): &&(&str, Changed)| iam.operation(name).is_none();
        assert_eq!(CHANGES.iter().find(is_unknown), None);
    }

    #[test]
    fn what_is_read_and_what_is_described_is_not_changed() {
        assert_eq!(changed_by("untagPOLICY"), Some(Changed::Policy));
        assert_eq!(changed_by("CreateRole"), Some(Changed::NewRole));
        assert_eq!(changed_by("UpdateRole"), Some(Changed::Role));
        let profiles = Some(Changed::RoleOfInstanceProfile);
        assert_eq!(changed_by("RemoveRoleFromInstanceProfile"), profiles);
        for free in
            ["GetRole", "TagRole", "UpdateRoleDescription", "CreatePolicy", "AttachUserPolicy"]
        {
            assert_eq!(changed_by(free), None, "{free}");
        }
    }

    #[test]
    fn whose_something_is_stands_in_its_arn() {
        for policy in ["aws:iam::aws:policy/ReadOnlyAccess", "aws-cn:iam::aws:policy/a/b"] {
            assert!(is_aws_policy(&format!("arn:{policy}")), "{policy}");
        }
        assert!(!is_aws_policy("arn:aws:iam::111122223333:policy/aws"));
        for role in ["aws-service-role/ec2.amazonaws.com/r", "aws-reserved/sso.amazonaws.com/r"] {
            assert!(is_aws_role(&format!("arn:aws:iam::111122223333:role/{role}")), "{role}");
        }
        for role in ["role/r", "role/my/aws-reserved/r", "user/aws-reserved/r", "role/aws-reserved"]
        {
            assert!(!is_aws_role(&format!("arn:aws:iam::111122223333:{role}")), "{role}");
        }
    }
}
