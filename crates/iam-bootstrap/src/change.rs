//! One step of a plan.

use std::fmt;

use serde::Serialize;

/// One change to the account; `Display` says it in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Register the issuer.
    CreateProvider {
        /// What its ARN must be.
        #[serde(skip)]
        arn: String,
        /// `https://…`.
        url: String,
        /// The audiences it accepts.
        client_ids: Vec<String>,
        /// The name of the role that it is made for.
        #[serde(skip)]
        for_role: String,
    },
    /// Let the registered issuer's tokens be for one more client.
    AddClientId {
        /// The provider.
        provider_arn: String,
        /// The audience to add.
        client_id: String,
    },
    /// Create the role.
    CreateRole {
        /// What its ARN must be.
        #[serde(skip)]
        arn: String,
        /// Its name.
        role: String,
        /// Its path.
        path: String,
        /// Its trust policy.
        trust_policy: String,
        /// In seconds.
        max_session_duration: i32,
        /// The policies that will be put on it, recorded in its tags.
        policies: Vec<String>,
        /// The user that is made beside it, recorded in its tags.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
    /// Record in the role's tags that these policies are put on it here.
    RecordPolicies {
        /// The role's name.
        role: String,
        /// ARNs and names.
        policies: Vec<String>,
    },
    /// Record in the role's tags that these policies are put on it here no more.
    ForgetPolicies {
        /// The role's name.
        role: String,
        /// ARNs and names.
        policies: Vec<String>,
        /// The tags that go.
        #[serde(skip)]
        tag_keys: Vec<String>,
    },
    /// Record in the role's tags which user is made beside it.
    RecordUser {
        /// The role's name.
        role: String,
        /// The user's name.
        user: String,
    },
    /// Replace the role's trust policy.
    UpdateTrustPolicy {
        /// The role's name.
        role: String,
        /// The document that is there.
        from: String,
        /// The document that should be there.
        to: String,
    },
    /// Change how long the role's sessions may last.
    UpdateMaxSessionDuration {
        /// The role's name.
        role: String,
        /// In seconds.
        from: i32,
        /// In seconds.
        to: i32,
    },
    /// Attach a managed policy to the role.
    AttachRolePolicy {
        /// The role's name.
        role: String,
        /// The policy's ARN.
        policy_arn: String,
    },
    /// Create or replace an inline policy of the role.
    PutRolePolicy {
        /// The role's name.
        role: String,
        /// The policy's name.
        policy: String,
        /// The document that is there.
        from: Option<String>,
        /// The document that should be there.
        to: String,
    },
    /// Create the user without policies.
    CreateUser {
        /// Its name.
        user: String,
        /// The name of the role that it is made beside.
        for_role: String,
    },
    /// Give the user an access key.
    CreateAccessKey {
        /// The user's name.
        user: String,
    },
    /// Record in the user's tags that the secret of this access key was kept.
    RecordAccessKey {
        /// The user's name.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// Detach a managed policy from the role.
    DetachRolePolicy {
        /// The role's name.
        role: String,
        /// The policy's ARN.
        policy_arn: String,
    },
    /// Delete an inline policy of the role.
    DeleteRolePolicy {
        /// The role's name.
        role: String,
        /// The policy's name.
        policy: String,
    },
    /// Delete the role.
    DeleteRole {
        /// Its name.
        role: String,
    },
    /// Delete the IAM OIDC provider.
    DeleteProvider {
        /// Its ARN.
        provider_arn: String,
    },
    /// Delete an access key.
    DeleteAccessKey {
        /// The user's name.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// Delete the user.
    DeleteUser {
        /// Its name.
        user: String,
    },
}

impl Change {
    /// `+` for what comes, `~` for what changes, `-` for what goes.
    pub fn sign(&self) -> char {
        match self {
            Self::CreateProvider { .. }
            | Self::AddClientId { .. }
            | Self::CreateRole { .. }
            | Self::AttachRolePolicy { .. }
            | Self::PutRolePolicy { from: None, .. }
            | Self::CreateUser { .. }
            | Self::CreateAccessKey { .. } => '+',
            Self::UpdateTrustPolicy { .. }
            | Self::UpdateMaxSessionDuration { .. }
            | Self::RecordPolicies { .. }
            | Self::ForgetPolicies { .. }
            | Self::RecordUser { .. }
            | Self::RecordAccessKey { .. }
            | Self::PutRolePolicy { from: Some(_), .. } => '~',
            Self::DetachRolePolicy { .. }
            | Self::DeleteRolePolicy { .. }
            | Self::DeleteRole { .. }
            | Self::DeleteProvider { .. }
            | Self::DeleteAccessKey { .. }
            | Self::DeleteUser { .. } => '-',
        }
    }

    /// The documents before and after, where the change is about one.
    pub fn documents(&self) -> Option<(Option<&str>, &str)> {
        match self {
            Self::CreateRole { trust_policy, .. } => Some((None, trust_policy)),
            Self::UpdateTrustPolicy { from, to, .. } => Some((Some(from), to)),
            Self::PutRolePolicy { from, to, .. } => Some((from.as_deref(), to)),
            _ => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateProvider { url, client_ids, .. } => {
                write!(f, "create OIDC provider `{url}` for `{}`", client_ids.join("`, `"))
            }
            Self::AddClientId { client_id, provider_arn } => {
                write!(f, "add client id `{client_id}` to `{provider_arn}`")
            }
            Self::CreateRole { role, .. } => write!(f, "create role `{role}`"),
            Self::UpdateTrustPolicy { role, .. } => {
                write!(f, "replace the trust policy of role `{role}`")
            }
            Self::UpdateMaxSessionDuration { role, from, to } => {
                write!(f, "change the longest session of role `{role}` from {from} s to {to} s")
            }
            Self::AttachRolePolicy { role, policy_arn } => {
                write!(f, "attach `{policy_arn}` to role `{role}`")
            }
            Self::PutRolePolicy { role, policy, from: None, .. } => {
                write!(f, "add inline policy `{policy}` to role `{role}`")
            }
            Self::PutRolePolicy { role, policy, .. } => {
                write!(f, "replace inline policy `{policy}` of role `{role}`")
            }
            Self::RecordPolicies { role, policies } => {
                write!(f, "record in the tags of role `{role}`: `{}`", policies.join("`, `"))
            }
            Self::ForgetPolicies { role, policies, .. } => {
                write!(f, "take out of the tags of role `{role}`: `{}`", policies.join("`, `"))
            }
            Self::RecordUser { role, user } => {
                write!(f, "record in the tags of role `{role}`: user `{user}`")
            }
            Self::CreateUser { user, .. } => write!(f, "create user `{user}` without any policy"),
            Self::CreateAccessKey { user } => write!(f, "create an access key for user `{user}`"),
            Self::RecordAccessKey { user, access_key_id } => {
                write!(f, "record in the tags of user `{user}`: access key `{access_key_id}`")
            }
            Self::DetachRolePolicy { role, policy_arn } => {
                write!(f, "detach `{policy_arn}` from role `{role}`")
            }
            Self::DeleteRolePolicy { role, policy } => {
                write!(f, "delete inline policy `{policy}` of role `{role}`")
            }
            Self::DeleteRole { role } => write!(f, "delete role `{role}`"),
            Self::DeleteProvider { provider_arn } => write!(f, "delete `{provider_arn}`"),
            Self::DeleteAccessKey { user, access_key_id } => {
                write!(f, "delete access key `{access_key_id}` of user `{user}`")
            }
            Self::DeleteUser { user } => write!(f, "delete user `{user}`"),
        }
    }
}
