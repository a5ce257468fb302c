//! Condition keys, actions and operators.

use super::*;

// Long: a table of cases.
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
