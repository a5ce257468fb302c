//! Policies that calls bring for resources: which resource is to carry them, and those that the
//! services refuse and emulators take.

use fed_types::AccountId;
use iam_policy::{Policy, PolicyError, PolicyKind};
use serde_json::Value;

use super::{Kind, Reference, bucket_policy};
use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Service and operations that take a resource's policy away, with or without the resource.
const TAKING_AWAY: [(&str, &[&str]); 5] = [
    ("dynamodb", &["DeleteResourcePolicy", "DeleteTable"]),
    ("s3", &["DeleteBucket", "DeleteBucketPolicy"]),
    ("secretsmanager", &["DeleteResourcePolicy"]),
    ("sns", &["DeleteTopic"]),
    ("sqs", &["DeleteQueue"]),
];

/// The policy that a call brings; `None` where it brings none, or an empty one.
///
/// # Errors
/// The service's own code for what it refuses and emulators take; the words are AWS's where they
/// are known.
pub(crate) fn brought(call: &Call) -> Result<Option<Policy>, ErrorResponse> {
    let text = policy_of(call).filter(|text| !text.is_empty() || call.service == "s3");
    let Some(text) = text else { return Ok(None) };
    let policy = Policy::parse(&text, PolicyKind::Resource);
    if let Input::S3(request) = &call.input {
        let bucket = request.bucket.as_deref().unwrap_or_default();
        let faults =
            bucket_policy::check(policy.as_ref().map_err(PolicyError::finding), &text, bucket);
        faults.map_err(|fault| refused(call, fault))?;
    }
    policy.map(Some).map_err(|error| refused(call, error.message()))
}

/// What a service answers to a policy that names a user or role who does not exist.
pub(crate) fn names_nobody(call: &Call, arn: &str) -> ErrorResponse {
    match call.service.as_str() {
        "s3" => refused(call, "Invalid principal in policy"),
        "sns" => refused(call, "PrincipalNotFound"),
        "kms" => refused(call, "Policy contains a statement with one or more invalid principals."),
        "secretsmanager" => {
            refused(call, "This resource policy contains an unsupported principal.")
        }
        _ => refused(call, &format!("Invalid principal in policy: \"AWS\":\"{arn}\"")),
    }
}

fn refused(call: &Call, what: &str) -> ErrorResponse {
    let (code, message) = match call.service.as_str() {
        "s3" => ("MalformedPolicy", what.to_owned()),
        "sqs" => ("InvalidAttributeValue", "Invalid value for the parameter Policy.".to_owned()),
        "sns" => ("InvalidParameter", format!("Invalid parameter: Policy Error: {what}")),
        "dynamodb" => ("ValidationException", what.to_owned()),
        "logs" => ("InvalidParameterException", what.to_owned()),
        _ => ("MalformedPolicyDocumentException", what.to_owned()),
    };
    ErrorResponse::answered(400, code, message)
}

/// Whether a call takes a resource's policy away.
pub(crate) fn takes_policy_away(call: &Call) -> bool {
    let takes = |(service, operations): &(&str, &[&str])| {
        *service == call.service && operations.contains(&call.operation.as_str())
    };
    TAKING_AWAY.iter().any(takes) || policy_of(call).is_some_and(|text| text.is_empty())
}

/// The resource whose policy a call writes or takes away; `None` for one that the service names
/// only when it has made it.
pub(crate) fn carrier_of(call: &Call, account: &AccountId) -> Option<Reference> {
    let text = |name: &str| call.input.text(name);
    let region = call.region.as_str();
    let named = |kind: Kind, name: &str| Some(Reference::named(kind, account, region, name));
    match (call.service.as_str(), call.operation.as_str(), &call.input) {
        ("s3", _, Input::S3(request)) => {
            Some(Reference::bucket(account, request.bucket.as_deref()?))
        }
        ("sqs", ..) => match (text("QueueUrl"), text("QueueName")) {
            (Some(url), _) => {
                let (rest, name) = url.rsplit_once('/')?;
                let owner = rest.rsplit('/').next()?;
                named(Kind::Queue, &format!("arn:aws:sqs:{region}:{owner}:{name}"))
            }
            (None, name) => {
                named(Kind::Queue, &format!("arn:aws:sqs:{region}:{account}:{}", name?))
            }
        },
        ("sns", ..) => match (text("TopicArn"), text("Name")) {
            (Some(arn), _) => named(Kind::Topic, arn),
            (None, name) => {
                named(Kind::Topic, &format!("arn:aws:sns:{region}:{account}:{}", name?))
            }
        },
        ("dynamodb", ..) => match (text("ResourceArn"), text("TableName")) {
            (Some(arn), _) => named(Kind::Table, arn),
            (None, Some(arn)) if arn.starts_with("arn:") => named(Kind::Table, arn),
            (None, name) => {
                let arn = format!("arn:aws:dynamodb:{region}:{account}:table/{}", name?);
                named(Kind::Table, &arn)
            }
        },
        ("kms", "PutKeyPolicy", _) => named(Kind::Key, text("KeyId")?),
        ("secretsmanager", ..) => named(Kind::Secret, text("SecretId")?),
        ("logs", ..) => named(Kind::LogGroup, ""),
        _ => None,
    }
}

/// The policy that a call brings. An empty one takes the policy away.
fn policy_of(call: &Call) -> Option<String> {
    let text = |name: &str| call.input.text(name).map(str::to_owned);
    match (call.service.as_str(), call.operation.as_str(), &call.input) {
        ("s3", "PutBucketPolicy", Input::S3(request)) => {
            Some(String::from_utf8_lossy(&request.body).into_owned())
        }
        ("sqs", "CreateQueue" | "SetQueueAttributes", Input::Json { members, .. }) => {
            members.get("Attributes")?.get("Policy").and_then(Value::as_str).map(str::to_owned)
        }
        ("sqs", "CreateQueue" | "SetQueueAttributes", Input::Query(given)) => {
            attribute(given, (".Name", ".Value"))
        }
        ("sns", "CreateTopic", Input::Query(given)) => attribute(given, (".key", ".value")),
        ("sns", "SetTopicAttributes", _) if text("AttributeName").as_deref() == Some("Policy") => {
            Some(text("AttributeValue").unwrap_or_default())
        }
        ("kms", "CreateKey" | "PutKeyPolicy" | "ReplicateKey", _)
        | ("dynamodb", "PutResourcePolicy", _) => text("Policy"),
        ("dynamodb", "CreateTable", _) | ("secretsmanager", "PutResourcePolicy", _) => {
            text("ResourcePolicy")
        }
        ("logs", "PutResourcePolicy", _) => text("policyDocument"),
        _ => None,
    }
}

/// The policy among the attributes of a query, each of which is there once: `Attribute.N.Name` of
/// SQS, `Attributes.entry.N.key` of SNS.
fn attribute(given: &Parameters, (key, value): (&str, &str)) -> Option<String> {
    let named = given.iter().filter(|(_, value)| *value == "Policy");
    let stem = named.filter_map(|(name, _)| name.strip_suffix(key)).next()?;
    Some(given.get(&format!("{stem}{value}")).unwrap_or_default().to_owned())
}
