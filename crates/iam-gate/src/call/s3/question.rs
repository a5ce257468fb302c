//! Requests of the gate's own: what it asks S3, and tells it.

use bytes::Bytes;
use fed_types::AccountId;

use super::operation::{self, Level};
use super::{CopySource, S3Request};
use crate::error_response::ErrorResponse;

impl S3Request {
    /// The question for a bucket's policy, answered only if the bucket is `owner`'s.
    ///
    /// # Errors
    /// None for a bucket that was read from a request.
    pub(crate) fn policy_of(bucket: &str, owner: &AccountId) -> Result<Self, ErrorResponse> {
        let owner = ("x-amz-expected-bucket-owner".to_owned(), owner.to_string());
        Ok(Self { headers: vec![owner], ..Self::question(bucket, &[("policy", "")])? })
    }

    /// The question for the uploads under way whose keys begin with this one.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn uploads_of(bucket: &str, key: &str) -> Result<Self, ErrorResponse> {
        Self::question(bucket, &[("uploads", ""), ("prefix", key)])
    }

    /// The question for the region of a bucket.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn location_of(bucket: &str) -> Result<Self, ErrorResponse> {
        Self::question(bucket, &[("location", "")])
    }

    /// The question for the tags of an object that is to be copied.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn tags_of(source: &CopySource) -> Result<Self, ErrorResponse> {
        let mut parameters = vec![("tagging".to_owned(), String::new())];
        parameters.extend(source.version.iter().map(|id| ("versionId".to_owned(), id.clone())));
        Ok(Self {
            operation: operation::find(Level::Object, "GET", &parameters)?,
            key: Some(source.key.clone()),
            parameters,
            ..Self::question(&source.bucket, &[("tagging", "")])?
        })
    }

    /// The question whether a bucket blocks public access.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn public_access_block_of(bucket: &str) -> Result<Self, ErrorResponse> {
        Self::question(bucket, &[("publicAccessBlock", "")])
    }

    /// The order to block all public access to a bucket.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn blocking_public_access(bucket: &str) -> Result<Self, ErrorResponse> {
        let question = Self::public_access_block_of(bucket)?;
        let settings =
            ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
        let settings = settings.map(|name| format!("<{name}>true</{name}>")).concat();
        let root = "PublicAccessBlockConfiguration";
        let xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";
        let body = format!("<{root} xmlns=\"{xmlns}\">{settings}</{root}>");
        Ok(Self {
            operation: operation::find(Level::Bucket, "PUT", &question.parameters)?,
            method: "PUT".to_owned(),
            body: body.into(),
            ..question
        })
    }

    /// The question for an account's buckets whose names begin with this one.
    ///
    /// # Errors
    /// As [`Self::policy_of`].
    pub(crate) fn buckets_of_name(name: &str) -> Result<Self, ErrorResponse> {
        let parameters = vec![("prefix".to_owned(), name.to_owned())];
        Ok(Self {
            operation: operation::find(Level::Service, "GET", &parameters)?,
            bucket: None,
            parameters,
            ..Self::question(name, &[("policy", "")])?
        })
    }

    fn question(bucket: &str, parameters: &[(&str, &str)]) -> Result<Self, ErrorResponse> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let parameters: Vec<_> = parameters.iter().map(owned).collect();
        Ok(Self {
            operation: operation::find(Level::Bucket, "GET", &parameters)?,
            method: "GET".to_owned(),
            bucket: Some(bucket.to_owned()),
            key: None,
            parameters,
            headers: Vec::new(),
            copy_source: None,
            body: Bytes::new(),
        })
    }
}
