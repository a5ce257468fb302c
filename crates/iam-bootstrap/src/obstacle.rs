//! What stands in the way of removing something.

use std::fmt;

use fed_types::shell_line;
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
    /// An access key of which it is not certain that `apply` made it.
    AccessKey {
        /// The user.
        user: String,
        /// The key's id.
        access_key_id: String,
        /// Whether it is good for signing.
        active: bool,
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
            Self::AccessKey { user, access_key_id, active } => {
                let kind = if *active { "access key" } else { "inactive access key" };
                write!(
                    f,
                    "user `{user}` has the {kind} `{access_key_id}`, which is not recorded as made \
                     here"
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
        let (verb, option) = self.removal();
        shell_line([&["aws", "iam", verb], self.owner().as_slice(), &option].concat())
    }

    /// The option that names what it hangs on.
    fn owner(&self) -> [&str; 2] {
        match self {
            Self::RolePolicyAttached { role, .. }
            | Self::RolePolicyInline { role, .. }
            | Self::InstanceProfile { role, .. } => ["--role-name", role],
            Self::UserPolicyAttached { user, .. }
            | Self::UserPolicyInline { user, .. }
            | Self::AccessKey { user, .. }
            | Self::Group { user, .. }
            | Self::Password { user }
            | Self::MfaDevice { user, .. }
            | Self::SshPublicKey { user, .. }
            | Self::ServiceSpecificCredential { user, .. }
            | Self::SigningCertificate { user, .. } => ["--user-name", user],
        }
    }

    /// The command of the aws CLI, and the option that names the thing itself.
    fn removal(&self) -> (&'static str, Vec<&str>) {
        let (verb, option, value) = match self {
            Self::RolePolicyAttached { policy_arn, .. } => {
                ("detach-role-policy", "--policy-arn", policy_arn)
            }
            Self::RolePolicyInline { policy, .. } => {
                ("delete-role-policy", "--policy-name", policy)
            }
            Self::InstanceProfile { instance_profile: name, .. } => {
                ("remove-role-from-instance-profile", "--instance-profile-name", name)
            }
            Self::UserPolicyAttached { policy_arn, .. } => {
                ("detach-user-policy", "--policy-arn", policy_arn)
            }
            Self::UserPolicyInline { policy, .. } => {
                ("delete-user-policy", "--policy-name", policy)
            }
            Self::AccessKey { access_key_id, .. } => {
                ("delete-access-key", "--access-key-id", access_key_id)
            }
            Self::Group { group, .. } => ("remove-user-from-group", "--group-name", group),
            Self::Password { .. } => return ("delete-login-profile", Vec::new()),
            Self::MfaDevice { serial_number, .. } => {
                ("deactivate-mfa-device", "--serial-number", serial_number)
            }
            Self::SshPublicKey { id, .. } => ("delete-ssh-public-key", "--ssh-public-key-id", id),
            Self::ServiceSpecificCredential { id, .. } => {
                ("delete-service-specific-credential", "--service-specific-credential-id", id)
            }
            Self::SigningCertificate { id, .. } => {
                ("delete-signing-certificate", "--certificate-id", id)
            }
        };
        (verb, vec![option, value])
    }
}
