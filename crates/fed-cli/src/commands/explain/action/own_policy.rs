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
pub(super) fn is_possible(service: &str) -> bool {
    !WITHOUT.contains(&service)
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
}
