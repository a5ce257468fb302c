//! Which parts every operation touches.

use super::*;

const NAMED: [(&str, &str); 8] = [
    ("UserName", "u"),
    ("NewUserName", "n"),
    ("GroupName", "g"),
    ("NewGroupName", "m"),
    ("RoleName", "r"),
    ("InstanceProfileName", "i"),
    ("PolicyArn", "arn:aws:iam::111122223333:policy/p"),
    ("PolicyName", "p"),
];

fn touched_by(operation: &str, parameters: &Parameters) -> Option<Touched> {
    touched(&"111122223333".parse().unwrap(), operation, parameters)
}

/// Every part that the operation touches, with whose it is.
fn parts(operation: &str) -> String {
    match touched_by(operation, &Parameters::from(NAMED)) {
        None => "reads".to_owned(),
        Some(Touched::Whole) => "whole".to_owned(),
        Some(Touched::Parts(parts)) => parts
            .iter()
            .map(|(part, name)| format!("{part:?} {}", name.as_deref().unwrap_or("*")))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[test]
fn a_write_touches_what_it_can_have_changed() {
    for (operation, expected) in [
        ("GetRole", "reads"),
        ("ListUsers", "reads"),
        ("SimulatePrincipalPolicy", "reads"),
        ("CreateAccessKey", ""),
        ("TagPolicy", ""),
        ("CreateUser", "User u, UserPolicies u, UserNames *"),
        ("DeleteUser", "User u, UserPolicies u, UserNames *"),
        ("UpdateUser", "User u, UserPolicies u, User n, UserPolicies n, UserNames *"),
        ("TagUser", "User u"),
        ("PutUserPermissionsBoundary", "User u"),
        ("AttachUserPolicy", "UserPolicies u"),
        ("DeleteUserPolicy", "UserPolicies u"),
        ("RemoveUserFromGroup", "UserPolicies u"),
        ("DeleteGroup", "Group g, GroupPolicies g, UserPolicies *"),
        ("UpdateGroup", "Group g, GroupPolicies g, Group m, GroupPolicies m, UserPolicies *"),
        ("DetachGroupPolicy", "GroupPolicies g"),
        ("CreateRole", "Role r, RolePolicies r"),
        ("DeleteRole", "Role r, RolePolicies r, InstanceProfile *"),
        ("CreateServiceLinkedRole", "Role *, RolePolicies *"),
        ("UpdateAssumeRolePolicy", "Role r"),
        ("UntagRole", "Role r"),
        ("DeleteRolePermissionsBoundary", "Role r"),
        ("PutRolePolicy", "RolePolicies r"),
        ("DetachRolePolicy", "RolePolicies r"),
        ("RemoveRoleFromInstanceProfile", "InstanceProfile i"),
        ("CreatePolicy", "ManagedPolicy arn:aws:iam::111122223333:policy/p"),
        ("SetDefaultPolicyVersion", "ManagedPolicy arn:aws:iam::111122223333:policy/p"),
        ("DeleteOpenIDConnectProvider", "Providers *"),
        ("AddClientIDToOpenIDConnectProvider", "Providers *"),
        ("DeleteEverything", "whole"),
    ] {
        assert_eq!(parts(operation), expected, "{operation}");
    }
}

#[test]
fn a_write_that_does_not_say_whose_it_is_touches_the_whole() {
    for operation in [
        "CreateUser",
        "DeleteUser",
        "UpdateUser",
        "TagUser",
        "AttachUserPolicy",
        "CreateGroup",
        "DeleteGroup",
        "PutGroupPolicy",
        "CreateRole",
        "DeleteRole",
        "TagRole",
        "PutRolePolicy",
        "AddRoleToInstanceProfile",
        "CreatePolicyVersion",
    ] {
        let touched = touched_by(operation, &Parameters::default());
        assert_eq!(touched, Some(Touched::Whole), "{operation}");
    }
}

/// What no emulator does, or what may change anything.
#[rustfmt::skip]
const UNKNOWN: [&str; 16] = [
    "AcceptDelegationRequest", "AcquireRole", "AssociateDelegationRequest",
    "CreateDelegationRequest", "DisableOrganizationsRootCredentialsManagement",
    "DisableOrganizationsRootSessions", "DisableOutboundWebIdentityFederation",
    "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions",
    "EnableOutboundWebIdentityFederation", "GenerateOrganizationsAccessReport",
    "PutAccountProperties", "RejectDelegationRequest", "SendDelegationToken",
    "UpdateDelegationRequest", "UpdateOpenIDConnectProvider",
];

#[test]
fn the_writes_of_iams_model_that_touch_the_whole_are_few() {
    let model = aws_model::service("iam").unwrap();
    let unknown: Vec<&str> = model
        .operations()
        .iter()
        .map(|operation| operation.name)
        .filter(|name| parts(name) == "whole")
        .collect();
    assert_eq!(unknown, UNKNOWN);
}
