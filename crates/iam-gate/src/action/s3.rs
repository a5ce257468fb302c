//! What S3's operations need.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for
//! Amazon S3"; S3 user guide, "Required permissions for Amazon S3 API operations".

mod copied_tags;

use fed_types::AccountId;
use roxmltree::{Document, Node};

use crate::call::{CopySource, S3Request};
use crate::delivery::Delivery;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::precondition::Precondition;
use crate::request_tags;
use crate::resource::Reference;
use crate::upload::Upload;

pub(super) use copied_tags::demands as demands_of_copied_tags;

/// Objects that one DeleteObjects may name.
const DELETED_AT_ONCE: usize = 1000;

/// The action that stands in for another when a version is named.
const OF_VERSION: [(&str, &str); 8] = [
    ("DeleteObject", "DeleteObjectVersion"),
    ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    ("GetObject", "GetObjectVersion"),
    ("GetObjectAcl", "GetObjectVersionAcl"),
    ("GetObjectAttributes", "GetObjectVersionAttributes"),
    ("GetObjectTagging", "GetObjectVersionTagging"),
    ("PutObjectAcl", "PutObjectVersionAcl"),
    ("PutObjectTagging", "PutObjectVersionTagging"),
];

/// The permissions that a request needs.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] where the gate cannot tell what a header or the body asks for.
pub(super) fn demands(
    request: &S3Request,
    account: &AccountId,
) -> Result<Vec<Demand>, ErrorResponse> {
    let operation = request.operation;
    refuse_keys(request)?;
    let place = Place { request, account };
    let mut demands = match (operation.name, &request.bucket, &request.key) {
        ("DeleteObjects", Some(bucket), _) => place.deletions(bucket)?,
        (_, None, _) => {
            let mut demand = Demand::without_resource("s3:ListAllMyBuckets");
            // Where a policy may say `*` or this.
            demand.resource = "arn:aws:s3:::*".to_owned();
            vec![demand]
        }
        ("CreateBucket", Some(bucket), _) => {
            vec![Demand::on("s3:CreateBucket", format!("arn:aws:s3:::{bucket}"))]
        }
        ("PutBucketNotificationConfiguration", Some(bucket), _) => {
            vec![place.notification(operation.action, bucket)?]
        }
        (_, Some(bucket), None) => vec![place.on_bucket(operation.action, bucket)],
        (_, Some(bucket), Some(key)) => {
            let version = request.parameter("versionId");
            let demand = place.on_object(operation.action, bucket, key, version);
            vec![match request.parameter("uploadId") {
                Some(id) => demand.only_if(Precondition::Upload(Upload {
                    bucket: bucket.clone(),
                    key: key.clone(),
                    id: id.to_owned(),
                })),
                None => demand,
            }]
        }
    };
    if let (Some(bucket), key) = (&request.bucket, &request.key) {
        demands.extend(place.by_header(bucket, key.as_deref()));
        if let Some(source) = &request.copy_source {
            demands.push(place.copied(source)?);
        }
        if let ("GetObjectAttributes", Some(key)) = (operation.name, key) {
            let version = request.parameter("versionId");
            demands.push(place.on_object("GetObject", bucket, key, version));
        }
    }
    for demand in &mut demands {
        place.describe(demand);
    }
    Ok(demands)
}

/// What a caller needs to be told that an object is not there.
pub(crate) fn listing(request: &S3Request, account: &AccountId) -> Option<Demand> {
    let reads = matches!(request.operation.name, "GetObject" | "HeadObject");
    let bucket = request.bucket.as_ref().filter(|_| reads)?;
    Some(Place { request, account }.on_bucket("ListBucket", bucket))
}

/// Encryption by a key of KMS needs permissions on the key, of which the objects later read
/// do not tell the gate: so none is encrypted that way.
fn refuse_keys(request: &S3Request) -> Result<(), ErrorResponse> {
    let by_header =
        request.header("x-amz-server-side-encryption").is_some_and(|value| value != "AES256");
    let by_default = request.operation.name == "PutBucketEncryption" && !is_sse_s3(&request.body);
    match by_header || by_default {
        true => Err(ErrorResponse::Undecidable(
            "the gate does not ask KMS for the permissions that objects encrypted with a key \
             need, so it lets none be encrypted so; use SSE-S3 (`AES256`)"
                .to_owned(),
        )),
        false => Ok(()),
    }
}

/// Whether a bucket's encryption is by S3's own keys.
fn is_sse_s3(body: &[u8]) -> bool {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Ok(document) = Document::parse(text) else { return false };
    document.descendants().all(|node| match node.tag_name().name() {
        "SSEAlgorithm" => node.children().count() == 1 && node.text() == Some("AES256"),
        "KMSMasterKeyID" => false,
        _ => true,
    })
}

struct Place<'a> {
    request: &'a S3Request,
    account: &'a AccountId,
}

impl Place<'_> {
    fn bucket(&self, name: &str) -> Reference {
        Reference::bucket(self.account, name)
    }

    fn on_bucket(&self, action: &str, bucket: &str) -> Demand {
        let mut demand = Demand::on(format!("s3:{action}"), format!("arn:aws:s3:::{bucket}"))
            .held_by(self.bucket(bucket));
        demand.expected_owner = self.expected_owner("x-amz-expected-bucket-owner");
        demand
    }

    fn expected_owner(&self, header: &str) -> Option<String> {
        self.request.header(header).map(str::to_owned)
    }

    fn on_object(&self, action: &str, bucket: &str, key: &str, version: Option<&str>) -> Demand {
        let of_version = || OF_VERSION.iter().find(|(plain, _)| *plain == action);
        let action = match version {
            Some(_) => of_version().map_or(action, |(_, of_version)| of_version),
            None => action,
        };
        let mut demand = Demand::on(format!("s3:{action}"), format!("arn:aws:s3:::{bucket}/{key}"))
            .held_by(self.bucket(bucket));
        demand.expected_owner = self.expected_owner("x-amz-expected-bucket-owner");
        if let Some(version) = version {
            demand.context.set("s3:VersionId", version);
        }
        demand
    }

    /// What headers ask for beside the operation itself.
    fn by_header(&self, bucket: &str, key: Option<&str>) -> Vec<Demand> {
        let given = |name: &str| self.request.header(name).is_some();
        let begins =
            |start: &str| self.request.headers.iter().any(|(name, _)| name.starts_with(start));
        let acl = given("x-amz-acl") || begins("x-amz-grant-");
        let on_object = |action: &str, key: &str| self.on_object(action, bucket, key, None);
        let mut demands = Vec::new();
        match (self.request.operation.name, key) {
            ("CreateBucket", _) => {
                let mut also = |action: &str| {
                    let demand =
                        Demand::on(format!("s3:{action}"), format!("arn:aws:s3:::{bucket}"));
                    demands.push(demand);
                };
                if acl {
                    also("PutBucketAcl");
                }
                if given("x-amz-bucket-object-lock-enabled") {
                    also("PutBucketObjectLockConfiguration");
                    also("PutBucketVersioning");
                }
                if given("x-amz-object-ownership") {
                    also("PutBucketOwnershipControls");
                }
            }
            ("PutObject" | "CreateMultipartUpload", Some(key)) => {
                for (asked, action) in [
                    (acl, "PutObjectAcl"),
                    (given("x-amz-tagging"), "PutObjectTagging"),
                    (
                        given("x-amz-object-lock-mode")
                            || given("x-amz-object-lock-retain-until-date"),
                        "PutObjectRetention",
                    ),
                    (given("x-amz-object-lock-legal-hold"), "PutObjectLegalHold"),
                ] {
                    if asked {
                        demands.push(on_object(action, key));
                    }
                }
            }
            _ => {}
        }
        if let (true, Some(key)) = (given("x-amz-bypass-governance-retention"), key) {
            demands.push(on_object("BypassGovernanceRetention", key));
        }
        demands
    }

    /// What is copied must be readable.
    fn copied(&self, source: &CopySource) -> Result<Demand, ErrorResponse> {
        if !matches!(self.request.operation.name, "PutObject" | "UploadPart") {
            return Err(ErrorResponse::Undecidable(
                "the gate does not know what `x-amz-copy-source` means here, so it cannot allow \
                 the request"
                    .to_owned(),
            ));
        }
        let version = source.version.as_deref();
        let mut demand = self.on_object("GetObject", &source.bucket, &source.key, version);
        demand.expected_owner = self.expected_owner("x-amz-source-expected-bucket-owner");
        Ok(demand)
    }

    /// A bucket's notifications go to whoever lets S3 in.
    fn notification(&self, action: &str, bucket: &str) -> Result<Demand, ErrorResponse> {
        let text = std::str::from_utf8(&self.request.body).map_err(|_| malformed())?;
        let document = Document::parse(text).map_err(|_| malformed())?;
        let texts = document.descendants().filter(Node::is_element).filter_map(|it| it.text());
        let targets = texts.map(str::trim).filter(|text| text.starts_with("arn:"));
        let mut demand = self.on_bucket(action, bucket);
        demand.preconditions.extend(targets.map(|target| {
            Precondition::Delivery(Delivery {
                service: "s3.amazonaws.com",
                source: format!("arn:aws:s3:::{bucket}"),
                account: self.account.clone(),
                target: target.to_owned(),
            })
        }));
        Ok(demand)
    }

    /// One permission for each object that the body names.
    fn deletions(&self, bucket: &str) -> Result<Vec<Demand>, ErrorResponse> {
        let text = std::str::from_utf8(&self.request.body).map_err(|_| malformed())?;
        let document = Document::parse(text).map_err(|_| malformed())?;
        let is = |node: &Node<'_, '_>, names: &[&str]| names.contains(&node.tag_name().name());
        if !is(&document.root_element(), &["Delete"]) {
            return Err(malformed());
        }
        let mut demands = Vec::new();
        for object in document.root_element().children().filter(Node::is_element) {
            if is(&object, &["Quiet"]) {
                continue;
            }
            let (mut keys, mut version) = (Vec::new(), None);
            for part in object.children().filter(Node::is_element) {
                // What is not plain text, the emulator may read otherwise.
                let plain = part.children().count() <= 1 && part.children().all(|it| it.is_text());
                let value = part.text().unwrap_or_default();
                match part.tag_name().name() {
                    "Key" if plain && !value.is_empty() => keys.push(value),
                    "VersionId" if plain && version.is_none() => version = Some(value),
                    "ETag" | "LastModifiedTime" | "Size" => {}
                    _ => return Err(malformed()),
                }
            }
            let ([key], true) = (keys.as_slice(), is(&object, &["Object"])) else {
                return Err(malformed());
            };
            let version = version.filter(|version| !version.is_empty());
            demands.push(self.on_object("DeleteObject", bucket, key, version));
            if self.request.header("x-amz-bypass-governance-retention").is_some() {
                demands.push(self.on_object("BypassGovernanceRetention", bucket, key, None));
            }
        }
        match demands.is_empty() || demands.len() > 2 * DELETED_AT_ONCE {
            true => Err(malformed()),
            false => Ok(demands),
        }
    }

    /// The condition keys that the request itself gives.
    fn describe(&self, demand: &mut Demand) {
        for name in ["prefix", "delimiter", "max-keys"] {
            if let Some(value) = self.request.parameter(name) {
                demand.context.set(format!("s3:{name}"), value);
            }
        }
        // S3 has it of every list, and takes a thousand where the call does not say.
        // Source: IAM user guide, "Condition operators", numeric condition operators.
        let lists = self.request.operation.name.starts_with("ListObject");
        if lists && self.request.parameter("max-keys").is_none() {
            demand.context.set_unknown("s3:max-keys");
        }
        for (name, value) in self.request.forwarded_headers() {
            if name.starts_with("x-amz-") {
                demand.context.set(format!("s3:{name}"), value);
            }
        }
        demand.context.set("s3:signatureversion", "AWS4-HMAC-SHA256");
        let tags = match self.request.operation.name {
            "PutObjectTagging" => request_tags::of_xml(&self.request.body),
            _ => {
                let header = self.request.header("x-amz-tagging").unwrap_or_default();
                let pairs = url::form_urlencoded::parse(header.as_bytes());
                pairs.map(|(key, value)| (key.into_owned(), Some(value.into_owned()))).collect()
            }
        };
        for (key, value) in &tags {
            let value = value.as_deref().unwrap_or_default();
            demand.context.set(format!("s3:RequestObjectTag/{key}"), value);
        }
        if !tags.is_empty() {
            let keys = tags.iter().map(|(key, _)| key.as_str());
            demand.context.set_all("s3:RequestObjectTagKeys", keys);
        }
    }
}

fn malformed() -> ErrorResponse {
    ErrorResponse::answered(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

#[cfg(test)]
mod tests;
