//! S3's operations: the method and subresource they go by, and the action they need.
//!
//! Source: S3 API reference, "Amazon S3 operations"; Service Authorization Reference,
//! "Actions, resources, and condition keys for Amazon S3".

use crate::error_response::ErrorResponse;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    method: &'static str,
    /// The parameter that stands for the subresource; empty for none.
    subresource: &'static str,
    pub(crate) name: &'static str,
    /// What stands behind `s3:` in the action.
    pub(crate) action: &'static str,
    /// Further parameters that it takes.
    parameters: &'static [&'static str],
}

const fn on(
    method: &'static str,
    subresource: &'static str,
    name: &'static str,
    action: &'static str,
    parameters: &'static [&'static str],
) -> Operation {
    Operation { method, subresource, name, action, parameters }
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Service,
    Bucket,
    Object,
}

/// The operation that a method and the names of parameters ask for.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] when a parameter is unknown, or stands where it means nothing:
/// the emulator might take it for another operation.
pub(super) fn find(
    level: Level,
    method: &str,
    parameters: &[(String, String)],
) -> Result<&'static Operation, ErrorResponse> {
    let operations = match level {
        Level::Service => SERVICE,
        Level::Bucket => BUCKET,
        Level::Object => OBJECT,
    };
    let given = |name: &str| parameters.iter().any(|(given, _)| given == name);
    let of_method = || operations.iter().filter(|operation| operation.method == method);
    let operation = of_method()
        .find(|operation| !operation.subresource.is_empty() && given(operation.subresource))
        .or_else(|| of_method().find(|operation| operation.subresource.is_empty()));
    let is_stray = |operation: &Operation, name: &str| {
        name != operation.subresource && !operation.parameters.contains(&name)
    };
    let stray = parameters
        .iter()
        .find(|(name, _)| operation.is_none_or(|operation| is_stray(operation, name)));
    let unknown = |what: String| {
        Err(ErrorResponse::Undecidable(format!(
            "the gate does not know which permissions S3's `{}`{what} needs, so it cannot allow it",
            method.escape_debug()
        )))
    };
    match (operation, stray) {
        (Some(operation), None) => Ok(operation),
        (_, Some((name, _))) => unknown(format!(" with the parameter `{}`", name.escape_debug())),
        (None, None) => unknown(String::new()),
    }
}

/// Whether an operation is in the tables; a copy is in those of what it writes.
pub(crate) fn is_known(name: &str) -> bool {
    let all = SERVICE.iter().chain(BUCKET).chain(OBJECT);
    matches!(name, "CopyObject" | "UploadPartCopy") || all.into_iter().any(|one| one.name == name)
}

const NONE: &[&str] = &[];
const ID: &[&str] = &["id"];
const CONTINUED: &[&str] = &["continuation-token"];
const VERSION: &[&str] = &["versionId"];
const PART: &[&str] = &["partNumber", "uploadId"];

/// What `versionId` may stand beside.
const READ: &[&str] = &[
    "partNumber",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "versionId",
];

/// On no bucket.
const SERVICE: &[Operation] = &[on(
    "GET",
    "",
    "ListBuckets",
    "ListAllMyBuckets",
    &["bucket-region", "continuation-token", "max-buckets", "prefix"],
)];

/// On a bucket.
#[rustfmt::skip]
const BUCKET: &[Operation] = &[
    on("GET", "", "ListObjects", "ListBucket", &["delimiter", "encoding-type", "marker", "max-keys", "prefix"]),
    on("GET", "list-type", "ListObjectsV2", "ListBucket", &[
        "continuation-token", "delimiter", "encoding-type", "fetch-owner", "max-keys", "prefix", "start-after",
    ]),
    on("HEAD", "", "HeadBucket", "ListBucket", NONE),
    on("PUT", "", "CreateBucket", "CreateBucket", NONE),
    on("DELETE", "", "DeleteBucket", "DeleteBucket", NONE),
    on("POST", "delete", "DeleteObjects", "DeleteObject", NONE),
    on("GET", "versions", "ListObjectVersions", "ListBucketVersions", &[
        "delimiter", "encoding-type", "key-marker", "max-keys", "prefix", "version-id-marker",
    ]),
    on("GET", "uploads", "ListMultipartUploads", "ListBucketMultipartUploads", &[
        "delimiter", "encoding-type", "key-marker", "max-uploads", "prefix", "upload-id-marker",
    ]),
    on("GET", "location", "GetBucketLocation", "GetBucketLocation", NONE),
    on("GET", "acl", "GetBucketAcl", "GetBucketAcl", NONE),
    on("PUT", "acl", "PutBucketAcl", "PutBucketAcl", NONE),
    on("GET", "policy", "GetBucketPolicy", "GetBucketPolicy", NONE),
    on("PUT", "policy", "PutBucketPolicy", "PutBucketPolicy", NONE),
    on("DELETE", "policy", "DeleteBucketPolicy", "DeleteBucketPolicy", NONE),
    on("GET", "policyStatus", "GetBucketPolicyStatus", "GetBucketPolicyStatus", NONE),
    on("GET", "tagging", "GetBucketTagging", "GetBucketTagging", NONE),
    on("PUT", "tagging", "PutBucketTagging", "PutBucketTagging", NONE),
    on("DELETE", "tagging", "DeleteBucketTagging", "PutBucketTagging", NONE),
    on("GET", "versioning", "GetBucketVersioning", "GetBucketVersioning", NONE),
    on("PUT", "versioning", "PutBucketVersioning", "PutBucketVersioning", NONE),
    on("GET", "lifecycle", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration", NONE),
    on("PUT", "lifecycle", "PutBucketLifecycleConfiguration", "PutLifecycleConfiguration", NONE),
    on("DELETE", "lifecycle", "DeleteBucketLifecycle", "PutLifecycleConfiguration", NONE),
    on("GET", "cors", "GetBucketCors", "GetBucketCORS", NONE),
    on("PUT", "cors", "PutBucketCors", "PutBucketCORS", NONE),
    on("DELETE", "cors", "DeleteBucketCors", "PutBucketCORS", NONE),
    on("GET", "encryption", "GetBucketEncryption", "GetEncryptionConfiguration", NONE),
    on("PUT", "encryption", "PutBucketEncryption", "PutEncryptionConfiguration", NONE),
    on("DELETE", "encryption", "DeleteBucketEncryption", "PutEncryptionConfiguration", NONE),
    on("GET", "notification", "GetBucketNotificationConfiguration", "GetBucketNotification", NONE),
    on("PUT", "notification", "PutBucketNotificationConfiguration", "PutBucketNotification", NONE),
    on("GET", "logging", "GetBucketLogging", "GetBucketLogging", NONE),
    on("PUT", "logging", "PutBucketLogging", "PutBucketLogging", NONE),
    on("GET", "website", "GetBucketWebsite", "GetBucketWebsite", NONE),
    on("PUT", "website", "PutBucketWebsite", "PutBucketWebsite", NONE),
    on("DELETE", "website", "DeleteBucketWebsite", "DeleteBucketWebsite", NONE),
    on("GET", "replication", "GetBucketReplication", "GetReplicationConfiguration", NONE),
    on("DELETE", "replication", "DeleteBucketReplication", "PutReplicationConfiguration", NONE),
    on("GET", "publicAccessBlock", "GetPublicAccessBlock", "GetBucketPublicAccessBlock", NONE),
    on("PUT", "publicAccessBlock", "PutPublicAccessBlock", "PutBucketPublicAccessBlock", NONE),
    on("DELETE", "publicAccessBlock", "DeletePublicAccessBlock", "PutBucketPublicAccessBlock", NONE),
    on("GET", "ownershipControls", "GetBucketOwnershipControls", "GetBucketOwnershipControls", NONE),
    on("PUT", "ownershipControls", "PutBucketOwnershipControls", "PutBucketOwnershipControls", NONE),
    on("DELETE", "ownershipControls", "DeleteBucketOwnershipControls", "PutBucketOwnershipControls", NONE),
    on("GET", "object-lock", "GetObjectLockConfiguration", "GetBucketObjectLockConfiguration", NONE),
    on("PUT", "object-lock", "PutObjectLockConfiguration", "PutBucketObjectLockConfiguration", NONE),
    on("GET", "requestPayment", "GetBucketRequestPayment", "GetBucketRequestPayment", NONE),
    on("PUT", "requestPayment", "PutBucketRequestPayment", "PutBucketRequestPayment", NONE),
    on("GET", "accelerate", "GetBucketAccelerateConfiguration", "GetAccelerateConfiguration", NONE),
    on("PUT", "accelerate", "PutBucketAccelerateConfiguration", "PutAccelerateConfiguration", NONE),
    on("GET", "analytics", "ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration", &["continuation-token", "id"]),
    on("PUT", "analytics", "PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", ID),
    on("DELETE", "analytics", "DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", ID),
    on("GET", "inventory", "ListBucketInventoryConfigurations", "GetInventoryConfiguration", &["continuation-token", "id"]),
    on("PUT", "inventory", "PutBucketInventoryConfiguration", "PutInventoryConfiguration", ID),
    on("DELETE", "inventory", "DeleteBucketInventoryConfiguration", "PutInventoryConfiguration", ID),
    on("GET", "metrics", "ListBucketMetricsConfigurations", "GetMetricsConfiguration", &["continuation-token", "id"]),
    on("PUT", "metrics", "PutBucketMetricsConfiguration", "PutMetricsConfiguration", ID),
    on("DELETE", "metrics", "DeleteBucketMetricsConfiguration", "PutMetricsConfiguration", ID),
    on("GET", "intelligent-tiering", "ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration", CONTINUED),
];

/// On an object.
#[rustfmt::skip]
const OBJECT: &[Operation] = &[
    on("GET", "", "GetObject", "GetObject", READ),
    on("HEAD", "", "HeadObject", "GetObject", READ),
    on("PUT", "", "PutObject", "PutObject", NONE),
    on("DELETE", "", "DeleteObject", "DeleteObject", VERSION),
    on("POST", "uploads", "CreateMultipartUpload", "PutObject", NONE),
    on("PUT", "uploadId", "UploadPart", "PutObject", PART),
    on("POST", "uploadId", "CompleteMultipartUpload", "PutObject", NONE),
    on("DELETE", "uploadId", "AbortMultipartUpload", "AbortMultipartUpload", NONE),
    on("GET", "uploadId", "ListParts", "ListMultipartUploadParts", &["max-parts", "part-number-marker"]),
    on("GET", "acl", "GetObjectAcl", "GetObjectAcl", VERSION),
    on("PUT", "acl", "PutObjectAcl", "PutObjectAcl", VERSION),
    on("GET", "tagging", "GetObjectTagging", "GetObjectTagging", VERSION),
    on("PUT", "tagging", "PutObjectTagging", "PutObjectTagging", VERSION),
    on("DELETE", "tagging", "DeleteObjectTagging", "DeleteObjectTagging", VERSION),
    on("GET", "retention", "GetObjectRetention", "GetObjectRetention", VERSION),
    on("PUT", "retention", "PutObjectRetention", "PutObjectRetention", VERSION),
    on("GET", "legal-hold", "GetObjectLegalHold", "GetObjectLegalHold", VERSION),
    on("PUT", "legal-hold", "PutObjectLegalHold", "PutObjectLegalHold", VERSION),
    on("GET", "attributes", "GetObjectAttributes", "GetObjectAttributes", VERSION),
    on("POST", "restore", "RestoreObject", "RestoreObject", VERSION),
];
