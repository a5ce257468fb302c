//! What a running lab says of itself.

use serde::{Deserialize, Serialize};

use crate::LabName;

/// What a running lab says of itself, `GET /_lab`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabStatus {
    /// Its name, where it has one.
    pub name: Option<LabName>,
    /// Its folder's name.
    pub id: String,
    /// The process.
    pub process: u32,
    /// Such as `host`, and why.
    pub backend: String,
    /// The account that it began with.
    pub account: String,
    /// How many accounts it has now.
    pub accounts: usize,
    /// The region.
    pub region: String,
    /// Where requests to AWS go.
    pub gate_url: String,
    /// Where the issuer listens.
    pub issuer_url: String,
    /// Seconds since it became ready.
    pub seconds: u64,
}
