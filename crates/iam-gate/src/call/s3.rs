//! Reads S3's REST requests: bucket, key, and what of the rest S3 understands.

mod name;
mod operation;
mod question;

use bytes::Bytes;

use name::{check_bucket, is_bucket_name, is_key};
use operation::{Level, Operation};

pub(crate) use operation::is_known as is_s3_operation;

use crate::endpoint::{Endpoint, host_name};
use crate::error_response::ErrorResponse;
use crate::wire::{WireRequest, decode, encode, encode_path};

/// One S3 request. It is what is authorized *and* what is forwarded, always with the bucket
/// in the path, and only with headers and parameters that are known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Request {
    pub(crate) operation: &'static Operation,
    pub(crate) method: String,
    pub(crate) bucket: Option<String>,
    /// Decoded; `None` for the bucket itself.
    pub(crate) key: Option<String>,
    /// Decoded, each name once, in the order they came.
    pub(crate) parameters: Vec<(String, String)>,
    /// Names in lower case, each once.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) copy_source: Option<CopySource>,
    pub(crate) body: Bytes,
}

/// The object that `x-amz-copy-source` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopySource {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version: Option<String>,
}

/// Headers beside `x-amz-…` that mean something to S3.
const HEADERS: [&str; 12] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

/// `x-amz-` headers that belong to the signature or the connection, not to the request.
const OF_SIGNATURE: [&str; 6] = [
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// `x-amz-` headers that S3 knows; of those that end in a hyphen, all that begin so.
#[rustfmt::skip]
const KNOWN: [&str; 41] = [
    "x-amz-acl", "x-amz-bucket-object-lock-enabled", "x-amz-bypass-governance-retention",
    "x-amz-checksum-", "x-amz-copy-source", "x-amz-copy-source-if-match", "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-none-match", "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-range", "x-amz-expected-bucket-owner",
    "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write",
    "x-amz-grant-write-acp", "x-amz-if-match-last-modified-time", "x-amz-if-match-size", "x-amz-meta-",
    "x-amz-metadata-directive", "x-amz-mp-object-size", "x-amz-object-attributes",
    "x-amz-object-lock-legal-hold", "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date", "x-amz-object-ownership",
    "x-amz-optional-object-attributes", "x-amz-part-number-marker", "x-amz-max-parts",
    "x-amz-request-payer", "x-amz-sdk-checksum-algorithm", "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5", "x-amz-source-expected-bucket-owner",
    "x-amz-storage-class", "x-amz-tagging", "x-amz-tagging-directive",
    "x-amz-transition-default-minimum-object-size", "x-amz-website-redirect-location",
];

impl S3Request {
    /// Reads the request.
    ///
    /// # Errors
    /// S3's own, for a name that is none, and [`ErrorResponse::Undecidable`] for a header that is
    /// not known: it may need a permission of its own.
    pub(crate) fn read(request: &WireRequest) -> Result<Self, ErrorResponse> {
        let invalid =
            || ErrorResponse::answered(400, "InvalidURI", "Couldn't parse the specified URI.");
        let path = request.path.strip_prefix('/').ok_or_else(invalid)?;
        let path = decode(path).ok_or_else(invalid)?;
        let (bucket, key) = match bucket_of_host(request) {
            Some(bucket) => (Some(bucket), path),
            None => match path.split_once('/') {
                Some((bucket, key)) => (Some(bucket.to_owned()), key.to_owned()),
                None => (Some(path), String::new()),
            },
        };
        let bucket = bucket.filter(|bucket| !bucket.is_empty());
        let key = Some(key).filter(|key| !key.is_empty());
        match &bucket {
            Some(name) => check_bucket(name)?,
            None if key.is_some() => return Err(invalid()),
            None => {}
        }
        if key.as_deref().is_some_and(|key| !is_key(key)) {
            return Err(invalid());
        }
        let parameters = parameters(request)?;
        let level = match (&bucket, &key) {
            (None, _) => Level::Service,
            (Some(_), None) => Level::Bucket,
            (Some(_), Some(_)) => Level::Object,
        };
        let mut headers = headers(request)?;
        let source = headers.iter().position(|(name, _)| name == COPY_SOURCE);
        let source = source.map(|at| headers.remove(at).1);
        Ok(Self {
            operation: operation::find(level, &request.method, &parameters)?,
            method: request.method.clone(),
            bucket,
            key,
            parameters,
            headers,
            copy_source: source.map(|source| CopySource::read(&source)).transpose()?,
            body: request.body.clone(),
        })
    }

    /// The headers to forward.
    pub(crate) fn forwarded_headers(&self) -> impl Iterator<Item = (&str, String)> {
        let source = self.copy_source.as_ref().map(|source| (COPY_SOURCE, source.header()));
        self.headers.iter().map(|(name, value)| (name.as_str(), value.clone())).chain(source)
    }

    /// As the S3 API reference calls it, such as `GetObject`.
    pub(crate) fn operation_name(&self) -> &'static str {
        match (self.operation.name, &self.copy_source) {
            ("PutObject", Some(_)) => "CopyObject",
            ("UploadPart", Some(_)) => "UploadPartCopy",
            (name, _) => name,
        }
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter of the query string.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn path(&self) -> String {
        match (&self.bucket, &self.key) {
            (None, _) => "/".to_owned(),
            (Some(bucket), None) => format!("/{bucket}"),
            (Some(bucket), Some(key)) => {
                // LocalStack takes slashes off the end of a path.
                let name = key.trim_end_matches('/');
                let slashes = "%2F".repeat(key.len() - name.len());
                format!("/{bucket}/{}{slashes}", encode_path(name))
            }
        }
    }

    /// Method, path and query as they are signed.
    pub(crate) fn canonical_target(&self) -> String {
        let pair = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
        let mut pairs: Vec<String> = self.parameters.iter().map(pair).collect();
        pairs.sort_unstable();
        format!("{}\n{}\n{}", self.method, self.path(), pairs.join("&"))
    }

    /// The path and query to forward: bucket and key, percent-encoded anew.
    pub(crate) fn target(&self) -> String {
        let mut target = self.path();
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&encode(name));
            if !value.is_empty() {
                target.push('=');
                target.push_str(&encode(value));
            }
        }
        target
    }
}

const COPY_SOURCE: &str = "x-amz-copy-source";

impl CopySource {
    /// `BUCKET/KEY?versionId=ID`, percent-encoded, with or without a slash before it.
    fn read(text: &str) -> Result<Self, ErrorResponse> {
        let unclear = || {
            ErrorResponse::answered(
                400,
                "InvalidArgument",
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            )
        };
        let (path, version) = match text.split_once('?') {
            Some((path, query)) => {
                let version = query.strip_prefix("versionId=").ok_or_else(unclear)?;
                (path, Some(decode(version).ok_or_else(unclear)?))
            }
            None => (text, None),
        };
        let path = decode(path).ok_or_else(unclear)?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) = path.split_once('/').ok_or_else(unclear)?;
        if !is_bucket_name(bucket) || key.is_empty() || !is_key(key) {
            return Err(unclear());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
    }

    /// Written anew, so that there is one way to read it.
    fn header(&self) -> String {
        let mut header = format!("{}/{}", self.bucket, encode_path(&self.key));
        if let Some(version) = &self.version {
            header.push_str("?versionId=");
            header.push_str(&encode(version));
        }
        header
    }
}

/// The bucket that the host names: before S3's name, as [`Endpoint`] reads it, or before one of
/// those that labs have for it, `BUCKET.s3.REGION.localhost.localstack.cloud`, `BUCKET.localhost`.
fn bucket_of_host(request: &WireRequest) -> Option<String> {
    if let Some(endpoint) = Endpoint::of(request) {
        return endpoint.bucket().map(str::to_owned);
    }
    let host = host_name(request.header("host").unwrap_or_default());
    let end = host.rfind(".s3.").or_else(|| host.rfind(".s3-"));
    let bucket = end.and_then(|end| host.get(..end)).or_else(|| host.strip_suffix(".localhost"))?;
    (bucket != "s3" && !bucket.is_empty()).then(|| bucket.to_owned())
}

/// Parameters that a request has at most: twice as many as any operation takes.
const PARAMETERS: usize = 64;

fn parameters(request: &WireRequest) -> Result<Vec<(String, String)>, ErrorResponse> {
    let not_one =
        || ErrorResponse::answered(400, "InvalidURI", "Couldn't parse the specified URI.");
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (name, value) in request.query_pairs() {
        let name = decode(&name.replace('+', " ")).ok_or_else(not_one)?;
        let value = decode(&value.replace('+', " ")).ok_or_else(not_one)?;
        // Of the signature, headers, or what SDKs add to tell operations apart in logs.
        if name.to_ascii_lowercase().starts_with("x-amz-") || name == "x-id" {
            continue;
        }
        if parameters.iter().any(|(known, _)| *known == name) {
            return Err(ErrorResponse::answered(
                400,
                "InvalidArgument",
                format!("parameter `{name}` is given more than once"),
            ));
        }
        parameters.push((name, value));
        if parameters.len() > PARAMETERS {
            return Err(not_one());
        }
    }
    Ok(parameters)
}

/// Parameters of the signature in a query string.
const OF_QUERY_SIGNATURE: [&str; 5] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-expires",
    "x-amz-signature",
    "x-amz-signedheaders",
];

/// Headers that stand in the query string, where SDKs put those of a presigned URL: S3 takes them
/// for headers. What they say of a checksum is of a body that was not there yet.
///
/// Source: floci-io/floci#3608, tried at S3 in August 2026.
fn headers_in_query(request: &WireRequest) -> Result<Vec<(String, String)>, ErrorResponse> {
    let mut headers = Vec::new();
    for (name, value) in request.query_pairs() {
        let read = |text: &str| decode(&text.replace('+', " "));
        let name = read(name).unwrap_or_default().to_ascii_lowercase();
        let of_signature = OF_SIGNATURE.contains(&name.as_str())
            || OF_QUERY_SIGNATURE.contains(&name.as_str())
            || name.starts_with("x-amz-checksum-")
            || name == "x-amz-sdk-checksum-algorithm";
        if name.starts_with("x-amz-") && !of_signature {
            let value = read(value).ok_or_else(|| {
                ErrorResponse::answered(400, "InvalidURI", "Couldn't parse the specified URI.")
            })?;
            headers.push((name, value));
        }
    }
    Ok(headers)
}

fn headers(request: &WireRequest) -> Result<Vec<(String, String)>, ErrorResponse> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let in_query = headers_in_query(request)?;
    for (name, value) in request.headers.iter().chain(&in_query) {
        let of_s3 = name.starts_with("x-amz-") && !OF_SIGNATURE.contains(&name.as_str());
        if !of_s3 && !HEADERS.contains(&name.as_str()) {
            continue;
        }
        let is_known =
            |known: &&str| *known == name || (known.ends_with('-') && name.starts_with(*known));
        if of_s3 && !KNOWN.iter().any(is_known) {
            return Err(ErrorResponse::Undecidable(format!(
                "the gate does not know which permissions the header `{name}` needs, so it \
                 cannot allow the request"
            )));
        }
        if headers.iter().any(|(known, _)| known == name) {
            return Err(ErrorResponse::answered(
                400,
                "InvalidArgument",
                format!("header `{name}` is given more than once"),
            ));
        }
        let value = match name.as_str() {
            "content-type" if is_form(value) => "binary/octet-stream",
            _ => value,
        };
        headers.push((name.clone(), value.to_owned()));
    }
    Ok(headers)
}

/// Types whose bodies emulators read parameters out of, before those of the URL. An object of
/// such a type is kept as one of S3's default type.
fn is_form(content_type: &str) -> bool {
    let content_type = content_type.to_ascii_lowercase();
    ["form", "url-encoded"].iter().any(|part| content_type.contains(part))
}

#[cfg(test)]
mod tests;
