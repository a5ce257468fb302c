//! What real IAM refuses and emulators accept; and that what was written counts at once.

use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_ALL, ALLOW_EC2, DESCRIBE, IDENTITY, Lab, claims, trust};

const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair("Version", "2010-05-08")
        .finish()
}

#[tokio::test]
async fn malformed_trust_policies_are_refused() {
    let lab = Lab::start().await;
    // The tutorial's file as published: the list's opening bracket is missing.
    let published = trust().replace("\"Statement\":[", "\"Statement\":");
    let change = |from: &str, to: &str| {
        let changed = trust().replace(from, to);
        assert_ne!(changed, trust());
        changed
    };
    for document in [
        published,
        change("\"Allow\"", "\"Alow\""),
        change(",\"Principal\":{\"Federated\":\"accounts.google.com\"}", ""),
        change("StringEquals", "StringIs"),
        change("\"Effect\"", "\"Resource\":\"*\",\"Effect\""),
        change("sts:AssumeRoleWithWebIdentity", "ec2:DescribeInstances"),
        "\"hello\"".to_owned(),
        "{}".to_owned(),
        String::new(),
    ] {
        for (action, parameter) in [
            ("CreateRole", "AssumeRolePolicyDocument"),
            ("UpdateAssumeRolePolicy", "PolicyDocument"),
        ] {
            let call = form(&[("Action", action), ("RoleName", "r"), (parameter, &document)]);
            let answer = lab.query(&lab.as_root(), "iam", &call).send().await;
            assert_eq!(
                (answer.status, answer.text("Code").as_str()),
                (400, "MalformedPolicyDocument"),
                "{document}"
            );
            assert!(lab.emulator.seen(action).is_empty());
        }
    }
    let call = form(&[
        ("Action", "CreateRole"),
        ("RoleName", "r"),
        ("AssumeRolePolicyDocument", &trust()),
    ]);
    lab.query(&lab.as_root(), "iam", &call).send().await.allowed();
}

#[tokio::test]
async fn trust_in_a_shared_issuer_must_test_the_identifying_claim() {
    let lab = Lab::start().await;
    let issuer = "token.actions.githubusercontent.com";
    let trust = |key: &str| {
        trust().replace("accounts.google.com:aud", &format!("{issuer}:{key}")).replace(
            "\"accounts.google.com\"",
            &format!("\"arn:aws:iam::278805249149:oidc-provider/{issuer}\""),
        )
    };
    let create = |document: &str| {
        form(&[("Action", "CreateRole"), ("RoleName", "r"), ("AssumeRolePolicyDocument", document)])
    };
    lab.query(&lab.as_root(), "iam", &create(&trust("aud"))).send().await.refused(
        400,
        "MalformedPolicyDocument",
        &format!("IAM refuses a trust policy for `{issuer}` that does not test `{issuer}:sub`"),
    );
    assert!(lab.emulator.seen("CreateRole").is_empty());
    lab.query(&lab.as_root(), "iam", &create(&trust("sub"))).send().await.allowed();
}

#[tokio::test]
async fn malformed_identity_policies_are_refused() {
    let lab = Lab::start().await;
    lab.emulator.answers("GetGroup", "<Group><GroupName>g</GroupName></Group>");
    for document in ["{", "[]", &ALLOW_EC2.replace("Allow", "Alow"), &trust()] {
        for (action, name, value) in [
            ("CreatePolicy", "Path", "/"),
            ("CreatePolicyVersion", "PolicyArn", "arn:aws:iam::278805249149:policy/p"),
            ("PutUserPolicy", "UserName", "ec2-user"),
            ("PutRolePolicy", "RoleName", "google-oidc-role"),
            ("PutGroupPolicy", "GroupName", "g"),
        ] {
            let mut pairs = vec![("Action", action), (name, value), ("PolicyDocument", document)];
            pairs.extend((action != "CreatePolicyVersion").then_some(("PolicyName", "p")));
            let call = form(&pairs);
            let answer = lab.query(&lab.as_root(), "iam", &call).send().await;
            assert_eq!(
                (answer.status, answer.text("Code").as_str()),
                (400, "MalformedPolicyDocument"),
                "{action} {document}"
            );
            assert!(lab.emulator.seen(action).is_empty());
        }
    }
}

#[tokio::test]
async fn a_user_is_read_once_and_again_after_a_write() {
    let lab = Lab::start().await;
    let user_key = lab.key_of("no-policy-user").await;
    for _ in 0..5 {
        assert_eq!(lab.query(&user_key, "ec2", DESCRIBE).send().await.status, 403);
    }
    let reads = lab.emulator.seen("GetUser").len();
    assert!(reads <= 2, "{reads}");
    lab.emulator.holds_after(
        "PutUserPolicy",
        details(&[user("no-policy-user", &[("ec2", ALLOW_EC2)], &[])], &[], &[]),
    );
    let put = form(&[
        ("Action", "PutUserPolicy"),
        ("UserName", "no-policy-user"),
        ("PolicyName", "ec2"),
        ("PolicyDocument", ALLOW_EC2),
    ]);
    lab.query(&lab.as_root(), "iam", &put).send().await.allowed();
    lab.query(&user_key, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator
        .holds_after("DeleteUserPolicy", details(&[user("no-policy-user", &[], &[])], &[], &[]));
    let delete = form(&[
        ("Action", "DeleteUserPolicy"),
        ("UserName", "no-policy-user"),
        ("PolicyName", "ec2"),
    ]);
    lab.query(&lab.as_root(), "iam", &delete).send().await.allowed();
    assert_eq!(lab.query(&user_key, "ec2", DESCRIBE).send().await.status, 403);
}

#[tokio::test]
async fn a_deleted_key_is_unknown_at_once() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let delete = form(&[
        ("Action", "DeleteAccessKey"),
        ("UserName", "no-policy-user"),
        ("AccessKeyId", &user.access_key_id),
    ]);
    // What the emulator refuses changes nothing.
    lab.emulator.refuses("DeleteAccessKey", 404, "<ErrorResponse/>");
    lab.query(&lab.as_root(), "iam", &delete).send().await;
    lab.query(&user, "sts", IDENTITY).send().await.allowed();
    lab.emulator.answers("DeleteAccessKey", "");
    lab.query(&lab.as_root(), "iam", &delete).send().await.allowed();
    let answer = lab.query(&user, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
}

#[tokio::test]
async fn an_inactive_key_is_refused_until_it_is_active_again() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let update = |status: &str| {
        form(&[
            ("Action", "UpdateAccessKey"),
            ("UserName", "no-policy-user"),
            ("AccessKeyId", &user.access_key_id),
            ("Status", status),
        ])
    };
    lab.query(&lab.as_root(), "iam", &update("Inactive")).send().await.allowed();
    let answer = lab.query(&user, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
    lab.query(&lab.as_root(), "iam", &update("Active")).send().await.allowed();
    lab.query(&user, "sts", IDENTITY).send().await.allowed();
}

#[tokio::test]
async fn a_deleted_users_key_is_unknown_at_once_and_stays_so() {
    let lab = Lab::start().await;
    let user_key = lab.key_of("no-policy-user").await;
    lab.emulator.holds_after("DeleteUser", details(&[], &[], &[]));
    let delete = form(&[("Action", "DeleteUser"), ("UserName", "no-policy-user")]);
    lab.query(&lab.as_root(), "iam", &delete).send().await.allowed();
    let answer = lab.query(&user_key, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
    // Another user of the same name has another id.
    let namesake = user("no-policy-user", &[], &[]).replace("id-of-", "another-id-of-");
    lab.emulator.holds_after("CreateUser", details(&[namesake], &[], &[]));
    let create = form(&[("Action", "CreateUser"), ("UserName", "no-policy-user")]);
    lab.query(&lab.as_root(), "iam", &create).send().await.allowed();
    let answer = lab.query(&user_key, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
}

#[tokio::test]
async fn a_call_that_names_nobody_means_its_caller() {
    let lab = Lab::start().await;
    let all = ALLOW_EC2.replace("ec2:*", "iam:*");
    lab.emulator.holds(details(&[user("ec2-user", &[("iam", &all)], &[])], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    lab.query(&user, "iam", "Action=ListAccessKeys&Version=2010-05-08").send().await.allowed();
    assert_eq!(
        lab.emulator.seen("ListAccessKeys")[0].body,
        "Action=ListAccessKeys&UserName=ec2-user&Version=2010-05-08"
    );
}

#[tokio::test]
async fn ids_and_dates_get_the_form_of_aws() {
    let lab = Lab::start().await;
    lab.emulator.answers(
        "GetUser",
        "<User><UserName>ec2-user</UserName><UserId>id-of-ec2-user</UserId>\
         <CreateDate>2026-11-23T14:45:40.337377Z</CreateDate></User>",
    );
    let get = form(&[("Action", "GetUser"), ("UserName", "ec2-user")]);
    let answer = lab.query(&lab.as_root(), "iam", &get).send().await;
    assert_eq!(answer.text("CreateDate"), "2026-11-23T14:45:40Z");
    let user = lab.key_of("ec2-user").await;
    let identity = lab.query(&user, "sts", IDENTITY).send().await;
    assert_eq!(answer.text("UserId"), identity.text("UserId"));
    assert!(answer.text("UserId").starts_with("AIDA"));
}

#[tokio::test]
async fn a_roles_session_must_name_the_user() {
    let lab = Lab::start().await;
    lab.emulator.holds(details(
        &[],
        &[],
        &[role("google-oidc-role", &trust(), &[("all", ALLOW_ALL)])],
    ));
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    for action in ["GetUser", "ListAccessKeys", "CreateAccessKey", "GetLoginProfile"] {
        let call = form(&[("Action", action)]);
        lab.query(&session, "iam", &call).send().await.refused(
            400,
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        );
        assert!(lab.emulator.seen(action).is_empty(), "{action}");
    }
    let call = form(&[("Action", "ListMFADevices"), ("UserName", "u")]);
    lab.query(&session, "iam", &call).send().await.allowed();
}

#[tokio::test]
async fn a_service_linked_role_is_made_by_whoever_may() {
    let lab = Lab::start().await;
    let linked = "role/aws-service-role/events.amazonaws.com/AWSServiceRoleForCloudWatchEvents";
    let deny = ALLOW_ALL
        .replace("\"Allow\"", "\"Deny\"")
        .replace("\"Resource\":\"*\"", &format!("\"Resource\":\"arn:aws:iam::*:{linked}\""));
    let policies = [("all", ALLOW_ALL), ("deny", deny.as_str())];
    lab.emulator.holds(details(&[user("ec2-user", &policies, &[])], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    let create =
        |service: &str| form(&[("Action", "CreateServiceLinkedRole"), ("AWSServiceName", service)]);
    lab.query(&user, "iam", &create("grafana.amazonaws.com")).send().await.allowed();
    let status = form(&[
        ("Action", "GetServiceLinkedRoleDeletionStatus"),
        (
            "DeletionTaskId",
            "task/aws-service-role/events.amazonaws.com/AWSServiceRoleForCloudWatchEvents/1-2",
        ),
    ]);
    for (action, call) in [
        ("CreateServiceLinkedRole", create("events.amazonaws.com")),
        ("GetServiceLinkedRoleDeletionStatus", status),
    ] {
        lab.query(&user, "iam", &call).send().await.refused(
            403,
            "AccessDenied",
            &format!(
                "User: arn:aws:iam::278805249149:user/ec2-user is not authorized to perform: \
                 iam:{action} on resource: arn:aws:iam::278805249149:{linked} with an explicit \
                 deny in an identity-based policy"
            ),
        );
    }
    // A Deny on its role would not be seen.
    lab.query(&user, "iam", &create("unheard-of.amazonaws.com")).send().await.refused(
        403,
        "AccessDenied",
        "the gate does not know which permissions `iam:CreateServiceLinkedRole` needs, so it \
         cannot allow it",
    );
}

#[tokio::test]
async fn what_is_aws_own_role_nobody_makes_and_nobody_changes() {
    let lab = Lab::start().await;
    let own = role("AWSServiceRoleForX", &trust(), &[])
        .replace(":role/", ":role/aws-service-role/x.amazonaws.com/");
    let reserved =
        role("AWSReservedSSO_A_1", &trust(), &[]).replace(":role/", ":role/aws-reserved/s/");
    let boundary = "<RoleName>aws-service-role</RoleName><PermissionsBoundary>\
                    <PermissionsBoundaryArn>a</PermissionsBoundaryArn></PermissionsBoundary>";
    let ours = role("aws-service-role", &trust(), &[])
        .replace("<RoleName>aws-service-role</RoleName>", boundary);
    lab.emulator.answers("GetPolicy", "<DefaultVersionId>v1</DefaultVersionId>");
    lab.emulator.answers("GetPolicyVersion", "<Document>{}</Document>");
    lab.emulator.holds(details(&[], &[], &[own, reserved, ours]));
    let root = lab.as_root();
    for path in ["/aws-service-role/evil.amazonaws.com/", "/aws-service-role/", "/aws-reserved/x/"]
    {
        let made = form(&[
            ("Action", "CreateRole"),
            ("RoleName", "AWSServiceRoleForEvil"),
            ("Path", path),
            ("AssumeRolePolicyDocument", &trust()),
        ]);
        let answer = lab.query(&root, "iam", &made).send().await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (400, "InvalidInput"), "{path}");
    }
    assert!(lab.emulator.seen("CreateRole").is_empty());

    let (arn, name) =
        (("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"), ("PolicyName", "p"));
    let (document, profile) = (("PolicyDocument", ALLOW_ALL), ("InstanceProfileName", "i"));
    let trust = trust();
    for (operation, members) in [
        ("AddRoleToInstanceProfile", vec![profile]),
        ("AttachRolePolicy", vec![arn]),
        ("DeleteRole", vec![]),
        ("DeleteRolePermissionsBoundary", vec![]),
        ("DeleteRolePolicy", vec![name]),
        ("DetachRolePolicy", vec![arn]),
        ("PutRolePermissionsBoundary", vec![("PermissionsBoundary", arn.1)]),
        ("PutRolePolicy", vec![name, document]),
        ("RemoveRoleFromInstanceProfile", vec![profile]),
        ("UpdateAssumeRolePolicy", vec![("PolicyDocument", trust.as_str())]),
        ("UpdateRole", vec![("MaxSessionDuration", "7200")]),
    ] {
        let asks = async |role: &str| {
            let members = [&[("Action", operation), ("RoleName", role)][..], &members].concat();
            lab.query(&root, "iam", &form(&members)).send().await
        };
        for protected in ["AWSServiceRoleForX", "AWSReservedSSO_A_1"] {
            let message = format!(
                "Cannot perform the operation on the protected role '{protected}' - this role is \
                 only modifiable by AWS"
            );
            asks(protected).await.refused(400, "UnmodifiableEntity", &message);
        }
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        asks("aws-service-role").await.allowed();
    }
}

#[tokio::test]
async fn a_providers_address_is_a_public_name() {
    let lab = Lab::start().await;
    for url in
        ["https://127.0.0.1:29443", "https://127.1", "http://issuer.example", "https://u@i.example"]
    {
        let call = form(&[("Action", "CreateOpenIDConnectProvider"), ("Url", url)]);
        lab.query(&lab.as_root(), "iam", &call).send().await.refused(
            400,
            "ValidationError",
            "Invalid Open ID Connect Provider URL",
        );
    }
    assert!(lab.emulator.seen("CreateOpenIDConnectProvider").is_empty());
    let call =
        form(&[("Action", "CreateOpenIDConnectProvider"), ("Url", "https://issuer.example")]);
    lab.query(&lab.as_root(), "iam", &call).send().await.allowed();
}
