//! Calls that may change a resource's policy, name or being.

use super::{Kind, Reference};
use crate::call::{Call, Input};

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
