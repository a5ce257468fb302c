//! A permission that was used.

use std::collections::BTreeMap;

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// Such as `s3:GetObject`.
    pub action: String,
    /// The resource's ARN as it is, or `*` where the action knows none. A part of it between
    /// separators that is `*` means any, as in `instance/*`, except in S3's buckets and keys.
    pub resource: String,
    /// Condition keys to be asked for, and the values that the request had.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Permission {
    /// Without condition keys.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), keys: BTreeMap::new() }
    }
}
