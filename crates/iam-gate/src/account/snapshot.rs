//! What an account held at one moment.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::sts::{RoleFacts, Trust};
use iam_policy::web_identity::OidcProvider;
use tokio::sync::OnceCell;

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
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// The emulator's id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) inline: Vec<CompiledPolicy>,
    pub(crate) attached: Vec<Attached>,
    pub(crate) groups: Vec<String>,
    pub(crate) tags: Vec<(String, String)>,
    /// The ARN of the permissions boundary, once it has been asked for.
    pub(super) boundary: OnceCell<Option<String>>,
}

/// An IAM group.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) inline: Vec<CompiledPolicy>,
    pub(crate) attached: Vec<Attached>,
}

/// An IAM role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// The emulator's id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) trust: CompiledPolicy,
    pub(crate) inline: Vec<CompiledPolicy>,
    pub(crate) attached: Vec<Attached>,
    pub(crate) boundary: Option<String>,
    /// The instance profiles it is in: their ARNs.
    pub(crate) profiles: Vec<String>,
    pub(crate) tags: Vec<(String, String)>,
    /// `MaxSessionDuration`, in seconds, once it has been asked for.
    pub(super) session_limit: OnceCell<u32>,
}

impl Role {
    /// As STS's decisions look at it; how long its sessions may be is asked for when it matters.
    pub(crate) fn facts(&self) -> RoleFacts<'_> {
        RoleFacts {
            trust: match &self.trust {
                Ok(trust) => Trust::Policy(&trust.policy),
                Err(_) => Trust::Unreadable,
            },
            max_session_duration: None,
        }
    }
}

/// Whoever can hold policies.
#[derive(Clone, Debug)]
pub(crate) enum Entity {
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
}

/// Users, groups, roles and the account's own managed policies. What the one big answer
/// does not hold is read when it is first needed, and kept as long.
#[derive(Default)]
pub(crate) struct Snapshot {
    pub(super) users: HashMap<String, Arc<User>>,
    pub(super) user_names: HashMap<String, String>,
    pub(super) groups: HashMap<String, Arc<Group>>,
    pub(super) roles: HashMap<String, Arc<Role>>,
    pub(super) managed: HashMap<String, Arc<ManagedPolicy>>,
    pub(super) providers: OnceCell<Vec<OidcProvider>>,
}

impl Snapshot {
    pub(crate) fn user(&self, name: &str) -> Option<&Arc<User>> {
        self.users.get(name)
    }

    pub(crate) fn user_by_id(&self, id: &str) -> Option<&Arc<User>> {
        self.user_names.get(id).and_then(|name| self.users.get(name))
    }

    /// The user, role or group of an ARN.
    pub(crate) fn find(&self, arn: &str) -> Option<Entity> {
        let name = arn.rsplit('/').next()?;
        let user = self.user(name).filter(|user| user.arn == arn).cloned().map(Entity::User);
        let role = || self.role(name).filter(|role| role.arn == arn).cloned().map(Entity::Role);
        let group =
            || self.group(name).filter(|group| group.arn == arn).cloned().map(Entity::Group);
        user.or_else(role).or_else(group)
    }

    pub(crate) fn group(&self, name: &str) -> Option<&Arc<Group>> {
        self.groups.get(name)
    }

    pub(crate) fn role(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.get(name)
    }

    /// The role in an instance profile, which is given by name or ARN.
    pub(crate) fn role_of_profile(&self, profile: &str) -> Option<&Arc<Role>> {
        let is_meant = |arn: &String| {
            arn == profile || arn.rsplit('/').next().is_some_and(|name| name == profile)
        };
        self.roles.values().find(|role| role.profiles.iter().any(is_meant))
    }
}
