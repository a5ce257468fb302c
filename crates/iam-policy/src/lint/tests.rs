//! Lint rules: each finding with its place.

use super::*;

/// `code line:column` of every finding.
fn found(text: &str, kind: PolicyKind) -> Vec<String> {
    lint(text, kind)
        .into_iter()
        .map(|finding| {
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
            format!(
                "{} {} {}:{}",
                finding.severity.name(),
                finding.code,
                finding.line,
                finding.column
            )
        })
        .collect()
}

const TUTORIAL: &str = r#"{
    "Version": "2012-10-17",
    "Statement":
        {
            "Effect": "Allow",
            "Principal": {"Federated": "accounts.google.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.google.com:aud": "client"}}
        }
    ]
}
"#;

#[test]
fn the_tutorials_file_lacks_its_bracket() {
    let findings = lint(TUTORIAL, PolicyKind::Trust);
    let [finding] = findings.as_slice() else { panic!("one finding") };
    assert_eq!((finding.line, finding.column), (4, 9));
    assert_eq!(finding.message, "a list begins here but its opening `[` is missing");
    assert_eq!(finding.excerpt(TUTORIAL), "4 |         {\n  |         ^");
    let mended = mend(TUTORIAL).unwrap();
    assert_eq!(mended, TUTORIAL.replacen("        {\n", "        [{\n", 1));
    assert_eq!(found(&mended, PolicyKind::Trust), ["warning audience-without-subject 6:40"]);
}

fn trust(principal: &str, action: &str, condition: &str) -> String {
    format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\",\n\
         \"Principal\": {principal},\n\"Action\": \"{action}\",\n\"Condition\": {condition}}}]}}"
    )
}

const GOOGLE: &str = r#"{"Federated": "accounts.google.com"}"#;
const GITHUB: &str = r#"{"Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com"}"#;
const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

#[test]
fn a_careful_trust_policy_has_no_findings() {
    let condition =
        r#"{"StringEquals": {"accounts.google.com:aud": "c", "accounts.google.com:sub": "1"}}"#;
    assert_eq!(found(&trust(GOOGLE, ASSUME, condition), PolicyKind::Trust), [""; 0]);
    let condition = r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}"#;
    assert_eq!(found(&trust(GITHUB, ASSUME, condition), PolicyKind::Trust), [""; 0]);
}

#[test]
fn trust_policies_that_let_in_too_many() {
    let google = |condition: &str| found(&trust(GOOGLE, ASSUME, condition), PolicyKind::Trust);
    assert_eq!(google("{}"), ["warning anybody 2:28"]);
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:sub": "1"}}"#),
        ["suggestion subject-without-audience 2:28"]
    );
    assert_eq!(
        google(r#"{"StringEqualsIfExists": {"accounts.google.com:sub": "1"}}"#),
        ["warning anybody 2:28", "warning if-exists-on-claim 4:15"]
    );
    assert_eq!(
        google(r#"{"StringLike": {"accounts.google.com:sub": "*"}}"#),
        ["warning anybody 2:28"]
    );
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:email": "a@b"}}"#),
        ["warning anybody 2:28", "warning unknown-condition-key 4:32"]
    );
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:sbu": "1"}}"#),
        ["warning anybody 2:28", "warning unknown-condition-key 4:32"]
    );
    assert_eq!(
        found(&trust(GOOGLE, "sts:AssumeRole", "{}"), PolicyKind::Trust),
        ["warning wrong-assume-action 3:11"]
    );
    assert_eq!(
        found(&trust("\"*\"", "sts:AssumeRole", "{}"), PolicyKind::Trust),
        ["warning principal-everybody 2:14"]
    );
    assert_eq!(
        found(&trust(r#"{"Federated": "*"}"#, ASSUME, "{}"), PolicyKind::Trust),
        ["warning principal-everybody 2:28"]
    );
    let narrowed = r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
    assert_eq!(found(&trust("\"*\"", "sts:AssumeRole", narrowed), PolicyKind::Trust), [""; 0]);
}

#[test]
fn github_subjects() {
    let subject = |value: &str| {
        let condition = format!(
            r#"{{"StringEquals": {{"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
"StringLike": {{"token.actions.githubusercontent.com:sub": "{value}"}}}}"#
        );
        found(&trust(GITHUB, ASSUME, &condition), PolicyKind::Trust)
            .into_iter()
            .map(|finding| finding.split(' ').nth(1).unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(subject("repo:acme/app:ref:refs/heads/main"), [""; 0]);
    assert_eq!(subject("repo:acme/app:environment:prod"), [""; 0]);
    assert_eq!(subject("repo:acme/app:ref:refs/heads/*"), ["github-any-branch"]);
    assert_eq!(subject("repo:acme/app:*"), ["github-pull-requests"]);
    assert_eq!(subject("repo:acme/app:pull_request"), ["github-pull-requests"]);
    assert_eq!(subject("repo:acme/*"), ["github-any-repository-of-owner", "github-pull-requests"]);
    assert_eq!(subject("repo:*/app:ref:refs/heads/main"), ["github-any-repository"]);
    assert_eq!(subject("repo:acme*"), ["github-any-repository"]);
    assert_eq!(subject("*acme*"), ["github-any-repository"]);
    assert_eq!(subject("*"), ["shared-issuer", "github-any-repository"]);
}

#[test]
fn subjects_of_anybody_at_an_issuer_that_many_share() {
    let found = |prefix: &str, value: &str| {
        let principal =
            format!("{{\"Federated\": \"arn:aws:iam::278805249149:oidc-provider/{prefix}\"}}");
        let conditions = format!(
            "{{\"StringLike\": {{\"{prefix}:sub\": \"{value}\"}}, \"StringEquals\": \
             {{\"{prefix}:aud\": \"a\"}}}}"
        );
        let text = trust(&principal, "sts:AssumeRoleWithWebIdentity", &conditions);
        found(&text, PolicyKind::Trust).iter().any(|it| it.contains("subject-of-anybody"))
    };
    for (prefix, value) in [
        ("gitlab.com", "project_path:*"),
        ("gitlab.com", "project_path:acme*:ref_type:branch:ref:main"),
        ("gitlab.com", "*/app:ref_type:branch:ref:main"),
        ("agent.buildkite.com", "organization:acme*"),
        ("app.terraform.io", "organization:*:project:web:*"),
        ("oidc.vercel.com", "owner:acme*"),
    ] {
        assert!(found(prefix, value), "{value}");
    }
    for (prefix, value) in [
        ("gitlab.com", "project_path:acme/*:ref_type:branch:ref:main"),
        ("agent.buildkite.com", "organization:acme:pipeline:*"),
        ("app.terraform.io", "organization:acme:project:web:*"),
        ("gitlab.example.com", "project_path:*"),
    ] {
        assert!(!found(prefix, value), "{value}");
    }
}

#[test]
fn built_in_providers_let_in_everybody_too() {
    let of = |principal: &str, conditions: &str| {
        let principal = format!("{{\"Federated\": \"{principal}\"}}");
        found(&trust(&principal, "sts:AssumeRoleWithWebIdentity", conditions), PolicyKind::Trust)
    };
    assert_eq!(of("cognito-identity.amazonaws.com", "{}"), ["error shared-issuer 2:28"]);
    assert_eq!(of("graph.facebook.com", "{}"), ["warning anybody 2:28"]);
    assert_eq!(of("www.amazon.com", "{}"), ["warning anybody 2:28"]);
    let app = r#"{"StringEquals": {"graph.facebook.com:app_id": "1"}}"#;
    assert_eq!(of("graph.facebook.com", app), [""; 0]);
    assert_eq!(of("https://accounts.google.com", "{}"), ["error bad-principal 2:28"]);
}

#[test]
fn a_key_is_that_of_its_issuer_or_not() {
    let of = |host: &str, key: &str| {
        let principal =
            format!("{{\"Federated\": \"arn:aws:iam::278805249149:oidc-provider/{host}\"}}");
        let conditions =
            format!("{{\"StringEquals\": {{\"{host}:aud\": \"a\", \"{key}\": \"b\"}}}}");
        let text = trust(&principal, "sts:AssumeRoleWithWebIdentity", &conditions);
        found(&text, PolicyKind::Trust).iter().any(|it| it.contains("key-of-another-issuer"))
    };
    assert!(!of("gitlab.example.com:8443", "gitlab.example.com:8443:sub"));
    assert!(!of("gitlab.example.com", "aws:RequestTag/a.b:c"));
    assert!(of("gitlab.example.com", "gitlab.example.com:8443:sub"));
    assert!(of("h.example/id/1", "arn:aws:iam::278805249149:oidc-provider/h.example/id/1:sub"));
    assert!(of("h.example", "https://h.example:sub"));
}

#[test]
fn issuers_that_many_share_must_be_narrowed() {
    assert_eq!(
        found(&trust(GITHUB, ASSUME, "{}"), PolicyKind::Trust),
        ["error shared-issuer 2:28"]
    );
    let other =
        r#"{"StringEquals": {"gitlab.com:sub": "project_path:a/b:ref_type:branch:ref:main"}}"#;
    assert_eq!(
        found(&trust(GITHUB, ASSUME, other), PolicyKind::Trust),
        ["error shared-issuer 2:28", "warning key-of-another-issuer 4:32"]
    );
}

fn identity(statement: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\", \"Statement\":\n{statement}}}")
}

#[test]
fn actions_and_keys_are_spelled_as_aws_spells_them() {
    let text = identity(
        r#"{"Effect": "Allow", "Action": ["ec2:DescribeInstance", "s4:GetObject", "s3:Gett*"],
"Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTags/team": "a", "s3:max-key": "1"}}}"#,
    );
    let findings = lint(&text, PolicyKind::Identity);
    let said: Vec<_> = findings
        .iter()
        .map(|finding| (finding.message.as_str(), finding.hint.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "`ec2:DescribeInstance` is no known action (as of 2026-10-27)",
                "did you mean `ec2:DescribeInstances`?"
            ),
            ("no service is known by the prefix `s4` (as of 2026-10-27)", "did you mean `s3`?"),
            (
                "`s3:Gett*` is no known action (as of 2026-10-27)",
                "check the spelling before the wildcard"
            ),
            (
                "no request is known to have the key `aws:PrincipalTags/team` (as of 2026-10-27)",
                "see the service's page in the Service Authorization Reference"
            ),
            (
                "no request is known to have the key `s3:max-key` (as of 2026-10-27)",
                "did you mean `s3:max-keys`?"
            ),
        ]
    );
}

#[test]
fn statements_that_say_more_or_less_than_they_seem_to() {
    for (statement, expected) in [
        (
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
            &["warning allows-everything 2:1"][..],
        ),
        (
            r#"{"Effect": "Allow", "Action": "*:*", "Resource": "*"}"#,
            &["warning allows-everything 2:1"],
        ),
        (
            r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#,
            &["warning not-action-allow 2:21"],
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::x"}"#,
            &["warning not-resource-allow 2:47"],
        ),
        (
            r#"{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "arn:aws:ec2:*:*:instance/*"}"#,
            &["warning no-resource-types 2:31"],
        ),
        (r#"{"Effect": "Allow", "Action": [], "Resource": "*"}"#, &["suggestion empty-list 2:21"]),
        (
            r#"{"Effect": "Deny", "Action": "sqs:SendMessage", "Resource": [
"arn:aws:sqs:*:${aws:PrincipalAccount}:jobs", "arn:aws:sqs:*:*:${aws:username}"]}"#,
            &["warning variable-before-resource-part 3:1"],
        ),
        (
            r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:username": "a", "AWS:Username": "b"}}}"#,
            &["warning repeated-condition-key 3:53"],
        ),
        (
            r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:username": "a"}, "StringNotEquals": {"AWS:Username": "b"}}}"#,
            &[],
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}"#,
            &["warning for-all-values-allow 3:15"],
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}}}"#,
            &[],
        ),
        (
            r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:TagKeys": "a*"}}}"#,
            &["warning set-operator-missing 3:15", "warning wildcard-in-equals 3:47"],
        ),
        (
            r#"{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*",
"Condition": {"NumericEquals": {"s3:max-keys": "ten"}, "Bool": {"aws:SecureTransport": "no"},
"DateLessThan": {"aws:CurrentTime": "soon"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/33"},
"BinaryEquals": {"a:b": "*"}, "ArnLike": {"aws:SourceArn":
["arn:aws:s3", "*", "${aws:PrincipalArn}", "arn:aws:s3:::bucket"]}}}"#,
            &[
                "warning value-does-not-fit 3:48",
                "warning value-does-not-fit 3:88",
                "warning value-does-not-fit 4:37",
                "warning value-does-not-fit 4:76",
                "warning value-does-not-fit 5:25",
                "warning value-does-not-fit 6:2",
            ],
        ),
    ] {
        assert_eq!(found(&identity(statement), PolicyKind::Identity), expected, "{statement}");
    }
}

/// Each finding's code, message and hint.
fn said(statement: &str) -> Vec<(&'static str, String, String)> {
    lint(&identity(statement), PolicyKind::Identity)
        .into_iter()
        .map(|finding| (finding.code, finding.message, finding.hint.unwrap_or_default()))
        .collect()
}

#[test]
fn arns_that_an_action_is_never_checked_on() {
    for (effect, action, resources, expected) in [
        ("Allow", "s3:GetObject", &["arn:aws:s3:::b"][..], &["wrong-resource-type"][..]),
        ("Allow", "s3:GetObject", &["arn:aws:s3:::b/"], &["no-such-resource"]),
        ("Allow", "s3:GetObject", &["arn:aws:s3:::b/*"], &[]),
        ("Allow", "s3:GetObject", &["arn:aws:s3:::b", "arn:aws:s3:::b/*"], &[]),
        ("Allow", "s3:GetObject", &["arn:aws:s3:::b*"], &[]),
        ("Allow", "s3:GetObject", &["*"], &[]),
        ("Allow", "s3:GetObject", &["arn:aws:sqs:us-east-1:1:q"], &["wrong-resource-type"]),
        (
            "Allow",
            "s3:GetObject",
            &["arn:aws:s3:us-east-1:278805249149:b/*"],
            &["no-such-resource"],
        ),
        ("Allow", "s3:ListBucket", &["arn:aws:s3:::b/*"], &["wrong-resource-type"]),
        ("Deny", "s3:ListBucket", &["arn:aws:s3:::b/*"], &["wrong-resource-type"]),
        ("Allow", "s3:ListBucket", &["arn:aws:s3:::b"], &[]),
        ("Allow", "s3:ListBuck*", &["arn:aws:s3:::b/*"], &["wrong-resource-type"]),
        ("Allow", "s3:*", &["arn:aws:s3:::b"], &[]),
        ("Allow", "s3:*", &["arn:aws:s3:::b/*"], &[]),
        ("Allow", "s3:PutBucketPolicy", &["arn:aws:s3:::b/*"], &["wrong-resource-type"]),
        ("Allow", "s3:ListAllMyBuckets", &["arn:aws:s3:::*"], &[]),
        ("Allow", "iam:ListUsers", &["arn:aws:iam::278805249149:user/*"], &[]),
        ("Allow", "iam:PassRole", &["arn:aws:iam::278805249149:user/*"], &["wrong-resource-type"]),
        (
            "Allow",
            "iam:PassRole",
            &["arn:aws:iam:us-east-1:278805249149:role/r"],
            &["no-such-resource"],
        ),
        (
            "Allow",
            "ec2:StartInstances",
            &["arn:aws:ec2:us-east-1::instance/*"],
            &["no-such-resource"],
        ),
        (
            "Allow",
            "ec2:StartInstances",
            &["arn:aws:ec2:us-east-1:278805249149:volume/*"],
            &["wrong-resource-type"],
        ),
        ("Allow", "ec2:StartInstances", &["arn:aws:ec2:*:*:instance/*"], &[]),
        (
            "Allow",
            "ec2:RunInstances",
            &["arn:aws:ec2:us-east-1::image/*", "arn:aws:ec2:us-east-1::instance/*"],
            &["no-such-resource"],
        ),
        ("Allow", "ec2:DescribeInstances", &["arn:aws:ec2:*:*:instance/*"], &["no-resource-types"]),
        ("Deny", "ec2:DescribeInstances", &["arn:aws:ec2:*:*:instance/*"], &[]),
        (
            "Allow",
            "sqs:SendMessage",
            &["arn:aws:sqs:us-east-1:278805249149"],
            &["no-such-resource"],
        ),
        (
            "Allow",
            "dynamodb:PutItem",
            &["arn:aws:dynamodb:*:*:table/t/index/*"],
            &["wrong-resource-type"],
        ),
        ("Allow", "dynamodb:Query", &["arn:aws:dynamodb:*:*:table/t/index/*"], &[]),
        ("Allow", "kms:Decrypt", &["arn:aws:kms:*:*:alias/a"], &["wrong-resource-type"]),
        (
            "Allow",
            "secretsmanager:GetSecretValue",
            &["arn:aws:secretsmanager:*:*:secret:app/db-??????"],
            &[],
        ),
        ("Allow", "logs:PutLogEvents", &["arn:aws:logs:*:*:log-group:/aws/lambda/f:*"], &[]),
        ("Allow", "logs:DescribeLogStreams", &["arn:aws:logs:*:*:log-group:/a:log-stream:*"], &[]),
        ("Allow", "ssm:GetParameter", &["arn:aws:ssm:*::parameter/aws/service/*"], &[]),
        ("Allow", "ssm:GetParameter", &["arn:aws:ssm:*:*:parameter/${aws:username}/*"], &[]),
    ] {
        let resources: Vec<_> = resources.iter().map(|arn| format!("\"{arn}\"")).collect();
        let statement = format!(
            r#"{{"Effect": "{effect}", "Action": "{action}", "Resource": [{}]}}"#,
            resources.join(",")
        );
        let codes: Vec<_> = said(&statement).into_iter().map(|(code, ..)| code).collect();
        assert_eq!(codes, expected, "{statement}");
    }
}

#[test]
fn a_wrong_arn_is_explained() {
    let statement =
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b/*"}"#;
    let (_, message, hint) = said(statement).remove(0);
    assert_eq!(
        message,
        "`s3:ListBucket` is checked on `accesspoint` or `bucket`, and no ARN under `Resource` can be of that"
    );
    assert_eq!(
        hint,
        "name resources such as `arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}` \
         or `arn:${Partition}:s3:::${BucketName}`"
    );
    for (action, arn, expected) in [
        (
            "ec2:StartInstances",
            "arn:aws:ec2:us-east-1::instance/*",
            "it has an account: `arn:aws:ec2:us-east-1:*:instance/*`",
        ),
        (
            "iam:GetRole",
            "arn:aws:iam:us-east-1:1:role/r",
            "it has no region: `arn:aws:iam::1:role/r`",
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:us-east-1:1:b/*",
            "it has no region and no account: `arn:aws:s3:::b/*`",
        ),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:::q",
            "it has a region and an account: `arn:aws:sqs:*:*:q`",
        ),
    ] {
        let statement =
            format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{arn}"}}"#);
        let (code, _, hint) = said(&statement).remove(0);
        assert_eq!((code, hint.as_str()), ("no-such-resource", expected));
    }
}

#[test]
fn condition_keys_fit_actions_and_operators() {
    for (action, condition, expected) in [
        ("s3:PutObject", r#"{"StringEquals": {"s3:prefix": "a"}}"#, &["key-of-other-actions"][..]),
        ("s3:ListBucket", r#"{"StringEquals": {"s3:prefix": "a"}}"#, &[]),
        ("s3:List*", r#"{"StringEquals": {"s3:prefix": "a"}}"#, &[]),
        ("s3:*", r#"{"StringEquals": {"s3:prefix": "a"}}"#, &[]),
        ("s3:PutObject", r#"{"StringNotEquals": {"s3:prefix": "a"}}"#, &[]),
        ("s3:PutObject", r#"{"StringEqualsIfExists": {"s3:prefix": "a"}}"#, &[]),
        ("s3:PutObject", r#"{"Null": {"s3:prefix": "true"}}"#, &[]),
        ("s3:PutObject", r#"{"StringEquals": {"s3:RequestObjectTag/team": "a"}}"#, &[]),
        (
            "ec2:DescribeInstances",
            r#"{"StringEquals": {"ec2:ResourceTag/Owner": "a"}}"#,
            &["key-of-other-actions"],
        ),
        ("ec2:StartInstances", r#"{"StringEquals": {"ec2:ResourceTag/Owner": "a"}}"#, &[]),
        (
            "ec2:StartInstances",
            r#"{"ArnEquals": {"ec2:SourceInstanceARN": "arn:aws:ec2:r:1:instance/i"}}"#,
            &[],
        ),
        (
            "iam:GetRole",
            r#"{"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}"#,
            &["key-of-other-actions"],
        ),
        (
            "secretsmanager:GetSecretValue",
            r#"{"StringEquals": {"secretsmanager:ResourceTag/Env": "a"}}"#,
            &[],
        ),
        ("kms:Decrypt", r#"{"StringEquals": {"kms:EncryptionContext:app": "a"}}"#, &[]),
        (
            "s3:GetObject",
            r#"{"NumericEquals": {"aws:MultiFactorAuthPresent": "1"}}"#,
            &["operator-does-not-fit-key"],
        ),
        ("s3:GetObject", r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#, &[]),
        ("s3:GetObject", r#"{"StringEquals": {"aws:MultiFactorAuthPresent": "true"}}"#, &[]),
        (
            "s3:GetObject",
            r#"{"StringEquals": {"aws:SourceIp": "203.0.113.7"}}"#,
            &["operator-does-not-fit-key"],
        ),
        ("s3:GetObject", r#"{"IpAddress": {"aws:SourceIp": "203.0.113.7"}}"#, &[]),
        (
            "s3:GetObject",
            r#"{"IpAddress": {"aws:SourceVpc": "10.0.0.0/8"}}"#,
            &["operator-does-not-fit-key"],
        ),
        (
            "s3:GetObject",
            r#"{"DateLessThan": {"aws:MultiFactorAuthAge": "2026-01-01T00:00:00Z"}}"#,
            &["operator-does-not-fit-key"],
        ),
        ("s3:GetObject", r#"{"NumericLessThan": {"aws:EpochTime": "1"}}"#, &[]),
        ("s3:GetObject", r#"{"Bool": {"aws:username": "true"}}"#, &["operator-does-not-fit-key"]),
        ("s3:GetObject", r#"{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/*"}}"#, &[]),
    ] {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*", "Condition": {condition}}}"#
        );
        let codes: Vec<_> = said(&statement).into_iter().map(|(code, ..)| code).collect();
        assert_eq!(codes, expected, "{statement}");
    }
    let statement = r#"{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*",
        "Condition": {"StringEquals": {"ec2:ResourceTag/Owner": "a"}}}"#;
    let (_, message, hint) = said(statement).remove(0);
    assert_eq!(
        message,
        "no request for `ec2:DescribeInstances` has the key `ec2:ResourceTag/Owner`, so this never allows it"
    );
    assert_eq!(hint, "move `ec2:DescribeInstances` to a statement without that condition");
}

#[test]
fn versions() {
    let text = r#"{"Statement": {"Effect": "Deny", "Action": "s3:GetObject",
"Resource": "arn:aws:s3:::${aws:username}"}}"#;
    assert_eq!(
        found(text, PolicyKind::Identity),
        ["suggestion missing-version 1:1", "warning variable-without-version 2:13"]
    );
}

#[test]
fn resource_policies() {
    for (principal, effect, expected) in [
        (r#""Principal": "*""#, "Allow", &["warning principal-everybody 2:37"][..]),
        (r#""Principal": {"AWS": "*"}"#, "Allow", &["warning principal-everybody 2:45"]),
        (r#""Principal": {"Service": "*"}"#, "Allow", &["warning principal-everybody 2:49"]),
        (r#""Principal": "*""#, "Deny", &[]),
        (r#""NotPrincipal": {"AWS": "278805249149"}"#, "Allow", &["warning not-principal 2:24"]),
        (r#""NotPrincipal": {"AWS": "278805249149"}"#, "Deny", &["warning not-principal 2:23"]),
    ] {
        let text = identity(&format!(
            r#"{{   "Effect": "{effect}", {principal}, "Action": "s3:GetObject", "Resource": "*"}}"#
        ));
        assert_eq!(found(&text, PolicyKind::Resource), expected, "{principal} {effect}");
    }
}

#[test]
fn long_policies_are_noticed() {
    let sids: Vec<String> = (0..60)
        .map(|number| {
            format!(r#"{{"Sid": "S{number}", "Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"}}"#)
        })
        .collect();
    let text = identity(&format!("[{}]", sids.join(",")));
    assert_eq!(found(&text, PolicyKind::Trust), ["warning too-long 1:1"]);
}

#[test]
fn an_excerpt_of_a_long_line_is_cut() {
    let text = format!("{{\"Version\": \"{}\", x}}", "y".repeat(500));
    let findings = lint(&text, PolicyKind::Identity);
    let excerpt = findings.first().unwrap().excerpt(&text);
    let mut lines = excerpt.lines();
    let source = lines.next().unwrap();
    let caret = lines.next().unwrap();
    assert!(source.chars().count() <= 104);
    assert_eq!(source.chars().nth(caret.chars().count() - 1), Some('x'));
}

#[test]
fn findings_are_bounded() {
    let actions: Vec<String> = (0..5000).map(|number| format!("\"ec2:Nope{number}\"")).collect();
    let text = identity(&format!(
        r#"{{"Effect": "Deny", "Action": [{}], "Resource": "*"}}"#,
        actions.join(",")
    ));
    assert_eq!(lint(&text, PolicyKind::Identity).len(), MAX_FINDINGS);
    // Errors, and the one warning that the policy is too long.
    let text = text.replace("ec2:", "");
    assert_eq!(lint(&text, PolicyKind::Identity).len(), MAX_FINDINGS + 1);
}
