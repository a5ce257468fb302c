//! `explain --action`, with policies from files and from an account.

use crate::aws::{Aws, query_error};
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

fn explain(sealed: &Sealed, action: &str, more: &[&str]) -> String {
    let mut words = vec!["explain", "--action", action];
    words.extend(more);
    sealed.transcript(&words)
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
    assert!(told("s3:GetObject", &["--resource", mine]).contains("allowed: `s3:GetObject`"));
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
        let text = explain(&sealed, action, &words);
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
    ];
    answers.extend(more.iter().cloned());
    Aws::answering_by_action(&answers)
}

fn with_administrator(sealed: Sealed, aws: &Aws) -> Sealed {
    sealed
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
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

#[test]
fn a_call_on_several_resources_is_not_allowed_by_one() {
    let one = |pattern: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "ec2:RunInstances",
               "Resource": "arn:aws:ec2:*:*:{pattern}"}}}}"#
        )
    };
    let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    let text = told(&one("instance/*"), "ec2:RunInstances", Some(instance));
    assert!(text.contains("cannot tell: ") && text.contains("the image"), "{text}");
    assert!(text.ends_with("--- exit status 6"), "{text}");
    let text = told(&one("subnet/*"), "ec2:RunInstances", Some(instance));
    assert!(text.contains("denied: ") && text.ends_with("--- exit status 3"), "{text}");
    let text = told(EVERYTHING, "ec2:RunInstances", Some(instance));
    assert!(text.contains("allowed: ") && text.ends_with("--- exit status 0"), "{text}");
}

#[test]
fn a_policy_on_resources_allows_no_action_without_any() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "ec2:DescribeInstances", "Resource": "arn:aws:ec2:*:*:instance/*"}}"#;
    let text = told(policy, "ec2:DescribeInstances", None);
    assert!(text.contains("denied: ") && text.ends_with("--- exit status 3"), "{text}");
}

#[test]
fn a_key_that_no_request_carries_settles_nothing() {
    let sealed = sealed();
    sealed.file(
        "tagged.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*",
            "Resource": "*", "Condition": {"StringEquals": {"ec2:ResourceTag/Owner": "dev"}}}}"#,
    );
    let told = |action: &str, key: &str| {
        let given = format!("{key}=dev");
        explain(&sealed, action, &["--policy-file", "tagged.json", "--context", &given])
    };
    for key in ["ec2:ResourceTag/Owner", "ec2:InstanceType", "aws:ResourceTag/Owner"] {
        let text = told("ec2:DescribeInstances", key);
        assert!(text.contains(&format!("carries the condition key `{key}`")), "{text}");
        assert!(text.ends_with("--- exit status 2"), "{text}");
    }
    let text = told("ec2:StartInstances", "ec2:ResourceTag/Owner");
    assert!(text.contains("allowed: "), "{text}");
}

/// Every one of several is asked, and one no is a no.
#[test]
fn a_call_on_several_resources_is_allowed_by_all_of_them() {
    let sealed = sealed();
    sealed.file(
        "run.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": [
                "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:subnet/subnet-1",
                "arn:aws:ec2:*::image/*", "arn:aws:ec2:*:*:network-interface/*",
                "arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:volume/*"]}]}"#,
    );
    let of = |kinds: &[&str]| {
        let mut words = vec!["--policy-file".to_owned(), "run.json".to_owned()];
        for kind in kinds {
            let account = if kind.starts_with("image") { "" } else { "278805249149" };
            let arn = format!("arn:aws:ec2:us-east-1:{account}:{kind}");
            words.extend(["--resource".to_owned(), arn]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        explain(&sealed, "ec2:RunInstances", &words)
    };
    let some = of(&["instance/*", "image/ami-1"]);
    assert!(some.contains("cannot tell: the call is on 2 resources"), "{some}");
    assert!(some.contains("the subnet") && !some.contains("the image`"), "{some}");
    let all = [
        "instance/*",
        "image/ami-1",
        "subnet/subnet-1",
        "network-interface/*",
        "security-group/sg-1",
        "volume/*",
    ];
    let told = of(&all);
    assert!(told.ends_with("--- exit status 0"), "{told}");
    let mut other = all;
    other[2] = "subnet/subnet-2";
    let told = of(&other);
    assert!(told.contains("denied: the call is on 6 resources"), "{told}");
    assert!(
        told.contains(
            "denied: `ec2:RunInstances` on `arn:aws:ec2:us-east-1:278805249149:subnet/subnet-2`"
        ),
        "{told}"
    );
    assert!(told.ends_with("--- exit status 3"), "{told}");
}

/// An absence is said, not guessed: it settles what an unknown key leaves open.
#[test]
fn a_key_can_be_said_to_be_absent() {
    let sealed = sealed();
    sealed.file(
        "mfa.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition":
                {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
            {"Effect": "Deny", "Action": "ec2:CreateTags", "Resource": "*", "Condition":
                {"Null": {"aws:RequestTag/team": "true"}}}]}"#,
    );
    let told = |action: &str, more: &[&str]| {
        let mut words = vec!["--policy-file", "mfa.json"];
        words.extend(more);
        explain(&sealed, action, &words)
    };
    let absent = ["--context-absent", "aws:MultiFactorAuthPresent"];
    let open = told("ec2:DescribeInstances", &[]);
    assert!(open.contains("--context-absent aws:multifactorauthpresent"), "{open}");
    assert!(open.ends_with("--- exit status 6"), "{open}");
    let denied = told("ec2:DescribeInstances", &absent);
    assert!(denied.ends_with("--- exit status 3"), "{denied}");
    let with = ["--context", "aws:MultiFactorAuthPresent=true"];
    assert!(told("ec2:DescribeInstances", &with).ends_with("--- exit status 0"));
    // Tags: none at all, all of them, or only some that are known.
    let volume = "arn:aws:ec2:us-east-1:278805249149:volume/vol-1";
    let base = ["--resource", volume, with[0], with[1]];
    for (more, status) in [
        (&["--context-absent", "aws:TagKeys"][..], 3),
        (&["--context-absent", "aws:RequestTag/team"], 3),
        (&["--context-absent", "aws:RequestTag/teams"], 6),
        (&["--context", "aws:TagKeys=x", "--context", "aws:RequestTag/x=1"], 3),
        (&["--context", "aws:TagKeys=team"], 6),
        (&["--context", "aws:RequestTag/team=blue"], 0),
    ] {
        let words = [&base[..], more].concat();
        let text = told("ec2:CreateTags", &words);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{more:?}: {text}");
    }
    let both = [&absent[..], &with].concat();
    let text = told("ec2:DescribeInstances", &both);
    assert!(text.contains("given by `--context` and by `--context-absent`"), "{text}");
    assert!(text.ends_with("--- exit status 2"), "{text}");
}

/// Answers of an account in which `google-oidc-role` may do everything.
fn all_powerful(more: &[(&'static str, u16, String)]) -> Aws {
    let mut answers = vec![(
        "GetRolePolicy",
        200,
        response(
            "GetRolePolicy",
            &format!(
                "<RoleName>r</RoleName><PolicyName>mine</PolicyName><PolicyDocument>{}\
                 </PolicyDocument>",
                EVERYTHING.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>()
            ),
        ),
    )];
    let names = "<IsTruncated>false</IsTruncated><PolicyNames><member>mine</member></PolicyNames>";
    answers.push(("ListRolePolicies", 200, response("ListRolePolicies", names)));
    let none = "<IsTruncated>false</IsTruncated><AttachedPolicies></AttachedPolicies>";
    answers.push(("ListAttachedRolePolicies", 200, response("ListAttachedRolePolicies", none)));
    answers.extend(more.iter().cloned());
    Aws::answering_by_action(&answers)
}

/// A role with this trust policy, which is both who asks and what is asked for.
fn role_with(trust: &str) -> String {
    let trust = trust.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let role = format!(
        "<Path>/</Path><RoleName>google-oidc-role</RoleName><RoleId>AROA</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>"
    );
    response("GetRole", &format!("<Role>{role}</Role>"))
}

const ROLE: &str = "arn:aws:iam::278805249149:role/google-oidc-role";

#[test]
fn the_trust_policy_of_the_role_to_assume_is_read() {
    let trusts = |who: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"AWS":
               "{who}"}}, "Action": "sts:AssumeRole"}}}}"#
        )
    };
    let no_tags = response("ListRoleTags", "<IsTruncated>false</IsTruncated><Tags/>");
    for (who, status) in
        [("arn:aws:iam::278805249149:root", 0), ("arn:aws:iam::111122223333:root", 3)]
    {
        let aws = all_powerful(&[
            ("GetRole", 200, role_with(&trusts(who))),
            ("ListRoleTags", 200, no_tags.clone()),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain(&sealed, "sts:AssumeRole", &["--resource", ROLE]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{who}: {text}");
        assert!(text.contains("role trust policy"), "{text}");
        // Tagging the session is asked of the same policy, which does not allow it.
        let text = explain(&sealed, "sts:TagSession", &["--resource", ROLE]);
        assert!(text.ends_with("--- exit status 3"), "{text}");
    }
}

#[test]
fn the_policy_and_tags_of_the_resource_are_read() {
    let trust = role_with(EVERYTHING);
    let denies = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/secret/*"}]}"#;
    let absent = "<Error><Code>NoSuchBucketPolicy</Code><Message>m</Message></Error>".to_owned();
    let refused = "<Error><Code>AccessDenied</Code><Message>m</Message></Error>".to_owned();
    for (answer, object, status) in [
        ((200, denies.to_owned()), "secret/x", 3),
        ((200, denies.to_owned()), "open/x", 0),
        ((404, absent), "secret/x", 0),
        // Of another account perhaps: no yes.
        ((403, refused), "secret/x", 6),
    ] {
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("GetBucketPolicy", answer.0, answer.1),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let resource = format!("arn:aws:s3:::b/{object}");
        let text = explain(&sealed, "s3:GetObject", &["--resource", &resource]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{object}: {text}");
    }
    let tagged = "<DescribeTagsResponse><tagSet><item><resourceId>i-1</resourceId>\
        <key>team</key><value>blue</value></item></tagSet></DescribeTagsResponse>";
    let by_tag = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*",
        "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "TEAM"}}}}"#;
    for (team, status) in [("blue", 0), ("red", 3)] {
        let inline = by_tag.replace("TEAM", team);
        let encoded: String = inline.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("DescribeTags", 200, tagged.to_owned()),
        ]);
        let policy = format!(
            "<RoleName>r</RoleName><PolicyName>mine</PolicyName>\
             <PolicyDocument>{encoded}</PolicyDocument>"
        );
        let mut answers = vec![("GetRolePolicy", 200, response("GetRolePolicy", &policy))];
        answers.extend(aws.answers());
        aws.answers_from_now_on(&answers);
        let sealed = with_administrator(sealed(), &aws);
        let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
        let text = explain(&sealed, "ec2:StopInstances", &["--resource", instance]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{team}: {text}");
    }
}

#[test]
fn policies_of_json_services_are_read() {
    let trust = role_with(EVERYTHING);
    let key = "arn:aws:kms:us-east-1:278805249149:key/k";
    let tags = r#"{"Tags": [{"TagKey": "team", "TagValue": "blue"}], "Truncated": false}"#;
    for (principal, status) in
        [("arn:aws:iam::278805249149:root", 0), ("arn:aws:iam::111122223333:root", 3)]
    {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal":
               {{"AWS": "{principal}"}}, "Action": "kms:*", "Resource": "*"}}}}"#
        );
        let answer = serde_json::json!({ "Policy": policy }).to_string();
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("GetKeyPolicy", 200, answer),
            ("ListResourceTags", 200, tags.to_owned()),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain(&sealed, "kms:Decrypt", &["--resource", key]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{principal}: {text}");
        let bodies = aws.requests().join("\n");
        assert!(!bodies.contains("canary"), "{bodies}");
    }
}
