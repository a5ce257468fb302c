//! What an IAM operation can change of what the gate keeps of the account.

use fed_types::AccountId;

use crate::account::{Part, Touched};
use crate::wire::Parameters;

/// Operations that change only what the gate does not keep: keys, passwords, devices,
/// certificates, SAML, and what belongs to the account itself.
#[rustfmt::skip]
const OF_NO_CONCERN: [&str; 43] = [
    "ChangePassword", "CreateAccessKey", "CreateAccountAlias", "CreateLoginProfile",
    "CreateSAMLProvider", "CreateServiceSpecificCredential", "CreateVirtualMFADevice",
    "DeactivateMFADevice", "DeleteAccessKey", "DeleteAccountAlias",
    "DeleteAccountPasswordPolicy", "DeleteLoginProfile", "DeleteSAMLProvider",
    "DeleteSSHPublicKey", "DeleteServerCertificate", "DeleteServiceSpecificCredential",
    "DeleteSigningCertificate", "DeleteVirtualMFADevice", "EnableMFADevice",
    "GenerateCredentialReport", "GenerateServiceLastAccessedDetails",
    "ResetServiceSpecificCredential", "ResyncMFADevice",
    "SetSecurityTokenServicePreferences", "TagMFADevice", "TagPolicy", "TagSAMLProvider",
    "TagServerCertificate", "UntagMFADevice", "UntagPolicy", "UntagSAMLProvider",
    "UntagServerCertificate", "UpdateAccessKey", "UpdateAccountPasswordPolicy",
    "UpdateLoginProfile", "UpdateSAMLProvider", "UpdateSSHPublicKey",
    "UpdateServerCertificate", "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate",
    "UploadSigningCertificate",
];

const ALL_OF_USER: &[Part] = &[Part::User, Part::UserPolicies];
const ALL_OF_GROUP: &[Part] = &[Part::Group, Part::GroupPolicies];
const ALL_OF_ROLE: &[Part] = &[Part::Role, Part::RolePolicies];

// Long: a table, which is read one operation at a time.
/// What the operation can change; `None` where it only reads. One that is not known here can
/// change anything.
pub(crate) fn touched(
    account: &AccountId,
    operation: &str,
    parameters: &Parameters,
) -> Option<Touched> {
    if ["Get", "List", "Simulate"].iter().any(|reading| operation.starts_with(reading)) {
        return None;
    }
    if OF_NO_CONCERN.contains(&operation) {
        return Some(Touched::nothing());
    }
    let of = |parts: &[Part], parameter: &str| Touched::of(parts, parameters.get(parameter));
    let renamed = |parts: &[Part], parameter: &str| match parameters.get(parameter) {
        Some(name) => Touched::of(parts, Some(name)),
        None => Touched::nothing(),
    };
    Some(match operation {
        "CreateUser" | "DeleteUser" => of(ALL_OF_USER, "UserName").and_all(&[Part::UserNames]),
        "UpdateUser" => of(ALL_OF_USER, "UserName")
            .and(renamed(ALL_OF_USER, "NewUserName"))
            .and_all(&[Part::UserNames]),
        "TagUser"
        | "UntagUser"
        | "PutUserPermissionsBoundary"
        | "DeleteUserPermissionsBoundary" => of(&[Part::User], "UserName"),
        "PutUserPolicy"
        | "DeleteUserPolicy"
        | "AttachUserPolicy"
        | "DetachUserPolicy"
        | "AddUserToGroup"
        | "RemoveUserFromGroup" => of(&[Part::UserPolicies], "UserName"),
        "CreateGroup" => of(ALL_OF_GROUP, "GroupName"),
        // Its members are in it no longer, or under another name.
        "DeleteGroup" => of(ALL_OF_GROUP, "GroupName").and_all(&[Part::UserPolicies]),
        "UpdateGroup" => of(ALL_OF_GROUP, "GroupName")
            .and(renamed(ALL_OF_GROUP, "NewGroupName"))
            .and_all(&[Part::UserPolicies]),
        "PutGroupPolicy" | "DeleteGroupPolicy" | "AttachGroupPolicy" | "DetachGroupPolicy" => {
            of(&[Part::GroupPolicies], "GroupName")
        }
        "CreateRole" => of(ALL_OF_ROLE, "RoleName"),
        "DeleteRole" | "DeleteServiceLinkedRole" => {
            of(ALL_OF_ROLE, "RoleName").and_all(&[Part::InstanceProfile])
        }
        // The service gives it its name.
        "CreateServiceLinkedRole" => Touched::nothing().and_all(ALL_OF_ROLE),
        "TagRole"
        | "UntagRole"
        | "UpdateAssumeRolePolicy"
        | "UpdateRole"
        | "UpdateRoleDescription"
        | "PutRolePermissionsBoundary"
        | "DeleteRolePermissionsBoundary" => of(&[Part::Role], "RoleName"),
        "PutRolePolicy" | "DeleteRolePolicy" | "AttachRolePolicy" | "DetachRolePolicy" => {
            of(&[Part::RolePolicies], "RoleName")
        }
        "CreateInstanceProfile"
        | "DeleteInstanceProfile"
        | "AddRoleToInstanceProfile"
        | "RemoveRoleFromInstanceProfile"
        | "TagInstanceProfile"
        | "UntagInstanceProfile" => of(&[Part::InstanceProfile], "InstanceProfileName"),
        "CreatePolicy" => {
            let path = parameters.get("Path").unwrap_or("/");
            let name = parameters.get("PolicyName").unwrap_or_default();
            let arn = format!("arn:aws:iam::{account}:policy{path}{name}");
            Touched::of(&[Part::ManagedPolicy], Some(&arn))
        }
        "CreatePolicyVersion"
        | "DeletePolicy"
        | "DeletePolicyVersion"
        | "SetDefaultPolicyVersion" => of(&[Part::ManagedPolicy], "PolicyArn"),
        "AddClientIDToOpenIDConnectProvider"
        | "CreateOpenIDConnectProvider"
        | "DeleteOpenIDConnectProvider"
        | "RemoveClientIDFromOpenIDConnectProvider"
        | "TagOpenIDConnectProvider"
        | "UntagOpenIDConnectProvider"
        | "UpdateOpenIDConnectProviderThumbprint" => Touched::nothing().and_all(&[Part::Providers]),
        _ => Touched::Whole,
    })
}

#[cfg(test)]
mod tests;
