//! Users, groups, roles and managed policies, as the emulator told of them.

use std::sync::Arc;

use iam_policy::sts::{RoleFacts, Trust};

use super::CompiledPolicy;

/// A managed policy: its document, and the same compiled as an identity-based policy.
#[derive(Clone, Debug)]
pub(crate) struct ManagedPolicy {
    pub(crate) document: String,
    pub(crate) identity: CompiledPolicy,
}

/// A managed policy that is attached somewhere: its ARN.
pub(crate) type Attached = String;

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// The emulator's id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) tags: Vec<(String, String)>,
    /// The ARN of the permissions boundary.
    pub(crate) boundary: Option<String>,
}

/// An IAM group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
}

/// An IAM role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// The emulator's id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) trust: CompiledPolicy,
    pub(crate) tags: Vec<(String, String)>,
    /// The ARN of the permissions boundary.
    pub(crate) boundary: Option<String>,
    /// `MaxSessionDuration`, in seconds.
    pub(crate) session_limit: u32,
}

impl Role {
    /// As STS's decisions look at it.
    pub(crate) fn facts(&self) -> RoleFacts<'_> {
        RoleFacts {
            trust: match &self.trust {
                Ok(trust) => Trust::Policy(&trust.policy),
                Err(_) => Trust::Unreadable,
            },
            max_session_duration: Some(self.session_limit),
        }
    }
}

/// An instance profile, and the name of the role in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InstanceProfile {
    pub(crate) arn: String,
    pub(crate) role: Option<String>,
}

/// Whoever can hold policies.
#[derive(Clone, Debug)]
pub(crate) enum Entity {
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
}

/// The policies of one user, group or role.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    /// The emulator's id of the user or role that held them; empty for a group.
    pub(super) holder_id: String,
    pub(crate) inline: Vec<CompiledPolicy>,
    pub(crate) attached: Vec<Attached>,
    /// The groups that a user is in.
    pub(crate) groups: Vec<String>,
}

/// Which kind of holder, as IAM's operations and parameters call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    User,
    Group,
    Role,
}

impl Holder {
    /// As in `ListRolePolicies`, or `RoleName`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }
}
