//! Which ARNs are of which type, and which patterns can cover one.

// Long: a table of cases.
#[test]
fn arns_of_the_types_an_action_is_checked_on() {
    for (action, arn, expected) in [
        ("s3:GetObject", "arn:aws:s3:::b/k", "object BucketName=b ObjectName=k"),
        ("s3:GetObject", "arn:aws:s3:::b/a/b:c", "object BucketName=b ObjectName=a/b:c"),
        ("s3:GetObject", "arn:aws:s3:::b", "none"),
        ("s3:GetObject", "arn:aws:s3:::b/", "none"),
        ("s3:GetObject", "arn:aws:s3:us-east-1::b/k", "none"),
        ("s3:GetObject", "arn:aws:s3::123456789012:b/k", "none"),
        ("s3:ListBucket", "arn:aws:s3:::b", "bucket BucketName=b"),
        ("s3:ListBucket", "arn:aws:s3:::b/k", "none"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q", "queue QueueName=q"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q/x", "none"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q:x", "none"),
        ("sqs:SendMessage", "arn:aws:sqs::1:q", "none"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1::q", "none"),
        ("sqs:SendMessage", "arn:aws:sns:us-east-1:1:q", "none"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:", "none"),
        ("sqs:SendMessage", "", "none"),
        ("iam:GetRole", "arn:aws:iam::1:role/a/b", "role RoleNameWithPath=a/b"),
        ("iam:GetRole", "arn:aws:iam::1:user/a", "none"),
        ("iam:GetRole", "arn:aws:iam:us-east-1:1:role/a", "none"),
        ("ec2:TerminateInstances", "arn:aws:ec2:r:1:instance/i-1", "instance InstanceId=i-1"),
        ("ec2:TerminateInstances", "arn:aws:ec2:r::instance/i-1", "none"),
        ("ec2:TerminateInstances", "arn:aws:ec2:r:1:instance/", "none"),
        ("ec2:TerminateInstances", "arn:aws:ec2:r:1:instance/i-1/", "none"),
        ("ec2:DescribeInstances", "arn:aws:ec2:r:1:instance/i-1", "none"),
        ("dynamodb:Query", "arn:aws:dynamodb:r:1:table/t", "table TableName=t"),
        ("dynamodb:Query", "arn:aws:dynamodb:r:1:table/t/index/i", "index TableName=t IndexName=i"),
        (
            "ssm:GetParameter",
            "arn:aws:ssm:r:1:parameter/a/b",
            "parameter ParameterNameWithoutLeadingSlash=a/b",
        ),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:r:1:secret:a/b-AbCdEf",
            "Secret SecretId=a/b-AbCdEf",
        ),
        (
            "logs:DeleteLogGroup",
            "arn:aws:logs:r:1:log-group:/aws/x",
            "log-group LogGroupName=/aws/x",
        ),
        (
            "logs:DeleteLogGroup",
            "arn:aws:logs:r:1:log-group:/aws/x:*",
            "log-group LogGroupName=/aws/x",
        ),
        ("logs:DeleteLogGroup", "arn:aws:logs:r:1:log-group:/aws/x:log-stream:y", "none"),
        (
            "logs:PutLogEvents",
            "arn:aws:logs:r:1:log-group:/a:log-stream:y",
            "log-stream LogGroupName=/a LogStreamName=y",
        ),
        ("kms:Decrypt", "arn:aws:kms:r:1:key/k", "key KeyId=k"),
        (
            "ssm:GetParameter",
            "arn:aws:ssm:r::parameter/aws/service/x",
            "parameter PublicParameterName=service/x",
        ),
        ("ssm:GetParameter", "arn:aws:ssm:r::parameter/own", "none"),
        (
            "logs:DescribeLogStreams",
            "arn:aws:logs:r:1:log-group:/a:log-stream:",
            "log-group LogGroupName=/a",
        ),
        ("iam:ListUsers", "arn:aws:iam::1:user/", "users"),
        ("iam:ListUsers", "arn:aws:iam::1:role/", "none"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", "buckets"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b", "none"),
        ("kms:Decrypt", "arn:aws:kms:r:1:alias/k", "none"),
        ("lambda:InvokeFunction", "arn:aws:lambda:r:1:function:f", "function FunctionName=f"),
        ("lambda:InvokeFunction", "arn:aws:lambda:r:1:layer:f", "none"),
        (
            "events:PutRule",
            "arn:aws:events:r:1:rule/bus/r",
            "rule-on-custom-event-bus EventBusName=bus RuleName=r",
        ),
    ] {
        let known = aws_model::action(action).unwrap();
        let found = match known.resource_type_of(arn) {
            Some(kind) => {
                let parts = kind.matches(arn).unwrap();
                let own = parts
                    .iter()
                    .filter(|(name, _)| !matches!(*name, "Partition" | "Region" | "Account"));
                let own: Vec<_> = own.map(|(name, value)| format!(" {name}={value}")).collect();
                format!("{}{}", kind.name, own.concat())
            }
            None => "none".to_owned(),
        };
        assert_eq!(found, expected, "{action} {arn}");
    }
}

#[test]
fn patterns_that_can_and_cannot_cover_what_an_action_is_checked_on() {
    for (action, pattern, expected) in [
        ("s3:GetObject", "arn:aws:s3:::b/*", true),
        ("s3:GetObject", "arn:aws:s3:::b*", true),
        ("s3:GetObject", "arn:aws:s3:::*", true),
        ("s3:GetObject", "arn:*", true),
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", true),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}", true),
        ("s3:GetObject", "arn:aws:s3:::b", false),
        ("s3:GetObject", "arn:aws:s3:::b/", false),
        ("s3:GetObject", "arn:aws:s3:::b/?", true),
        ("s3:GetObject", "arn:aws:sqs:*:*:b", false),
        ("s3:GetObject", "arn:aws:s3:us-east-1:1:b/*", false),
        ("s3:ListBucket", "arn:aws:s3:::b/*", false),
        ("s3:ListBucket", "arn:aws:s3:::b/${*}", false),
        ("s3:ListBucket", "arn:aws:s3:::b", true),
        ("s3:ListBucket", "arn:aws:s3:::b*", true),
        ("s3:ListBucket", "arn:aws:s3:::?", true),
        ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1::instance/*", false),
        ("ec2:TerminateInstances", "arn:aws:ec2:*:*:instance/*", true),
        ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:1:*", true),
        ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:1:instances/*", false),
        ("ec2:TerminateInstances", "arn:aws:ec2:*:instance/i-1", true),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q-?", true),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:", false),
        ("logs:CreateLogStream", "arn:aws:logs:*:*:log-group:/aws/lambda/f:*", true),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:/aws/lambda/f:*", true),
        ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/t/index/*", false),
        ("iam:PassRole", "arn:aws:iam::*:role/service/*", true),
        ("iam:PassRole", "arn:aws:iam::*:user/*", false),
    ] {
        let known = aws_model::action(action).unwrap();
        assert_eq!(known.may_be_covered_by(pattern), expected, "{action} {pattern}");
    }
}

#[test]
fn a_long_pattern_is_looked_at_in_bounded_time() {
    let action = aws_model::action("s3:GetObject").unwrap();
    assert!(!action.may_be_covered_by(&format!("arn:aws:sqs:::{}", "*a".repeat(3000))));
    assert!(action.resource_type_of(&format!("arn:aws:s3:::{}", "a/".repeat(3000))).is_some());
}
