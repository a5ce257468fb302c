//! Everything that is kept of one account.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::web_identity::OidcProvider;

use super::cells::Cells;
use super::entity::{Group, Held, InstanceProfile, ManagedPolicy, Role, User};
use super::touch::{Part, Touched};

/// Facts kept of each kind; who needs more reads the oldest again. The longest of them is
/// what a role holds: 10,240 characters of inline policies by IAM's quota.
const KEPT: usize = 2048;

/// The facts of one account, by name, and managed policies by ARN.
pub(super) struct Facts {
    pub(super) users: Cells<String, Arc<User>>,
    pub(super) user_policies: Cells<String, Arc<Held>>,
    pub(super) groups: Cells<String, Arc<Group>>,
    pub(super) group_policies: Cells<String, Arc<Held>>,
    pub(super) roles: Cells<String, Arc<Role>>,
    pub(super) role_policies: Cells<String, Arc<Held>>,
    pub(super) managed: Cells<String, Arc<ManagedPolicy>>,
    pub(super) profiles: Cells<String, Arc<InstanceProfile>>,
    pub(super) providers: Cells<(), Arc<[OidcProvider]>>,
    /// By id.
    pub(super) user_names: Cells<(), Arc<HashMap<String, String>>>,
}

impl Facts {
    pub(super) fn new() -> Self {
        Self {
            users: Cells::new(KEPT),
            user_policies: Cells::new(KEPT),
            groups: Cells::new(KEPT),
            group_policies: Cells::new(KEPT),
            roles: Cells::new(KEPT),
            role_policies: Cells::new(KEPT),
            managed: Cells::new(KEPT),
            profiles: Cells::new(KEPT),
            providers: Cells::new(1),
            user_names: Cells::new(1),
        }
    }

    /// Takes out what a write can have changed.
    pub(super) fn forget(&self, touched: &Touched) {
        forget(&self.users, touched, Part::User);
        forget(&self.user_policies, touched, Part::UserPolicies);
        forget(&self.groups, touched, Part::Group);
        forget(&self.group_policies, touched, Part::GroupPolicies);
        forget(&self.roles, touched, Part::Role);
        forget(&self.role_policies, touched, Part::RolePolicies);
        forget(&self.managed, touched, Part::ManagedPolicy);
        forget(&self.profiles, touched, Part::InstanceProfile);
        self.providers.forget(|()| touched.is_about(Part::Providers));
        self.user_names.forget(|()| touched.is_about(Part::UserNames));
    }
}

fn forget<T: Clone>(cells: &Cells<String, T>, touched: &Touched, part: Part) {
    if touched.is_about(part) {
        cells.forget(|name| touched.includes(part, name));
    }
}
