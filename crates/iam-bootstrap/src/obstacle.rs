//! What stands in the way of removing something.

use std::fmt;

use serde::Serialize;

/// Something that others put there. While it is there, nothing is removed: IAM would stop
/// half way, or what others need would be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "obstacle", rename_all = "kebab-case")]
pub enum Obstacle {
    /// A managed policy that `apply` did not attach.
    RolePolicyAttached {
        /// The role.
        role: String,
        /// The policy's ARN.
        policy_arn: String,
    },
    /// An inline policy that `apply` did not put there.
    RolePolicyInline {
        /// The role.
        role: String,
        /// The policy's name.
        policy: String,
    },
    /// The role is in an instance profile: an EC2 instance may be using it.
    InstanceProfile {
        /// The role.
        role: String,
        /// The profile's name.
        instance_profile: String,
    },
    /// A managed policy of the user that should have none.
    UserPolicyAttached {
        /// The user.
        user: String,
        /// The policy's ARN.
        policy_arn: String,
    },
    /// An inline policy of the user that should have none.
    UserPolicyInline {
        /// The user.
        user: String,
        /// The policy's name.
        policy: String,
    },
    /// An access key that `apply` did not make.
    AccessKey {
        /// The user.
        user: String,
        /// The key's id.
        access_key_id: String,
    },
    /// The user is in a group.
    Group {
        /// The user.
        user: String,
        /// The group's name.
        group: String,
    },
    /// The user has a password for the console.
    Password {
        /// The user.
        user: String,
    },
    /// The user has a device for multi-factor authentication.
    MfaDevice {
        /// The user.
        user: String,
        /// The device's serial number or ARN.
        serial_number: String,
    },
    /// The user has an SSH public key.
    SshPublicKey {
        /// The user.
        user: String,
        /// The key's id.
        id: String,
    },
    /// The user has a credential for one service, such as CodeCommit.
    ServiceSpecificCredential {
        /// The user.
        user: String,
        /// The credential's id.
        id: String,
    },
    /// The user has a signing certificate.
    SigningCertificate {
        /// The user.
        user: String,
        /// The certificate's id.
        id: String,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RolePolicyAttached { role, policy_arn } => {
                write!(f, "role `{role}` has `{policy_arn}`, which was not attached here")
            }
            Self::RolePolicyInline { role, policy } => {
                write!(f, "role `{role}` has the inline policy `{policy}`, which was not put here")
            }
            Self::InstanceProfile { role, instance_profile } => {
                write!(f, "role `{role}` is in the instance profile `{instance_profile}`")
            }
            Self::UserPolicyAttached { user, policy_arn } => {
                write!(f, "user `{user}` has `{policy_arn}`, which was not attached here")
            }
            Self::UserPolicyInline { user, policy } => {
                write!(f, "user `{user}` has the inline policy `{policy}`, which was not put here")
            }
            Self::AccessKey { user, access_key_id } => {
                write!(
                    f,
                    "user `{user}` has the access key `{access_key_id}`, which is not recorded as \
                     made here"
                )
            }
            Self::Group { user, group } => write!(f, "user `{user}` is in the group `{group}`"),
            Self::Password { user } => write!(f, "user `{user}` has a password"),
            Self::MfaDevice { user, serial_number } => {
                write!(f, "user `{user}` has the MFA device `{serial_number}`")
            }
            Self::SshPublicKey { user, id } => {
                write!(f, "user `{user}` has the SSH public key `{id}`")
            }
            Self::ServiceSpecificCredential { user, id } => {
                write!(f, "user `{user}` has the credential `{id}` for one service")
            }
            Self::SigningCertificate { user, id } => {
                write!(f, "user `{user}` has the signing certificate `{id}`")
            }
        }
    }
}

impl Obstacle {
    /// The command that takes it out of the way.
    pub fn remedy(&self) -> String {
        match self {
            Self::RolePolicyAttached { role, policy_arn } => {
                format!("aws iam detach-role-policy --role-name {role} --policy-arn {policy_arn}")
            }
            Self::RolePolicyInline { role, policy } => {
                format!("aws iam delete-role-policy --role-name {role} --policy-name {policy}")
            }
            Self::InstanceProfile { role, instance_profile } => format!(
                "aws iam remove-role-from-instance-profile --role-name {role} \
                 --instance-profile-name {instance_profile}"
            ),
            Self::UserPolicyAttached { user, policy_arn } => {
                format!("aws iam detach-user-policy --user-name {user} --policy-arn {policy_arn}")
            }
            Self::UserPolicyInline { user, policy } => {
                format!("aws iam delete-user-policy --user-name {user} --policy-name {policy}")
            }
            Self::AccessKey { user, access_key_id } => format!(
                "aws iam delete-access-key --user-name {user} --access-key-id {access_key_id}"
            ),
            Self::Group { user, group } => {
                format!("aws iam remove-user-from-group --user-name {user} --group-name {group}")
            }
            Self::Password { user } => format!("aws iam delete-login-profile --user-name {user}"),
            Self::MfaDevice { user, serial_number } => format!(
                "aws iam deactivate-mfa-device --user-name {user} --serial-number {serial_number}"
            ),
            Self::SshPublicKey { user, id } => {
                format!("aws iam delete-ssh-public-key --user-name {user} --ssh-public-key-id {id}")
            }
            Self::ServiceSpecificCredential { user, id } => format!(
                "aws iam delete-service-specific-credential --user-name {user} \
                 --service-specific-credential-id {id}"
            ),
            Self::SigningCertificate { user, id } => format!(
                "aws iam delete-signing-certificate --user-name {user} --certificate-id {id}"
            ),
        }
    }
}
