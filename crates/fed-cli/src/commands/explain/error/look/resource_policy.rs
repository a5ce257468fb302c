//! What shows a resource's own policy.

use fed_types::{Arn, shell_line};

/// The command that shows the resource's own policy, where AWS has one for its kind.
pub(super) fn its_policy(resource: &str) -> Option<String> {
    let arn = Arn::parse(resource).ok()?;
    Some(match arn.service {
        "s3" => {
            let bucket = arn.resource.split('/').next()?;
            shell_line(["aws", "s3api", "get-bucket-policy", "--bucket", bucket])
        }
        "kms" if arn.resource.starts_with("key/") => shell_line([
            "aws",
            "kms",
            "get-key-policy",
            "--key-id",
            resource,
            "--policy-name",
            "default",
        ]),
        "sns" => shell_line(["aws", "sns", "get-topic-attributes", "--topic-arn", resource]),
        "secretsmanager" => {
            shell_line(["aws", "secretsmanager", "get-resource-policy", "--secret-id", resource])
        }
        "lambda" => shell_line(["aws", "lambda", "get-policy", "--function-name", resource]),
        "dynamodb" if arn.resource.starts_with("table/") && !arn.resource.contains('*') => {
            shell_line(["aws", "dynamodb", "get-resource-policy", "--resource-arn", resource])
        }
        "sqs" => format!(
            "{} --attribute-names Policy",
            shell_line([
                "aws",
                "sqs",
                "get-queue-attributes",
                "--queue-url",
                &format!(
                    "https://sqs.{}.{}/{}/{}",
                    arn.region,
                    suffix(arn.partition)?,
                    arn.account,
                    arn.resource
                ),
            ])
        ),
        "iam" if arn.resource.starts_with("role/") => {
            let name = arn.resource.rsplit('/').next()?;
            shell_line(["aws", "iam", "get-role", "--role-name", name])
        }
        _ => return None,
    })
}

/// What the names of a partition's endpoints end with.
///
/// Source: botocore, `endpoints.json`.
fn suffix(partition: &str) -> Option<&'static str> {
    match partition {
        "aws" | "aws-us-gov" => Some("amazonaws.com"),
        "aws-cn" => Some("amazonaws.com.cn"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_resource_has_its_own() {
        for (resource, command) in [
            ("s3:::b/k", "aws s3api get-bucket-policy --bucket b"),
            (
                "kms:us-east-1:1:key/k",
                "aws kms get-key-policy --key-id arn:aws:kms:us-east-1:1:key/k --policy-name default",
            ),
            (
                "sns:us-east-1:1:t",
                "aws sns get-topic-attributes --topic-arn arn:aws:sns:us-east-1:1:t",
            ),
            (
                "secretsmanager:us-east-1:1:secret:s-a",
                "aws secretsmanager get-resource-policy --secret-id \
                 arn:aws:secretsmanager:us-east-1:1:secret:s-a",
            ),
            (
                "lambda:us-east-1:1:function:f",
                "aws lambda get-policy --function-name arn:aws:lambda:us-east-1:1:function:f",
            ),
            (
                "dynamodb:us-east-1:1:table/t",
                "aws dynamodb get-resource-policy --resource-arn arn:aws:dynamodb:us-east-1:1:table/t",
            ),
            (
                "sqs:us-east-1:1:q",
                "aws sqs get-queue-attributes --queue-url \
                 https://sqs.us-east-1.amazonaws.com/1/q --attribute-names Policy",
            ),
            ("iam::1:role/path/r", "aws iam get-role --role-name r"),
        ] {
            assert_eq!(its_policy(&format!("arn:aws:{resource}")).as_deref(), Some(command));
        }
        for resource in [
            "arn:aws:kms:us-east-1:1:alias/a",
            "arn:aws:dynamodb:us-east-1:1:table/*",
            "arn:aws:dynamodb:us-east-1:1:stream/t",
            "arn:aws:iam::1:user/u",
            "arn:aws:ec2:us-east-1:1:instance/i",
            "arn:aws-iso:sqs:us-iso-east-1:1:q",
            "role r",
        ] {
            assert_eq!(its_policy(resource), None, "{resource}");
        }
    }

    #[test]
    fn a_queue_of_china_is_asked_there() {
        assert_eq!(
            its_policy("arn:aws-cn:sqs:cn-north-1:1:q").as_deref(),
            Some(
                "aws sqs get-queue-attributes --queue-url \
                 https://sqs.cn-north-1.amazonaws.com.cn/1/q --attribute-names Policy"
            )
        );
    }
}
