//! What is there now, as far as a blueprint can touch it.

use std::collections::BTreeMap;

/// The parts of the account that a blueprint names. `None`: it is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveState {
    /// The IAM OIDC provider.
    pub provider: Option<LiveProvider>,
    /// The role.
    pub role: Option<LiveRole>,
    /// The user without policies.
    pub user: Option<LiveUser>,
}

/// An IAM OIDC provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveProvider {
    /// The client ids (audiences) it accepts.
    pub client_ids: Vec<String>,
    /// Whether it carries our tag.
    pub ours: bool,
    /// Names of the other roles whose trust policies name it.
    pub trusted_by: Vec<String>,
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
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveUser {
    /// The ids of its access keys.
    pub access_key_ids: Vec<String>,
    /// ARNs of its managed policies.
    pub managed_policies: Vec<String>,
    /// Names of its inline policies.
    pub inline_policies: Vec<String>,
    /// Whether it carries our tag.
    pub ours: bool,
}
