//! What a policy is attached to, and the version of its language.

/// What a policy is attached to, which decides what it may contain.
///
/// Source: IAM user guide, "Policies and permissions in AWS Identity and Access
/// Management", policy types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Attached to a user, group or role.
    Identity,
    /// A role's trust policy (AssumeRolePolicyDocument).
    Trust,
    /// Attached to another resource: a bucket, a queue, a key.
    Resource,
    /// A permissions boundary.
    Boundary,
    /// Passed when a session is made.
    Session,
    /// A service control policy of AWS Organizations.
    ServiceControl,
    /// A resource control policy of AWS Organizations.
    ResourceControl,
}

impl PolicyKind {
    /// As AWS's denial messages call it: `identity-based policy`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Trust => "role trust policy",
            Self::Resource => "resource-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
        }
    }

    /// Whether IAM and STS themselves check the resources that it names; other services
    /// have rules of their own.
    pub(crate) fn is_checked_by_iam(self) -> bool {
        matches!(self, Self::Identity | Self::Boundary | Self::Session)
    }

    /// Whether statements name principals.
    pub(crate) fn names_principals(self) -> bool {
        matches!(self, Self::Trust | Self::Resource | Self::ResourceControl)
    }
}

/// The Version element: the policy language's version, not the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also when none is given: without policy variables.
    V2008,
    /// `2012-10-17`
    V2012,
}
