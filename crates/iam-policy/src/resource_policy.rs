//! Which resources have policies of their own.
//!
//! Source: IAM user guide, "AWS services that work with IAM", resource-based policies.

/// Services none of whose resources has a policy that bears on who may do what with it; that of
/// a role is asked when it is assumed. Every other service's may have one.
const WITHOUT: [&str; 24] = [
    "athena",
    "autoscaling",
    "batch",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "codedeploy",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "config",
    "ec2",
    "ecs",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elasticloadbalancing",
    "firehose",
    "iam",
    "rds",
    "route53",
    "states",
    "sts",
    "support",
];

/// Whether a resource of the service that its ARN names may have one.
fn is_possible(service: &str) -> bool {
    !WITHOUT.contains(&service)
}

/// Whether what this ARN names may have a policy of its own; of what names nothing, whether any
/// resource may that the action is checked on. The policy of a role is asked when it is assumed.
pub fn may_have_policy(action: &str, resource: &str) -> bool {
    if let Some(service) = resource.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(1)) {
        return is_possible(service);
    }
    let Some(known) = aws_model::action(action) else { return true };
    // What names nothing, as all buckets of an account, is none that has one.
    known.resource_types().iter().any(|one| {
        let service = one.resource_type.arn.split(':').nth(2).unwrap_or_default();
        !one.resource_type.names_none() && is_possible(service)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_have_none_may_have_one() {
        for service in ["s3", "sqs", "lambda", "dynamodb", "${Service}", "", "*"] {
            assert!(is_possible(service), "{service}");
        }
        for service in WITHOUT {
            assert!(aws_model::authorization(service).is_some(), "{service} is none");
        }
        assert!(WITHOUT.is_sorted());
    }

    #[test]
    fn an_action_on_nothing_that_has_one_asks_none() {
        assert!(may_have_policy("s3:GetObject", "arn:aws:s3:::b/k"));
        assert!(may_have_policy("s3:GetObject", "*"));
        assert!(may_have_policy("new:Action", "*"));
        for (action, resource) in [
            ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:278805249149:instance/i-1"),
            ("ec2:StopInstances", "*"),
            ("s3:ListAllMyBuckets", "*"),
            ("ec2:DescribeInstances", "*"),
            ("rds:StopDBInstance", "arn:aws:rds:eu-west-1:278805249149:db:d"),
        ] {
            assert!(!may_have_policy(action, resource), "{action} {resource}");
        }
    }
}
