//! What IAM's operations need.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for
//! AWS Identity and Access Management (IAM)".

mod service_linked_role;

use std::sync::Arc;

use fed_types::AccountId;

use crate::account::{Group, Role, User};
use crate::call::Call;
use crate::caller::Caller;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// What kind of resource an operation is about, and which parameter names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// `UserName`; the caller where it is left out.
    User,
    Group,
    Role,
    InstanceProfile,
    /// `PolicyArn`.
    Policy,
    /// `PolicyName` and `Path`, not there yet.
    NewPolicy,
    /// `OpenIDConnectProviderArn`.
    Provider,
    /// `Url`, not there yet.
    NewProvider,
    /// `Name`, not there yet.
    NewSamlProvider,
    /// `SAMLProviderArn`.
    SamlProvider,
    /// `ServerCertificateName` and `Path`, not there yet.
    NewServerCertificate,
    /// `VirtualMFADeviceName` and `Path`, not there yet.
    NewMfaDevice,
    /// `SerialNumber`, which is its ARN.
    MfaDevice,
    /// `AWSServiceName`, and perhaps `CustomSuffix`.
    NewServiceLinkedRole,
    /// `DeletionTaskId`, which names the role.
    DeletionTask,
    /// `PolicySourceArn`.
    PolicySource,
    /// Lists all of a kind below `PathPrefix`: `user`, `role` …
    All(&'static str),
    /// No resource.
    None,
}

#[rustfmt::skip]
const OPERATIONS: &[(Subject, &[&str])] = &[
    (Subject::User, &[
        "AttachUserPolicy", "ChangePassword", "CreateAccessKey", "CreateLoginProfile",
        "CreateServiceSpecificCredential", "CreateUser", "DeactivateMFADevice",
        "DeleteAccessKey", "DeleteLoginProfile", "DeleteSSHPublicKey",
        "DeleteServiceSpecificCredential", "DeleteSigningCertificate", "DeleteUser",
        "DeleteUserPermissionsBoundary", "DeleteUserPolicy", "DetachUserPolicy",
        "EnableMFADevice", "GetLoginProfile", "GetSSHPublicKey", "GetUser", "GetUserPolicy",
        "ListAccessKeys", "ListAttachedUserPolicies", "ListGroupsForUser", "ListMFADevices",
        "ListSSHPublicKeys", "ListServiceSpecificCredentials", "ListSigningCertificates",
        "ListUserPolicies", "ListUserTags", "PutUserPermissionsBoundary", "PutUserPolicy",
        "ResetServiceSpecificCredential", "ResyncMFADevice", "TagUser", "UntagUser",
        "UpdateAccessKey", "UpdateLoginProfile", "UpdateSSHPublicKey",
        "UpdateServiceSpecificCredential", "UpdateSigningCertificate", "UpdateUser",
        "UploadSSHPublicKey", "UploadSigningCertificate",
    ]),
    (Subject::Group, &[
        "AddUserToGroup", "AttachGroupPolicy", "CreateGroup", "DeleteGroup",
        "DeleteGroupPolicy", "DetachGroupPolicy", "GetGroup", "GetGroupPolicy",
        "ListAttachedGroupPolicies", "ListGroupPolicies", "PutGroupPolicy",
        "RemoveUserFromGroup", "UpdateGroup",
    ]),
    (Subject::Role, &[
        "AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy", "DeleteServiceLinkedRole", "DetachRolePolicy", "GetRole", "GetRolePolicy",
        "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies",
        "ListRoleTags", "PutRolePermissionsBoundary", "PutRolePolicy", "TagRole", "UntagRole",
        "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription",
    ]),
    (Subject::InstanceProfile, &[
        "AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile",
        "GetInstanceProfile", "ListInstanceProfileTags", "RemoveRoleFromInstanceProfile",
        "TagInstanceProfile", "UntagInstanceProfile",
    ]),
    (Subject::Policy, &[
        "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy",
        "GetPolicyVersion", "ListEntitiesForPolicy", "ListPolicyTags", "ListPolicyVersions",
        "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy",
    ]),
    (Subject::NewPolicy, &["CreatePolicy"]),
    (Subject::Provider, &[
        "AddClientIDToOpenIDConnectProvider", "DeleteOpenIDConnectProvider",
        "GetOpenIDConnectProvider", "ListOpenIDConnectProviderTags",
        "RemoveClientIDFromOpenIDConnectProvider", "TagOpenIDConnectProvider",
        "UntagOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint",
    ]),
    (Subject::NewProvider, &["CreateOpenIDConnectProvider"]),
    (Subject::NewSamlProvider, &["CreateSAMLProvider"]),
    (Subject::SamlProvider, &[
        "DeleteSAMLProvider", "GetSAMLProvider", "ListSAMLProviderTags", "TagSAMLProvider",
        "UntagSAMLProvider", "UpdateSAMLProvider",
    ]),
    (Subject::NewServerCertificate, &["UploadServerCertificate"]),
    (Subject::NewMfaDevice, &["CreateVirtualMFADevice"]),
    (Subject::MfaDevice, &[
        "DeleteVirtualMFADevice", "ListMFADeviceTags", "TagMFADevice", "UntagMFADevice",
    ]),
    (Subject::NewServiceLinkedRole, &["CreateServiceLinkedRole"]),
    (Subject::DeletionTask, &["GetServiceLinkedRoleDeletionStatus"]),
    (Subject::PolicySource, &["GetContextKeysForPrincipalPolicy", "SimulatePrincipalPolicy"]),
    (Subject::All("user"), &["ListUsers"]),
    (Subject::All("role"), &["ListRoles"]),
    (Subject::All("group"), &["ListGroups"]),
    (Subject::All("instance-profile"), &["ListInstanceProfiles"]),
    (Subject::None, &[
        "CreateAccountAlias", "DeleteAccountAlias", "DeleteAccountPasswordPolicy",
        "GenerateCredentialReport", "GetAccessKeyLastUsed", "GetAccountAuthorizationDetails",
        "GetAccountPasswordPolicy", "GetAccountSummary", "GetContextKeysForCustomPolicy",
        "GetCredentialReport", "ListAccountAliases", "ListOpenIDConnectProviders",
        "ListPolicies", "ListSAMLProviders", "ListServerCertificates", "ListVirtualMFADevices",
        "SimulateCustomPolicy", "UpdateAccountPasswordPolicy",
    ]),
];

/// Whether an operation is in the tables.
pub(super) fn is_mapped(name: &str) -> bool {
    OPERATIONS.iter().any(|(_, operations)| operations.contains(&name))
}

/// The permissions that an IAM operation needs; `None` when it is not mapped.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when it cannot be read whom or what the call names.
pub(super) async fn demands(
    call: &Call,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<Option<Vec<Demand>>, ErrorResponse> {
    let named = Named::read(parameters, caller).await?;
    Ok(demands_on(call, parameters, caller, &named))
}

fn demands_on(
    call: &Call,
    parameters: &Parameters,
    caller: &Caller,
    named: &Named,
) -> Option<Vec<Demand>> {
    let (subject, _) =
        OPERATIONS.iter().find(|(_, operations)| operations.contains(&call.operation.as_str()))?;
    let place = Place { account: caller.account_id(), named, parameters };
    let resource = place.resource(*subject, caller)?;
    let mut demand = Demand::on(call.action(), resource);
    if let (Subject::InstanceProfile, Some(arn)) = (*subject, &named.profile_arn)
        && call.operation != "CreateInstanceProfile"
    {
        demand.resource.clone_from(arn);
    }
    if let Some(arn) = parameters.get("PolicyArn") {
        demand.context.set("iam:PolicyARN", arn);
    }
    if let Some(service) = parameters.get("AWSServiceName") {
        demand.context.set("iam:AWSServiceName", service);
    }
    if let Some(arn) = parameters.get("PermissionsBoundary") {
        demand.context.set("iam:PermissionsBoundary", arn);
    } else if let Some(boundary) = place.boundary(*subject) {
        demand.context.set("iam:PermissionsBoundary", boundary);
    }
    for (key, value) in place.tags(*subject) {
        demand.context.set(format!("aws:ResourceTag/{key}"), value.as_str());
        demand.context.set(format!("iam:ResourceTag/{key}"), value.as_str());
    }
    let mut demands = vec![demand];
    if call.operation == "AddRoleToInstanceProfile" {
        let mut pass = Demand::on("iam:PassRole", place.resource(Subject::Role, caller)?);
        pass.context.set("iam:PassedToService", "ec2.amazonaws.com");
        demands.push(pass);
    }
    if matches!(call.operation.as_str(), "UpdateUser" | "UpdateGroup")
        && let Some(renamed) = place.renamed(*subject)
    {
        demands.push(Demand::on(call.action(), renamed));
    }
    Some(demands)
}

/// Whom a call names and who is there.
struct Named {
    /// The caller where the call names no user.
    user: Option<Arc<User>>,
    group: Option<Arc<Group>>,
    role: Option<Arc<Role>>,
    profile_arn: Option<String>,
}

impl Named {
    async fn read(parameters: &Parameters, caller: &Caller) -> Result<Self, ErrorResponse> {
        let reading = caller.account.reading();
        let mut named = Self { user: None, group: None, role: None, profile_arn: None };
        if let Some(name) = parameters.get("UserName").or_else(|| caller.user_name()) {
            named.user = reading.user(name).await?;
        }
        if let Some(name) = parameters.get("GroupName") {
            named.group = reading.group(name).await?;
        }
        if let Some(name) = parameters.get("RoleName") {
            named.role = reading.role(name).await?;
        }
        if let Some(name) = parameters.get("InstanceProfileName") {
            named.profile_arn = reading.profile(name).await?.map(|profile| profile.arn.clone());
        }
        Ok(named)
    }
}

struct Place<'a> {
    account: &'a AccountId,
    named: &'a Named,
    parameters: &'a Parameters,
}

impl Place<'_> {
    /// The ARN of what the call is about. Where it exists, the account knows its path;
    /// where it is about to be made, the call says.
    fn resource(&self, subject: Subject, caller: &Caller) -> Option<String> {
        let text = |name: &str| self.parameters.get(name);
        let path = text("Path").unwrap_or("/");
        let made = |kind: &str, name: &str| self.arn(kind, path, name);
        Some(match subject {
            Subject::User => match text("UserName").or_else(|| caller.user_name()) {
                Some(name) => match &self.named.user {
                    Some(user) => user.arn.clone(),
                    None => made("user", name),
                },
                None => format!("arn:aws:iam::{}:root", self.account),
            },
            Subject::Group => {
                let name = text("GroupName")?;
                let group = self.named.group.as_ref();
                group.map_or_else(|| made("group", name), |it| it.arn.clone())
            }
            Subject::Role => {
                let name = text("RoleName")?;
                let role = self.named.role.as_ref();
                role.map_or_else(|| made("role", name), |it| it.arn.clone())
            }
            Subject::InstanceProfile => made("instance-profile", text("InstanceProfileName")?),
            Subject::Policy => text("PolicyArn")?.to_owned(),
            Subject::NewPolicy => made("policy", text("PolicyName")?),
            Subject::Provider => text("OpenIDConnectProviderArn")?.to_owned(),
            Subject::NewProvider => {
                let url = text("Url")?;
                let host = url.strip_prefix("https://").unwrap_or(url);
                format!("arn:aws:iam::{}:oidc-provider/{host}", self.account)
            }
            Subject::NewSamlProvider => self.arn("saml-provider", "/", text("Name")?),
            Subject::SamlProvider => text("SAMLProviderArn")?.to_owned(),
            Subject::NewServerCertificate => {
                made("server-certificate", text("ServerCertificateName")?)
            }
            Subject::NewMfaDevice => made("mfa", text("VirtualMFADeviceName")?),
            Subject::MfaDevice => {
                text("SerialNumber").filter(|serial| serial.starts_with("arn:"))?.to_owned()
            }
            Subject::NewServiceLinkedRole => {
                let name =
                    service_linked_role::name(text("AWSServiceName")?, text("CustomSuffix"))?;
                self.arn("role", &format!("/aws-service-role/{}/", text("AWSServiceName")?), &name)
            }
            Subject::DeletionTask => {
                let named = text("DeletionTaskId")?.strip_prefix("task/")?;
                let (role, _) = named.rsplit_once('/')?;
                self.arn("role", "/", role)
            }
            Subject::PolicySource => text("PolicySourceArn")?.to_owned(),
            Subject::All(kind) => self.arn(kind, text("PathPrefix").unwrap_or("/"), ""),
            Subject::None => "*".to_owned(),
        })
    }

    /// The ARN under the new name or path: AWS asks for the permission on both.
    fn renamed(&self, subject: Subject) -> Option<String> {
        let text = |name: &str| self.parameters.get(name);
        let (kind, name, path, new_name) = match subject {
            Subject::User => {
                let user = self.named.user.as_ref()?;
                ("user", user.name.as_str(), user.path.as_str(), text("NewUserName"))
            }
            Subject::Group => {
                let group = self.named.group.as_ref()?;
                ("group", group.name.as_str(), group.path.as_str(), text("NewGroupName"))
            }
            _ => return None,
        };
        Some(self.arn(kind, text("NewPath").unwrap_or(path), new_name.unwrap_or(name)))
    }

    fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:aws:iam::{}:{kind}/{}{name}", self.account, path.trim_start_matches('/'))
    }

    fn boundary(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::User => self.named.user.as_ref()?.boundary.as_deref(),
            Subject::Role => self.named.role.as_ref()?.boundary.as_deref(),
            _ => None,
        }
    }

    fn tags(&self, subject: Subject) -> &[(String, String)] {
        match subject {
            Subject::User => self.named.user.as_ref().map(|user| user.tags.as_slice()),
            Subject::Role => self.named.role.as_ref().map(|role| role.tags.as_slice()),
            _ => None,
        }
        .unwrap_or_default()
    }
}
