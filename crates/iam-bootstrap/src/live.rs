//! What is there now, as far as a blueprint can touch it.

use std::collections::BTreeMap;

use fed_types::UnixTime;

use crate::tags::{PENDING, POLICY, policy_key, user_of};

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
    /// The name of the role it was made for, as its tag says it.
    pub for_role: Option<String>,
    /// How many tags it has.
    pub tags: usize,
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
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl LiveRole {
    /// Whether the policy of this name or ARN is recorded as put here by `apply`.
    pub(crate) fn records(&self, policy: &str) -> bool {
        self.ours && self.tags.contains_key(&policy_key(policy))
    }

    /// The policies that are recorded as put here by `apply`: the tag's key, and its value, which
    /// is for people.
    pub(crate) fn recorded_policies(&self) -> impl Iterator<Item = (&str, &str)> {
        let of_policy = |(key, _): &(&String, &String)| self.ours && key.starts_with(POLICY);
        self.tags.iter().filter(of_policy).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The users that are recorded as made beside the role.
    pub(crate) fn users(&self) -> Vec<String> {
        let named = self.tags.iter().filter_map(|(key, value)| user_of(key, value));
        named.filter(|_| self.ours).collect()
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
    /// Whether it is good for signing at all.
    pub active: bool,
    /// When it was made, where IAM says so.
    pub created: Option<UnixTime>,
}

/// What the user's tag says of the access key that was made for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HandedOut {
    /// Nothing: made by other means, or before this was recorded.
    #[default]
    Unknown,
    /// One was about to be made, at this time where that is recorded.
    Pending(Option<UnixTime>),
    /// This one, and its secret was kept.
    Key(String),
}

impl HandedOut {
    pub(crate) fn from_tag(value: &str) -> Self {
        let Some(since) = value.strip_prefix(PENDING) else { return Self::Key(value.to_owned()) };
        let seconds = since.strip_prefix(':').and_then(|seconds| seconds.parse().ok());
        Self::Pending(seconds.map(UnixTime::from_seconds))
    }
}
