//! What is there now, as far as a blueprint can touch it.

use std::collections::BTreeMap;

use crate::tags::{PENDING, policy_key};

/// The parts of the account that a blueprint names. `None`: it is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveState {
    /// The IAM OIDC provider.
    pub provider: Option<LiveProvider>,
    /// The role.
    pub role: Option<LiveRole>,
    /// The user without policies.
    pub user: Option<LiveUser>,
    /// The id of the access key whose secret is in the caller's hands, where that is known.
    pub held_access_key: Option<String>,
}

/// An IAM OIDC provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveProvider {
    /// The client ids (audiences) it accepts.
    pub client_ids: Vec<String>,
    /// Whether it carries our tag.
    pub ours: bool,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveRole {
    /// Its trust policy, decoded.
    pub trust_policy: String,
    /// In seconds.
    pub max_session_duration: i32,
    /// ARNs of its managed policies.
    pub managed_policies: Vec<String>,
    /// Its inline policies, name to document.
    pub inline_policies: BTreeMap<String, String>,
    /// Whether it carries our tag.
    pub ours: bool,
    /// The keys of its tags.
    pub tag_keys: Vec<String>,
}

impl LiveRole {
    /// Whether the policy of this name or ARN is recorded as put here by `apply`.
    pub(crate) fn records(&self, policy: &str) -> bool {
        let key = policy_key(policy);
        self.ours && self.tag_keys.contains(&key)
    }
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveUser {
    /// Its access keys.
    pub access_keys: Vec<LiveAccessKey>,
    /// What became of the access key that was made here.
    pub handed_out: HandedOut,
    /// The name of the role it was made beside, as its tag says it.
    pub for_role: Option<String>,
    /// ARNs of its managed policies.
    pub managed_policies: Vec<String>,
    /// Names of its inline policies.
    pub inline_policies: Vec<String>,
    /// Whether it carries our tag.
    pub ours: bool,
}

/// An access key of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveAccessKey {
    /// `AKIA…`.
    pub id: String,
    /// Whether anybody has ever signed with it. Asked only where it matters: while
    /// [`HandedOut::Pending`].
    pub used: bool,
}

/// What the user's tag says of the access key that was made for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HandedOut {
    /// Nothing: made by other means, or before this was recorded.
    #[default]
    Unknown,
    /// One was about to be made. What is there and was never used has a secret that nobody got.
    Pending,
    /// This one, and its secret was kept.
    Key(String),
}

impl HandedOut {
    pub(crate) fn from_tag(value: &str) -> Self {
        if value == PENDING { Self::Pending } else { Self::Key(value.to_owned()) }
    }
}
