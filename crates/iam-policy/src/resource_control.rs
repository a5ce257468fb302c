//! Which services resource control policies bear on.
//!
//! Source: AWS Organizations user guide, "Resource control policies (RCPs)", "List of AWS services
//! that support RCPs" and "Resources and entities not restricted by RCPs".

/// The day of the list.
pub const RESOURCE_CONTROL_LIST: &str = "2026-09-26";

/// The prefixes of the actions that they bear on.
#[rustfmt::skip]
const SERVICES: [&str; 62] = [
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets",
    "clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild",
    "codecommit", "codepipeline", "cognito-identity", "cognito-idp", "comprehend",
    "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql", "dynamodb",
    "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health",
    "inspector-scan", "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor",
    "notifications", "opensearch", "pca-connector-ad", "personalize", "polly", "pricing",
    "resource-groups", "rolesanywhere", "s3", "secretsmanager", "servicediscovery", "signin",
    "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe", "transfer",
    "translate", "wafv2", "workspaces", "xray",
];

/// Actions of these services that they do not bear on.
const EXEMPT: [&str; 1] = ["kms:RetireGrant"];

/// Whether resource control policies bear on an action, as AWS listed it on the day of
/// [`RESOURCE_CONTROL_LIST`]. The list grows.
pub fn bears_resource_control(action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    SERVICES.iter().any(|it| it.eq_ignore_ascii_case(service))
        && !EXEMPT.iter().any(|it| it.eq_ignore_ascii_case(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_services_are_services() {
        for action in ["s3:GetObject", "STS:assumerole", "kms:Decrypt", "xray:PutTraceSegments"] {
            assert!(bears_resource_control(action), "{action}");
        }
        for action in ["kms:retiregrant", "ec2:RunInstances", "lambda:InvokeFunction", "s3x:A"] {
            assert!(!bears_resource_control(action), "{action}");
        }
        assert!(SERVICES.is_sorted());
        let is_unknown = |service: &&&str| aws_model::authorization(service).is_none();
        assert_eq!(SERVICES.iter().filter(is_unknown).count(), 0);
    }
}
