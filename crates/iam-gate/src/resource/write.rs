//! Calls that may change a resource's policy, name or being; and the policies that the
//! services refuse to take.

use iam_policy::{Policy, PolicyKind};
use serde_json::Value;

use super::{Kind, Reference};
use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;

/// What operations begin with that change no resource's policy, name or being: they read, or
/// they work with what resources hold.
#[rustfmt::skip]
const HARMLESS: [&str; 42] = [
    "AbortMultipartUpload", "Batch", "ChangeMessageVisibility", "CompleteMultipartUpload",
    "CopyObject", "CreateMultipartUpload", "Decrypt", "DeleteItem", "DeleteMessage",
    "DeleteObject", "Describe", "Encrypt", "Filter", "Generate", "Get", "Head", "List",
    "PurgeQueue", "PutItem", "PutLogEvents", "PutMetric", "PutObject", "PutParameter",
    "PutSecretValue", "Publish", "Query", "ReEncrypt", "Receive", "RestoreObject", "Scan", "Send",
    "Sign", "Start", "Stop", "Subscribe", "Test", "Transact", "Unsubscribe", "UpdateItem",
    "UploadPart", "Validate", "Verify",
];

/// What a write may have changed of what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// Nobody can tell what.
    All,
    /// Any resource of a kind: names such as aliases of keys do not say which.
    Kind(Kind),
    /// What is called so, in whosever account.
    Named(Kind, String),
}

impl Touched {
    /// Whether what this refers to is among it.
    pub(super) fn includes(&self, reference: &Reference) -> bool {
        match self {
            Self::All => true,
            Self::Kind(kind) => reference.kind == *kind,
            Self::Named(kind, name) => reference.kind == *kind && reference.name == *name,
        }
    }
}

/// What a call may change of what was read of resources; `None` where it is nothing.
pub(crate) fn touched(call: &Call) -> Option<Touched> {
    let kind = match call.service.as_str() {
        "cloudformation" => return Some(Touched::All),
        _ if HARMLESS.iter().any(|start| call.operation.starts_with(start)) => return None,
        "dynamodb" => Kind::Table,
        "kms" => Kind::Key,
        "logs" => Kind::LogGroup,
        "s3" => Kind::Bucket,
        "secretsmanager" => Kind::Secret,
        "sns" => Kind::Topic,
        "sqs" => Kind::Queue,
        _ => return None,
    };
    let named = match &call.input {
        Input::S3(request) => request.bucket.clone(),
        _ => {
            let names = ["QueueUrl", "TopicArn"].into_iter();
            names.filter_map(|name| call.input.text(name)).next().map(|name| match kind {
                Kind::Queue => name.rsplit('/').next().unwrap_or(name).to_owned(),
                _ => name.to_owned(),
            })
        }
    };
    Some(match named {
        Some(name) => Touched::Named(kind, name),
        None => Touched::Kind(kind),
    })
}

/// Refuses a resource's policy that the service refuses and emulators take.
///
/// # Errors
/// The service's own code; the words are AWS's where they are known.
pub(crate) fn refuse_malformed(call: &Call) -> Result<(), ErrorResponse> {
    let Some(text) = policy_of(call) else { return Ok(()) };
    let Err(error) = Policy::parse(&text, PolicyKind::Resource) else { return Ok(()) };
    let (code, message) = match call.service.as_str() {
        "s3" if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() => (
            "MalformedPolicy",
            "Policies must be valid JSON and the first byte must be '{'".to_owned(),
        ),
        "s3" => ("MalformedPolicy", error.message().to_owned()),
        "sqs" => ("InvalidAttributeValue", "Invalid value for the parameter Policy.".to_owned()),
        "sns" => {
            ("InvalidParameter", format!("Invalid parameter: Policy Error: {}", error.message()))
        }
        "dynamodb" => ("ValidationException", error.message().to_owned()),
        "logs" => ("InvalidParameterException", error.message().to_owned()),
        _ => ("MalformedPolicyDocumentException", error.message().to_owned()),
    };
    Err(ErrorResponse::answered(400, code, message))
}

/// The policy that a call brings. An empty one takes the policy away.
fn policy_of(call: &Call) -> Option<String> {
    let text = |name: &str| call.input.text(name).map(str::to_owned);
    let found = match (call.service.as_str(), call.operation.as_str(), &call.input) {
        ("s3", "PutBucketPolicy", Input::S3(request)) => {
            return Some(String::from_utf8_lossy(&request.body).into_owned());
        }
        ("sqs", "CreateQueue" | "SetQueueAttributes", Input::Json { members, .. }) => {
            members.get("Attributes")?.get("Policy").and_then(Value::as_str).map(str::to_owned)
        }
        (
            "sqs" | "sns",
            "CreateQueue" | "SetQueueAttributes" | "CreateTopic",
            Input::Query(given),
        ) => {
            // `Attribute.N.Name` of SQS, `Attributes.entry.N.key` of SNS.
            given.iter().find(|(_, value)| *value == "Policy").and_then(|(name, _)| {
                let stem = name.strip_suffix(".Name").map(|stem| format!("{stem}.Value"));
                let name =
                    stem.or_else(|| Some(format!("{}.value", name.strip_suffix(".key")?)))?;
                given.get(&name).map(str::to_owned)
            })
        }
        ("sns", "SetTopicAttributes", _) if text("AttributeName").as_deref() == Some("Policy") => {
            text("AttributeValue")
        }
        ("kms", "CreateKey" | "PutKeyPolicy", _) | ("dynamodb", "PutResourcePolicy", _) => {
            text("Policy")
        }
        ("secretsmanager", "PutResourcePolicy", _) => text("ResourcePolicy"),
        ("logs", "PutResourcePolicy", _) => text("policyDocument"),
        _ => None,
    };
    found.filter(|text| !text.is_empty())
}
