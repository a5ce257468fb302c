//! What is tagged as it is made needs the permission to tag as well.
//!
//! Source: Service Authorization Reference, the dependent actions of the operations; IAM user
//! guide, "Tags for AWS Identity and Access Management resources"; the API references of
//! CreateQueue, CreateTopic, CreateSecret, PutParameter, CreateKey, CreateTable,
//! CreateLogGroup, PutMetricAlarm and CreateBucket for their `Tags`. EC2 says of what type
//! each tagged resource is, and so has its own in `ec2`.

use crate::call::Call;
use crate::caller::Caller;
use crate::demand::Demand;
use crate::request_tags;

/// Service, operation, and the action that its tags need.
#[rustfmt::skip]
const TAGGING: [(&str, &str, &str); 18] = [
    ("dynamodb", "CreateTable", "dynamodb:TagResource"),
    ("iam", "CreateInstanceProfile", "iam:TagInstanceProfile"),
    ("iam", "CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"),
    ("iam", "CreatePolicy", "iam:TagPolicy"),
    ("iam", "CreateRole", "iam:TagRole"),
    ("iam", "CreateSAMLProvider", "iam:TagSAMLProvider"),
    ("iam", "CreateUser", "iam:TagUser"),
    ("iam", "CreateVirtualMFADevice", "iam:TagMFADevice"),
    ("iam", "UploadServerCertificate", "iam:TagServerCertificate"),
    ("kms", "CreateKey", "kms:TagResource"),
    ("kms", "ReplicateKey", "kms:TagResource"),
    ("logs", "CreateLogGroup", "logs:TagResource"),
    ("monitoring", "PutMetricAlarm", "cloudwatch:TagResource"),
    ("s3", "CreateBucket", "s3:TagResource"),
    ("secretsmanager", "CreateSecret", "secretsmanager:TagResource"),
    ("sns", "CreateTopic", "sns:TagResource"),
    ("sqs", "CreateQueue", "sqs:TagQueue"),
    ("ssm", "PutParameter", "ssm:AddTagsToResource"),
];

/// An older action that is as good as the one asked for.
/// Source: CloudWatch Logs API reference, CreateLogGroup, `tags`.
const EITHER: [(&str, &str); 1] = [("logs:TagResource", "logs:TagLogGroup")];

/// The permission that the tags of `call` need, on what `making` is about.
pub(super) fn demand(call: &Call, caller: &Caller, making: &Demand) -> Option<Demand> {
    let (_, _, action) = TAGGING.iter().find(|(service, operation, _)| {
        (*service, *operation) == (call.service.as_str(), call.operation.as_str())
    })?;
    if !request_tags::are_given(&call.input) {
        return None;
    }
    let mut demand = match (call.service.as_str(), call.operation.as_str()) {
        // The key that is about to be made has no id yet.
        ("kms", "CreateKey") => {
            let any = format!("arn:aws:kms:{}:{}:key/*", call.region, caller.account_id());
            Demand::on(*action, any)
        }
        ("kms", _) => Demand { action: (*action).to_owned(), ..making.clone() },
        // Keys of the operation itself, such as `iam:PermissionsBoundary`, are not this one's.
        _ => Demand::on(*action, making.resource.as_str()),
    };
    demand.alternative = EITHER.iter().find(|(newer, _)| newer == action).map(|(_, older)| *older);
    Some(demand)
}
