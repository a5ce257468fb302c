//! What policies deny, in each protocol's words.

use crate::emulator::{details, group, user};
use crate::lab::{ALLOW_ALL, ALLOW_EC2, DENY_EC2, DESCRIBE, IDENTITY, Lab};

const NO_POLICY: &str = "You are not authorized to perform this operation. User: \
                         arn:aws:iam::278805249149:user/no-policy-user is not authorized to \
                         perform: ec2:DescribeInstances because no identity-based policy allows \
                         the ec2:DescribeInstances action";

#[tokio::test]
async fn a_user_without_a_policy_sees_no_instances() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    answer.refused(403, "UnauthorizedOperation", NO_POLICY);
    assert!(answer.body.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>"
    ));
    assert!(lab.emulator.seen("DescribeInstances").is_empty());
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.decision, iam_gate::Verdict::ImplicitlyDenied);
    assert_eq!(
        record.reason.as_deref(),
        Some("because no identity-based policy allows the ec2:DescribeInstances action")
    );
}

#[tokio::test]
async fn a_user_without_a_policy_is_still_somebody() {
    let lab = Lab::start().await;
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "sts", IDENTITY).send().await;
    assert_eq!(answer.allowed().text("Arn"), "arn:aws:iam::278805249149:user/no-policy-user");
    assert!(answer.text("UserId").starts_with("AIDA"));
}

#[tokio::test]
async fn iam_names_the_resource() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    for (call, action, resource) in [
        ("Action=CreateUser&UserName=eve", "CreateUser", "user/eve"),
        ("Action=CreateUser&UserName=eve&Path=/a/", "CreateUser", "user/a/eve"),
        ("Action=ListUsers", "ListUsers", "user/"),
        ("Action=GetUser", "GetUser", "user/ec2-user"),
        ("Action=DeleteRole&RoleName=r", "DeleteRole", "role/r"),
        ("Action=CreateGroup&GroupName=g", "CreateGroup", "group/g"),
        ("Action=CreatePolicy&PolicyName=p&PolicyDocument=x", "CreatePolicy", "policy/p"),
    ] {
        let answer = lab.query(&user, "iam", &format!("{call}&Version=2010-05-08")).send().await;
        answer.refused(
            403,
            "AccessDenied",
            &format!(
                "User: arn:aws:iam::278805249149:user/ec2-user is not authorized to perform: \
                 iam:{action} on resource: arn:aws:iam::278805249149:{resource} because no \
                 identity-based policy allows the iam:{action} action"
            ),
        );
        // The gate asks GetUser itself, for the boundary.
        assert!(action == "GetUser" || lab.emulator.seen(action).is_empty(), "{action}");
    }
}

#[tokio::test]
async fn an_explicit_deny_outweighs() {
    let lab = Lab::start().await;
    lab.emulator.holds(details(
        &[user("no-policy-user", &[("all", ALLOW_ALL), ("deny", DENY_EC2)], &[])],
        &[],
        &[],
    ));
    let user = lab.key_of("no-policy-user").await;
    lab.query(&user, "ec2", DESCRIBE).send().await.refused(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: \
         arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: \
         ec2:DescribeInstances with an explicit deny in an identity-based policy",
    );
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.decision, iam_gate::Verdict::ExplicitlyDenied);
    assert_eq!(record.deciding_statement, ["deny#statement 1"]);
}

#[tokio::test]
async fn a_group_gives_and_takes() {
    let lab = Lab::start().await;
    for (document, status) in [(ALLOW_EC2, 200), (DENY_EC2, 403)] {
        lab.emulator.holds(details(
            &[user("no-policy-user", &[], &["team"])],
            &[group("team", &[("team", document)])],
            &[],
        ));
        lab.forgets().await;
        let user = lab.key_of("no-policy-user").await;
        assert_eq!(lab.query(&user, "ec2", DESCRIBE).send().await.status, status);
    }
}

#[tokio::test]
async fn a_permissions_boundary_limits() {
    let lab = Lab::start().await;
    let bounded = user("ec2-user", &[("ec2", ALLOW_EC2)], &[]).replace(
        "<AttachedManagedPolicies/>",
        "<AttachedManagedPolicies/><PermissionsBoundary><PermissionsBoundaryArn>\
         arn:aws:iam::aws:policy/Nothing</PermissionsBoundaryArn></PermissionsBoundary>",
    );
    lab.emulator.holds(details(&[bounded], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    lab.emulator.answers("GetPolicy", "<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>");
    let document = ALLOW_EC2.replace("ec2:*", "s3:*");
    lab.emulator.answers(
        "GetPolicyVersion",
        &format!("<PolicyVersion><Document>{document}</Document></PolicyVersion>"),
    );
    lab.query(&user, "ec2", DESCRIBE).send().await.refused(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: \
         arn:aws:iam::278805249149:user/ec2-user is not authorized to perform: \
         ec2:DescribeInstances because no permissions boundary allows the ec2:DescribeInstances \
         action",
    );
}

#[tokio::test]
async fn a_policy_that_cannot_be_understood_denies() {
    let lab = Lab::start().await;
    let broken = DENY_EC2.replace("Deny", "Denny");
    lab.emulator.holds(details(
        &[user("no-policy-user", &[("all", ALLOW_ALL), ("broken", &broken)], &[])],
        &[],
        &[],
    ));
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "UnauthorizedOperation"));
    assert!(answer.text("Message").starts_with("policy `broken` cannot be understood"));
}

#[tokio::test]
async fn a_group_that_is_missing_denies() {
    let lab = Lab::start().await;
    let members = [user("no-policy-user", &[("all", ALLOW_ALL)], &["gone"])];
    lab.emulator.holds(details(&members, &[], &[]));
    let user = lab.key_of("no-policy-user").await;
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    assert_eq!(answer.text("Message"), "the policies of group `gone` cannot be read");
}

#[tokio::test]
async fn what_is_not_mapped_is_refused_but_to_root() {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("ec2-user", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    let json = |signing: &crate::client::Signing| {
        signing.json(lab.gate.url(), "ssm", "AmazonSSM.CancelCommand", r#"{"CommandId":"c"}"#)
    };
    json(&user).send().await.refused(
        400,
        "AccessDeniedException",
        "the gate does not know which permissions `ssm:CancelCommand` needs, so it cannot allow it",
    );
    assert!(lab.emulator.seen("CancelCommand").is_empty());
    json(&lab.as_root()).send().await.allowed();
}

#[tokio::test]
async fn a_dry_run_is_answered_by_the_gate() {
    let lab = Lab::start().await;
    let call = format!("{DESCRIBE}&DryRun=true");
    let user = lab.key_of("ec2-user").await;
    lab.query(&user, "ec2", &call).send().await.refused(
        412,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    );
    let user = lab.key_of("no-policy-user").await;
    lab.query(&user, "ec2", &call).send().await.refused(403, "UnauthorizedOperation", NO_POLICY);
    assert!(lab.emulator.seen("DescribeInstances").is_empty());
}

#[tokio::test]
async fn an_instance_is_told_from_another() {
    let lab = Lab::start().await;
    let one = ALLOW_EC2.replace(
        "\"Resource\":\"*\"",
        "\"Resource\":\"arn:aws:ec2:*:*:instance/i-0123456789abcdef0\"",
    );
    lab.emulator.holds(details(&[user("ec2-user", &[("one", &one)], &[])], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    let stop = |ids: &str| format!("Action=StopInstances&Version=2016-11-15{ids}");
    let mine = stop("&InstanceId.1=i-0123456789abcdef0");
    lab.query(&user, "ec2", &mine).send().await.allowed();
    for ids in [
        "&InstanceId.1=i-0123456789abcdef1",
        "&InstanceId.1=i-0123456789abcdef0&InstanceId.2=i-0123456789abcdef1",
        "",
    ] {
        let answer = lab.query(&user, "ec2", &stop(ids)).send().await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (403, "UnauthorizedOperation"));
        assert!(answer.text("Message").contains(" on resource: arn:aws:ec2:ap-northeast-2:"));
        assert!(answer.text("Message").contains(". Encoded authorization failure message: "));
    }
    assert_eq!(lab.emulator.seen("StopInstances").len(), 1);
}

#[tokio::test]
async fn a_resource_named_otherwise_than_by_its_id_is_refused() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let call = "Action=DeleteSecurityGroup&Version=2016-11-15&GroupName=default";
    lab.query(&user, "ec2", call).send().await.refused(
        403,
        "UnauthorizedOperation",
        "the gate cannot tell which resource `GroupName` means, so it cannot allow \
         `ec2:DeleteSecurityGroup`",
    );
    for call in [
        "Version=2016-11-15&Action=DisassociateAddress&AssociationId=eipassoc-0123456789abcdef0",
        "Version=2016-11-15&Action=CreateTags&ResourceId.1=key-0123456789abcdef0&Tag.1.Key=a&Tag.1.Value=b",
        "Version=2016-11-15&Action=CreateTags&ResourceId.1=x&Tag.1.Key=a&Tag.1.Value=b",
    ] {
        let answer = lab.query(&user, "ec2", call).send().await;
        assert!(answer.text("Message").starts_with("the gate cannot tell which resource"));
    }
    let tag = "Version=2016-11-15&Action=CreateTags&ResourceId.1=i-0123456789abcdef0&Tag.1.Key=a&\
               Tag.1.Value=key-0123456789abcdef0";
    lab.query(&user, "ec2", tag).send().await.allowed();
    lab.query(&lab.as_root(), "ec2", call).send().await.allowed();
}

#[tokio::test]
async fn an_instance_with_a_role_needs_the_permission_to_pass_it() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let run = "Action=RunInstances&Version=2016-11-15&ImageId=ami-0123456789abcdef0&MinCount=1&\
               MaxCount=1&InstanceType=t2.micro";
    lab.query(&user, "ec2", run).send().await.allowed();
    let call = format!("{run}&IamInstanceProfile.Name=admin");
    let answer = lab.query(&user, "ec2", &call).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "UnauthorizedOperation"));
    assert!(answer.text("Message").contains("is not authorized to perform: iam:PassRole on"));
}

#[tokio::test]
async fn a_service_control_policy_binds_everybody() {
    let lab = Lab::start().await;
    let set = |levels: &str| {
        let policies = iam_gate::ServiceControlPolicies::parse(levels).unwrap();
        lab.gate.set_service_control_policies(policies);
    };
    set(&format!(
        r#"[[{ALLOW_ALL}], [{ALLOW_ALL}, {{"name": "no-ec2", "document": {DENY_EC2}}}]]"#
    ));
    let user = lab.key_of("ec2-user").await;
    for (signing, arn) in [(&user, "user/ec2-user"), (&lab.as_root(), "root")] {
        lab.query(signing, "ec2", DESCRIBE).send().await.refused(
            403,
            "UnauthorizedOperation",
            &format!(
                "You are not authorized to perform this operation. User: \
                 arn:aws:iam::278805249149:{arn} is not authorized to perform: \
                 ec2:DescribeInstances with an explicit deny in a service control policy"
            ),
        );
        let record = lab.gate.decisions().last().cloned().unwrap();
        assert_eq!(record.deciding_statement, ["no-ec2#statement 1"]);
    }
    set(&format!("[[{ALLOW_ALL}], [{}]]", ALLOW_EC2.replace("ec2:*", "s3:*")));
    let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
    assert!(
        answer
            .text("Message")
            .ends_with("because no service control policy allows the ec2:DescribeInstances action")
    );
    set("[[]]");
    assert_eq!(lab.query(&user, "ec2", DESCRIBE).send().await.status, 403);
    set("[]");
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
}

#[tokio::test]
async fn tags_in_the_call_are_conditions() {
    let lab = Lab::start().await;
    let tagged = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*",
        "Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"a"}}}]}"#;
    lab.emulator.holds(details(&[user("ec2-user", &[("tagged", tagged)], &[])], &[], &[]));
    let user = lab.key_of("ec2-user").await;
    let create = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0/16&\
                  TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=team&\
                  TagSpecification.1.Tag.1.Value=";
    lab.query(&user, "ec2", &format!("{create}a")).send().await.allowed();
    assert_eq!(lab.query(&user, "ec2", &format!("{create}b")).send().await.status, 403);
    let secret = |tags: &str| {
        let body = format!(r#"{{"Name":"n"{tags}}}"#);
        user.json(lab.gate.url(), "secretsmanager", "secretsmanager.CreateSecret", &body).send()
    };
    secret(r#","Tags":[{"Key":"team","Value":"a"}]"#).await.allowed();
    for tags in ["", r#","Tags":[{"Key":"team","Value":"b"}]"#, r#","Tags":[{"Key":"team"}]"#] {
        assert_eq!(secret(tags).await.status, 400, "{tags}");
    }
}
