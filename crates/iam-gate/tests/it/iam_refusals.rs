//! What real IAM refuses to make, change or delete, and emulators do.

use crate::client::Answer;
use crate::emulator::{details, group, role, user};
use crate::lab::{Lab, trust};

const ACCOUNT: &str = "arn:aws:iam::278805249149";

async fn call(lab: &Lab, operation: &str, pairs: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", operation)
        .extend_pairs(pairs)
        .append_pair("Version", "2010-05-08")
        .finish();
    lab.query(&lab.as_root(), "iam", &form).send().await
}

/// An account with one of each.
async fn populated() -> Lab {
    let lab = Lab::start().await;
    let policy = "<Policies><member><Arn>arn:aws:iam::278805249149:policy/limit</Arn>\
                  <DefaultVersionId>v2</DefaultVersionId><PolicyVersionList><member>\
                  <VersionId>v2</VersionId><Document>{}</Document></member></PolicyVersionList>\
                  </member></Policies>";
    let users = [user("u", &[], &[]), user("held", &[], &["g"])];
    let roles = [role("r", &trust(), &[])];
    let held = details(&users, &[group("g", &[])], &roles);
    lab.emulator.holds(held.replace("<Policies/>", policy));
    lab
}

#[tokio::test]
async fn a_boundary_must_be_a_policy_that_is_there() {
    let lab = populated().await;
    let trust = trust();
    for (operation, pairs) in [
        ("CreateUser", &[("UserName", "new")][..]),
        ("CreateRole", &[("RoleName", "new"), ("AssumeRolePolicyDocument", &trust)]),
        ("PutUserPermissionsBoundary", &[("UserName", "u")]),
        ("PutRolePermissionsBoundary", &[("RoleName", "r")]),
    ] {
        let with = |arn: &'static str| [pairs, &[("PermissionsBoundary", arn)]].concat();
        call(&lab, operation, &with("arn:aws:iam::278805249149:policy/gone")).await.refused(
            404,
            "NoSuchEntity",
            "Scope ARN: arn:aws:iam::278805249149:policy/gone does not exist or is not attachable.",
        );
        for arn in ["limit", "arn:aws:iam::278805249149:role/r", "arn:aws:iam"] {
            let answer = call(&lab, operation, &with(arn)).await;
            answer.refused(400, "ValidationError", "Invalid ARN:  Could not be parsed!");
        }
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        call(&lab, operation, &with("arn:aws:iam::278805249149:policy/limit")).await.allowed();
    }
}

#[tokio::test]
async fn a_boundary_that_nobody_has_set_is_not_taken_away() {
    let lab = populated().await;
    for (operation, name, value, id) in [
        ("DeleteUserPermissionsBoundary", "UserName", "u", "AIDA"),
        ("DeleteRolePermissionsBoundary", "RoleName", "r", "AROA"),
    ] {
        let answer = call(&lab, operation, &[(name, value)]).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (404, "NoSuchEntity"));
        let message = answer.text("Message");
        assert!(message.starts_with(&format!("Principal {id}")), "{message}");
        assert!(message.ends_with(" does not have scope"), "{message}");
        assert!(lab.emulator.seen(operation).is_empty());
    }
}

#[tokio::test]
async fn a_policy_of_a_service_is_attached_to_nobody() {
    let lab = populated().await;
    let of_service = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy";
    for (operation, name, value) in [
        ("AttachRolePolicy", "RoleName", "r"),
        ("AttachUserPolicy", "UserName", "u"),
        ("AttachGroupPolicy", "GroupName", "g"),
    ] {
        let answer = call(&lab, operation, &[(name, value), ("PolicyArn", of_service)]).await;
        let message = "Cannot attach a Service Role Policy to a Customer Role.";
        answer.refused(400, "PolicyNotAttachable", message);
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
}

#[tokio::test]
async fn what_is_in_use_is_not_deleted() {
    let one = |list: &str| format!("<{list}><member><X>1</X></member></{list}>");
    let user = [("UserName", "u")];
    let policy = [("PolicyArn", "arn:aws:iam::278805249149:policy/limit")];
    for (operation, pairs, question, list, message) in [
        (
            "DeleteUser",
            &user,
            "ListAccessKeys",
            "AccessKeyMetadata",
            "must delete access keys first.",
        ),
        ("DeleteUser", &user, "ListMFADevices", "MFADevices", "must delete MFA device first."),
        (
            "DeleteUser",
            &user,
            "GetLoginProfile",
            "LoginProfile",
            "must delete login profile first.",
        ),
        (
            "DeleteUser",
            &user,
            "ListAttachedUserPolicies",
            "AttachedPolicies",
            "must detach all policies first.",
        ),
        ("DeleteUser", &user, "ListUserPolicies", "PolicyNames", "must delete policies first."),
        (
            "DeleteUser",
            &user,
            "ListSSHPublicKeys",
            "SSHPublicKeys",
            "must remove referenced objects first.",
        ),
        ("DeletePolicy", &policy, "ListEntitiesForPolicy", "PolicyUsers", ""),
        ("DeletePolicy", &policy, "ListEntitiesForPolicy", "PolicyRoles", ""),
        ("DeletePolicy", &policy, "ListEntitiesForPolicy", "PolicyGroups", ""),
    ] {
        let lab = populated().await;
        lab.emulator.answers(question, &one(list));
        let message = match message {
            "" => "Cannot delete a policy attached to entities.".to_owned(),
            message => format!("Cannot delete entity, {message}"),
        };
        call(&lab, operation, pairs).await.refused(409, "DeleteConflict", &message);
        assert!(lab.emulator.seen(operation).is_empty(), "{operation} {list}");
        lab.emulator.answers(question, &format!("<{list}/>"));
        call(&lab, operation, pairs).await.allowed();
    }
}

#[tokio::test]
async fn members_of_groups_and_versions_of_policies_are_in_the_way() {
    let lab = populated().await;
    let first = "Cannot delete entity, must remove users from group first.";
    call(&lab, "DeleteUser", &[("UserName", "held")]).await.refused(409, "DeleteConflict", first);
    let members = "<Group><GroupName>g</GroupName></Group><Users><member>\
                   <UserName>held</UserName></member></Users>";
    lab.emulator.answers("GetGroup", members);
    call(&lab, "DeleteGroup", &[("GroupName", "g")]).await.refused(409, "DeleteConflict", first);
    let policy = ("PolicyArn", "arn:aws:iam::278805249149:policy/limit");
    let versions = "<Versions><member><VersionId>v1</VersionId></member>\
                    <member><VersionId>v2</VersionId></member></Versions>";
    lab.emulator.answers("ListPolicyVersions", versions);
    call(&lab, "DeletePolicy", &[policy]).await.refused(
        409,
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete the \
         policy's versions. The default version is deleted with the policy.",
    );
    let version = |id: &'static str| [policy, ("VersionId", id)];
    call(&lab, "DeletePolicyVersion", &version("v2")).await.refused(
        409,
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    );
    for operation in ["DeleteUser", "DeleteGroup", "DeletePolicy", "DeletePolicyVersion"] {
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
    call(&lab, "DeletePolicyVersion", &version("v1")).await.allowed();
}

#[tokio::test]
async fn descriptions_tags_and_aliases_have_their_limits() {
    let lab = populated().await;
    let (trust, long) = (trust(), "a".repeat(1001));
    let role = [("RoleName", "new"), ("AssumeRolePolicyDocument", trust.as_str())];
    for (description, limit) in [
        (long.as_str(), "Member must have length less than or equal to 1000"),
        (
            "日本",
            r"Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
        ),
    ] {
        let pairs = [&role[..], &[("Description", description)]].concat();
        let message = format!(
            "1 validation error detected: Value '{description}' at 'description' failed to \
             satisfy constraint: {limit}"
        );
        call(&lab, "CreateRole", &pairs).await.refused(400, "ValidationError", &message);
    }
    let twice = [
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "1"),
        ("Tags.member.2.Key", "A"),
        ("Tags.member.2.Value", "2"),
    ];
    let duplicate = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    for (operation, pairs) in
        [("CreateUser", [("UserName", "new")]), ("TagUser", [("UserName", "u")])]
    {
        let answer = call(&lab, operation, &[&pairs[..], &twice].concat()).await;
        answer.refused(400, "InvalidInput", duplicate);
        for (key, value) in [("AWS:team", "v"), ("aws:team", "v"), ("team", "aws:v")] {
            let tag = [("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
            let answer = call(&lab, operation, &[&pairs[..], &tag].concat()).await;
            let reserved = "Tag keys and values that begin with 'aws:' are reserved.";
            answer.refused(400, "InvalidInput", reserved);
        }
    }
    lab.emulator
        .answers("ListAccountAliases", "<AccountAliases><member>a-1</member></AccountAliases>");
    let answer = call(&lab, "CreateAccountAlias", &[("AccountAlias", "a-1")]).await;
    answer.refused(409, "EntityAlreadyExists", "The account alias a-1 already exists.");
    for operation in ["CreateRole", "CreateUser", "TagUser", "CreateAccountAlias"] {
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
    call(&lab, "CreateAccountAlias", &[("AccountAlias", "a-2")]).await.allowed();
}

#[tokio::test]
async fn what_the_model_requires_is_required() {
    let lab = populated().await;
    let null = |member: &str| {
        format!("Value null at '{member}' failed to satisfy constraint: Member must not be null")
    };
    let provider = format!("{ACCOUNT}:oidc-provider/issuer.example");
    let provider = ("OpenIDConnectProviderArn", provider.as_str());
    for (operation, pairs, message) in [
        (
            "DeleteOpenIDConnectProvider",
            &[][..],
            format!("1 validation error detected: {}", null("openIDConnectProviderArn")),
        ),
        (
            "TagOpenIDConnectProvider",
            &[provider],
            format!("1 validation error detected: {}", null("tags")),
        ),
        (
            "AttachRolePolicy",
            &[],
            format!("2 validation errors detected: {}; {}", null("roleName"), null("policyArn")),
        ),
    ] {
        call(&lab, operation, pairs).await.refused(400, "ValidationError", &message);
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
    for (operation, list) in [("TagOpenIDConnectProvider", "Tags"), ("UntagUser", "TagKeys")] {
        let name = if operation == "UntagUser" { ("UserName", "u") } else { provider };
        let answer = call(&lab, operation, &[name, (list, "")]).await;
        answer.refused(400, "InvalidInput", &format!("{list} must not be empty."));
    }
}

#[tokio::test]
async fn a_policy_of_nobody_is_not_read() {
    let lab = populated().await;
    for (operation, kind, parameter) in [
        ("PutUserPolicy", "user", "UserName"),
        ("PutGroupPolicy", "group", "GroupName"),
        ("PutRolePolicy", "role", "RoleName"),
    ] {
        let pairs = [(parameter, "gone"), ("PolicyName", "p"), ("PolicyDocument", "{")];
        let message = format!("The {kind} with name gone cannot be found.");
        call(&lab, operation, &pairs).await.refused(404, "NoSuchEntity", &message);
    }
}

#[tokio::test]
async fn nobody_trusts_everybody_or_all_services() {
    let lab = populated().await;
    let trust = trust();
    let google = "{\"Federated\":\"accounts.google.com\"}";
    for (principal, message) in [
        ("\"*\"", "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\"."),
        (
            "{\"Service\":\"amazonaws.com\"}",
            "Invalid principal in policy: \"SERVICE\":\"amazonaws.com\"",
        ),
        (
            "{\"Service\":[\"ec2.amazonaws.com\",\"amazonaws.com\"]}",
            "Invalid principal in policy: \"SERVICE\":\"amazonaws.com\"",
        ),
    ] {
        let document = trust.replace(google, principal);
        for (operation, parameter) in [
            ("CreateRole", "AssumeRolePolicyDocument"),
            ("UpdateAssumeRolePolicy", "PolicyDocument"),
        ] {
            let pairs = [("RoleName", "r"), (parameter, document.as_str())];
            call(&lab, operation, &pairs).await.refused(400, "MalformedPolicyDocument", message);
            assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        }
    }
}

#[tokio::test]
async fn somebodys_boundary_is_not_deleted() {
    let lab = populated().await;
    let limit = "arn:aws:iam::278805249149:policy/limit";
    let policy = [("PolicyArn", limit)];
    let document = "<Policies><member><Arn>arn:aws:iam::278805249149:policy/limit</Arn>\
                    <DefaultVersionId>v2</DefaultVersionId></member></Policies>";
    let bounded = |member: String, arn: &str| {
        let boundary = format!(
            "<PermissionsBoundary><PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn>\
             </PermissionsBoundary></member>"
        );
        member.replace("</member>", &boundary)
    };
    let plain = || (user("u", &[], &[]), role("r", "{}", &[]));
    let other = limit.replace("limit", "other");
    for (user, role, is_deleted) in [
        (bounded(plain().0, limit), plain().1, false),
        (plain().0, bounded(plain().1, limit), false),
        (bounded(plain().0, &other), bounded(plain().1, &other), true),
    ] {
        let held = details(&[user], &[], &[role]).replace("<Policies/>", document);
        lab.emulator.holds(held);
        lab.forgets().await;
        let answer = call(&lab, "DeletePolicy", &policy).await;
        match is_deleted {
            true => _ = answer.allowed(),
            false => {
                let message = "Cannot delete a policy attached to entities.";
                answer.refused(409, "DeleteConflict", message);
                assert!(lab.emulator.seen("DeletePolicy").is_empty());
            }
        }
    }
}
