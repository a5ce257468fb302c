//! What the requests to `/_lab` share.

use std::sync::Arc;
use std::time::Instant;

use fed_types::Secret;
use tokio::sync::Notify;

use super::lessons::Lessons;
use crate::LabStatus;
use crate::accounts::Accounts;
use crate::page::WayIn;

/// What the requests of one server share.
pub(super) struct Served {
    pub(super) key: Secret,
    pub(super) port: u16,
    pub(super) accounts: Arc<Accounts>,
    pub(super) lessons: Lessons,
    pub(super) pages: WayIn,
    /// Without what changes: `accounts` and `seconds`.
    pub(super) status: LabStatus,
    pub(super) ready: Instant,
    pub(super) stop_requested: Arc<Notify>,
}
