//! What a person should know beside a plan.

use std::fmt;

use serde::Serialize;

/// Something that is left alone although it differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Note {
    /// The role has more policies than the blueprint asks for.
    AlsoAttached {
        /// The role's name.
        role: String,
        /// ARN or name of the policy.
        policy: String,
    },
    /// The user is there and somebody else made it.
    ForeignUser {
        /// Its name.
        user: String,
    },
    /// The user that should have no policy has some.
    UserHasPolicies {
        /// Its name.
        user: String,
        /// ARNs and names.
        policies: Vec<String>,
    },
    /// Where the role was not made here, nothing on it says which user belongs to it.
    UserNotRecorded {
        /// The user.
        user: String,
        /// The role's name.
        role: String,
    },
    /// It cannot be used, and nobody says whether that is meant.
    AccessKeyInactive {
        /// The user.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// The user has as many access keys as IAM allows.
    NoMoreAccessKeys {
        /// The user.
        user: String,
    },
    /// Nobody recorded whether the secret of the user's access key was kept.
    AccessKeyUnknown {
        /// The user.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// Not removed: it does not carry our tag.
    NotOurs {
        /// `role`, `user` or `OIDC provider`.
        kind: &'static str,
        /// Its name or ARN.
        name: String,
    },
    /// Not removed: it was made beside another role.
    UserOfAnotherRole {
        /// The user.
        user: String,
        /// That role, where it is known.
        role: Option<String>,
    },
    /// Who may not list the providers sees none that is left over without its role.
    ProvidersNotListed {
        /// AWS's own sentence.
        why: String,
    },
    /// Not removed: others trust it.
    StillTrusted {
        /// The provider.
        provider_arn: String,
        /// Names of the roles that trust it.
        roles: Vec<String>,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlsoAttached { role, policy } => {
                write!(f, "role `{role}` also has `{policy}`, which was not asked for: left alone")
            }
            Self::ForeignUser { user } => {
                write!(f, "user `{user}` was not made here: left alone")
            }
            Self::UserHasPolicies { user, policies } => {
                write!(
                    f,
                    "user `{user}` should have no policy, but has `{}`",
                    policies.join("`, `")
                )
            }
            Self::UserNotRecorded { user, role } => write!(
                f,
                "role `{role}` was not made here, and does not say that user `{user}` belongs to \
                 it: `destroy` removes the user where it is named"
            ),
            Self::AccessKeyInactive { user, access_key_id } => {
                write!(f, "access key `{access_key_id}` of user `{user}` is inactive: left alone")
            }
            Self::NoMoreAccessKeys { user } => write!(
                f,
                "user `{user}` has two access keys, of which neither is known to be had by \
                 anybody, and IAM allows no third: none is made"
            ),
            Self::AccessKeyUnknown { user, access_key_id } => write!(
                f,
                "whether anybody has the secret of access key `{access_key_id}` of user `{user}` \
                 is not recorded: left alone"
            ),
            Self::ProvidersNotListed { why } => write!(
                f,
                "whether a provider was left over that no role names cannot be told: {why}"
            ),
            Self::UserOfAnotherRole { user, role } => {
                let role = role.as_ref().map_or_else(
                    || "is not recorded to belong to this role".to_owned(),
                    |role| format!("was made beside role `{role}`"),
                );
                write!(f, "user `{user}` {role}: left alone unless it is named")
            }
            Self::NotOurs { kind, name } => {
                write!(f, "{kind} `{name}` was not made here: left alone")
            }
            Self::StillTrusted { provider_arn, roles } => {
                write!(f, "`{provider_arn}` is still trusted by `{}`: kept", roles.join("`, `"))
            }
        }
    }
}
