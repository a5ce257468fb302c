//! Actions, keys and statements as they are spelled.

use super::*;

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

// Long: a table of cases.
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
