//! `explain --action`, with policies from files and from an account.

mod answers;
mod beside;
mod elsewhere;
mod forms;
mod further;
mod live;
mod omitted;
mod own_rules;
mod request;

use crate::aws::{Aws, query_error};
use crate::explain::with_administrator;
use crate::sealed::Sealed;

const EC2: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Look", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
    {"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*",
     "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
    {"Effect": "Allow", "Action": "ec2:StopInstances",
     "Resource": "arn:aws:ec2:*:*:instance/*",
     "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue",
                                    "aws:RequestedRegion": "us-east-1"}}},
    {"Sid": "NeverThat", "Effect": "Deny", "Action": "ec2:Terminate*", "Resource": "*"}
  ]
}
"#;

fn sealed() -> Sealed {
    let sealed = Sealed::with_config(
        "[profile.google]\nrole_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'\n\
         region = 'ap-northeast-2'\n",
    );
    sealed.file("ec2.json", EC2);
    sealed
}

/// Where files judge, they are all there is: what is left out is for `omitted`.
fn explain(sealed: &Sealed, action: &str, more: &[&str]) -> String {
    let mut words = vec!["explain", "--action", action];
    words.extend(more);
    if more.contains(&"--policy-file") {
        words.push("--no-other-policies");
    }
    sealed.transcript(&words)
}

/// The same without a word on what is left out.
fn explain_alone(sealed: &Sealed, action: &str, more: &[&str]) -> String {
    sealed.transcript(&[&["explain", "--action", action], more].concat())
}

/// The answer of an account that is in no organization.
fn no_organization() -> (&'static str, u16, String) {
    let answer = r#"{"__type": "AWSOrganizationsNotInUseException", "message": "m"}"#;
    ("DescribeOrganization", 400, answer.to_owned())
}

const FILE: [&str; 2] = ["--policy-file", "ec2.json"];

#[test]
fn what_is_allowed_names_the_statement_that_allows_it() {
    insta::assert_snapshot!(explain(&sealed(), "ec2:DescribeInstances", &FILE));
}

#[test]
fn what_nobody_allows_is_denied_with_the_statement_that_would() {
    insta::assert_snapshot!("implicit", explain(&sealed(), "ec2:RunInstances", &FILE));
    let words = ["--policy-file", "ec2.json", "--output", "json"];
    insta::assert_snapshot!("implicit-json", explain(&sealed(), "ec2:RunInstances", &words));
}

#[test]
fn an_explicit_deny_is_named() {
    insta::assert_snapshot!(explain(&sealed(), "ec2:TerminateInstances", &FILE));
}

#[test]
fn what_hangs_on_an_unknown_key_cannot_be_told_until_it_is_given() {
    let sealed = sealed();
    let at = |address: &str| {
        let given = format!("aws:SourceIp={address}");
        explain(&sealed, "ec2:StartInstances", &["--policy-file", "ec2.json", "--context", &given])
    };
    insta::assert_snapshot!("unknown", explain(&sealed, "ec2:StartInstances", &FILE));
    assert!(at("203.0.113.7").contains("allowed: `ec2:StartInstances`"));
    insta::assert_snapshot!("known", at("198.51.100.1"));
}

#[test]
fn only_what_does_not_fit_is_to_be_mended() {
    let instance = "arn:aws:ec2:ap-northeast-2:278805249149:instance/i-0123456789abcdef0";
    let words = [
        "--policy-file",
        "ec2.json",
        "--resource",
        instance,
        "--context",
        "aws:PrincipalTag/team=blue",
    ];
    insta::assert_snapshot!(explain(&sealed(), "ec2:StopInstances", &words));
}

#[test]
fn an_answer_that_hangs_on_the_resource_cannot_be_told_without_it() {
    let sealed = sealed();
    sealed.file(
        "buckets.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mine/*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::logs/*"}]}"#,
    );
    let told = |action: &str, resource: &[&str]| {
        let mut words = vec!["--policy-file", "buckets.json"];
        words.extend(resource);
        explain(&sealed, action, &words)
    };
    insta::assert_snapshot!("no-resource", told("s3:GetObject", &[]));
    assert!(told("s3:PutObject", &[]).contains("cannot tell: `s3:PutObject`"));
    assert!(told("s3:DeleteObject", &[]).contains("denied: `s3:DeleteObject`"));
    let (mine, logs) = ("arn:aws:s3:::mine/a", "arn:aws:s3:::logs/a");
    let own = ["--resource", mine, "--context", "aws:ResourceAccount=278805249149"];
    assert!(told("s3:GetObject", &own).contains("allowed: `s3:GetObject`"));
    assert!(told("s3:GetObject", &["--resource", logs]).contains("denied: `s3:GetObject`"));
    assert!(told("s3:PutObject", &["--resource", logs]).contains("denied: `s3:PutObject`"));
}

#[test]
fn every_policy_type_must_allow() {
    let sealed = sealed();
    sealed.file(
        "narrow.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
    );
    for option in ["--permissions-boundary-file", "--session-policy-file"] {
        let words = ["--policy-file", "ec2.json", option, "narrow.json"];
        let text = explain(&sealed, "ec2:DescribeInstances", &words);
        assert!(text.contains("denied: ") && text.ends_with("--- exit status 3"), "{text}");
        assert!(
            text.contains(r#"`{"Effect": "Allow", "Action": "ec2:DescribeInstances","#),
            "{text}"
        );
    }
    let words = ["--policy-file", "ec2.json", "--service-control-policy-file", "narrow.json"];
    insta::assert_snapshot!(explain(&sealed, "ec2:DescribeInstances", &words));
}

#[test]
fn a_policy_that_was_not_read_is_not_guessed() {
    let sealed = sealed();
    sealed.file(
        "all.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
    );
    for (action, resource) in [
        ("kms:Decrypt", "arn:aws:kms:ap-northeast-2:278805249149:key/k"),
        ("sts:AssumeRole", "arn:aws:iam::278805249149:role/other"),
        ("sqs:SendMessage", "arn:aws:sqs:ap-northeast-2:111122223333:queue"),
    ] {
        let words = ["--policy-file", "all.json", "--resource", resource];
        let text = explain_alone(&sealed, action, &words);
        assert!(text.contains("cannot tell: ") && text.ends_with("--- exit status 6"), "{text}");
        assert!(text.contains("it hangs on `the resource's own policy`"), "{text}");
    }
}

#[test]
fn what_is_typed_wrong_is_told() {
    let sealed = sealed();
    for (name, action, words) in [
        ("wrong-action", "ec2", &FILE[..]),
        ("wrong-wildcard", "ec2:*", &FILE[..]),
        ("wrong-spelling", "ec2:DescribeInstance", &FILE[..]),
        ("wrong-context", "ec2:RunInstances", &["--context", "SourceIp"][..]),
        ("wrong-principal", "ec2:RunInstances", &["--principal", "ada"][..]),
        ("wrong-file", "ec2:RunInstances", &["--policy-file", "nowhere.json"][..]),
    ] {
        insta::assert_snapshot!(name, explain(&sealed, action, words));
    }
    insta::assert_snapshot!("wrong-alone", sealed.transcript(&["explain", "--resource", "*"]));
}

fn response(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>\
         {result}</{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
         </{action}Response>"
    )
}

/// An account with one role: an attached policy, an inline one, and a boundary.
fn account() -> Aws {
    account_with(&[])
}

fn account_with(more: &[(&'static str, u16, String)]) -> Aws {
    let encoded =
        |document: &str| document.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let arn = "arn:aws:iam::278805249149:policy/ec2";
    let role = "<Path>/</Path><RoleName>google-oidc-role</RoleName><RoleId>AROA</RoleId>\
        <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
        <CreateDate>2026-01-01T00:00:00Z</CreateDate><PermissionsBoundary>\
        <PermissionsBoundaryType>Policy</PermissionsBoundaryType>\
        <PermissionsBoundaryArn>arn:aws:iam::278805249149:policy/ec2</PermissionsBoundaryArn>\
        </PermissionsBoundary><Tags><member><Key>team</Key><Value>blue</Value></member></Tags>";
    let policy = format!(
        "<Policy><PolicyName>ec2</PolicyName><Arn>{arn}</Arn>\
         <DefaultVersionId>v3</DefaultVersionId></Policy>"
    );
    let version = format!(
        "<PolicyVersion><VersionId>v3</VersionId><Document>{}</Document></PolicyVersion>",
        encoded(EC2)
    );
    let inline = format!(
        "<RoleName>google-oidc-role</RoleName><PolicyName>mine</PolicyName>\
         <PolicyDocument>{}</PolicyDocument>",
        encoded(
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#
        )
    );
    let attached = format!(
        "<IsTruncated>false</IsTruncated><AttachedPolicies><member><PolicyName>ec2</PolicyName>\
         <PolicyArn>{arn}</PolicyArn></member></AttachedPolicies>"
    );
    let names = "<IsTruncated>false</IsTruncated><PolicyNames><member>mine</member></PolicyNames>";
    let mut answers = vec![
        ("GetRole", 200, response("GetRole", &format!("<Role>{role}</Role>"))),
        ("ListAttachedRolePolicies", 200, response("ListAttachedRolePolicies", &attached)),
        ("ListRolePolicies", 200, response("ListRolePolicies", names)),
        ("GetRolePolicy", 200, response("GetRolePolicy", &inline)),
        ("GetPolicy", 200, response("GetPolicy", &policy)),
        ("GetPolicyVersion", 200, response("GetPolicyVersion", &version)),
        no_organization(),
    ];
    answers.extend(more.iter().cloned());
    Aws::answering_by_action(&answers)
}

#[test]
fn live_policies_are_read_whole() {
    let aws = account();
    let sealed = with_administrator(sealed(), &aws);
    insta::assert_snapshot!("live-allowed", explain(&sealed, "ec2:DescribeInstances", &[]));
    // The inline policy allows it, the boundary does not.
    insta::assert_snapshot!("live-boundary", explain(&sealed, "s3:GetObject", &[]));
    let requests = aws.requests().join("\n");
    assert!(requests.contains("VersionId=v3"), "{requests}");
    assert!(!requests.contains("canary"), "{requests}");
}

#[test]
fn the_caller_is_whoever_aws_says() {
    let identity = "<UserId>AROA:ada</UserId><Account>278805249149</Account>\
        <Arn>arn:aws:sts::278805249149:assumed-role/google-oidc-role/ada</Arn>";
    let aws = account_with(&[("GetCallerIdentity", 200, response("GetCallerIdentity", identity))]);
    let sealed = with_administrator(sealed(), &aws);
    let words = ["--principal", "caller"];
    insta::assert_snapshot!("caller", explain(&sealed, "ec2:DescribeInstances", &words));
    let refused = query_error("InvalidClientTokenId", "The security token is invalid.");
    let aws = Aws::answering(403, &refused);
    let sealed = with_administrator(crate::explain_action::sealed(), &aws);
    insta::assert_snapshot!("caller-refused", explain(&sealed, "ec2:RunInstances", &words));
}

#[test]
fn a_policy_that_may_not_be_read_is_no_explanation() {
    let denied = query_error("AccessDenied", "User: x is not authorized to perform: iam:GetRole");
    let aws = Aws::answering(403, &denied);
    let sealed = with_administrator(sealed(), &aws);
    insta::assert_snapshot!(explain(&sealed, "ec2:DescribeInstances", &[]));
}

const EVERYTHING: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// Verdict and exit status of an action under a policy, and what was said beside it.
fn told(policy: &str, action: &str, resource: Option<&str>) -> String {
    let sealed = sealed();
    sealed.file("p.json", policy);
    let mut words = vec!["--policy-file", "p.json"];
    words.extend(resource.into_iter().flat_map(|arn| ["--resource", arn]));
    explain(&sealed, action, &words)
}

#[test]
fn a_resource_that_an_action_is_never_checked_on_is_a_mistake() {
    for (action, resource, form) in [
        ("ec2:DescribeInstances", "arn:aws:ec2:us-east-1:278805249149:instance/i-1", "no resource"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::acme/x", "`arn:${Partition}:s3:::"),
        ("s3:ListBucket", "arn:aws:s3:::acme-bucket/x", "`arn:${Partition}:s3:::${BucketName}`"),
        ("s3:GetObject", "arn:aws:s3:::acme-bucket", "${BucketName}/${ObjectName}`"),
        ("ec2:StartInstances", "arn:aws:ec2:us-east-1::instance/i-1", "instance/${InstanceId}`"),
        ("iam:GetRole", "arn:aws:iam::278805249149:user/ada", "role/"),
        ("sqs:SendMessage", "queue", "arn:${Partition}:sqs:"),
    ] {
        let text = told(EVERYTHING, action, Some(resource));
        assert!(text.contains(form) && text.ends_with("--- exit status 2"), "{action} {text}");
        assert!(!text.contains("allowed:"), "{text}");
    }
}

#[test]
fn an_action_that_does_not_exist_is_not_allowed() {
    for (action, near) in [
        ("s3:ListObjects", "did you mean `--action s3:ListBucket`?"),
        ("s3:HeadObject", "did you mean `--action s3:GetObject`?"),
        ("ec2:DescribeInstance", "did you mean `--action ec2:DescribeInstances`?"),
        ("iam:Nothing", "Service Authorization Reference"),
    ] {
        let text = told(EVERYTHING, action, None);
        assert!(text.contains(near) && text.ends_with("--- exit status 2"), "{text}");
    }
    let text = told(EVERYTHING, "nobody:Knows", None);
    assert!(text.contains("cannot tell: ") && text.ends_with("--- exit status 6"), "{text}");
}
