//! Resources that an action is checked on.

use super::*;

// Long: a table of cases.
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
