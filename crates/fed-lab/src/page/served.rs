//! What the requests for pages share.

use std::sync::Arc;

use iam_gate::Enforcement;
use lab_page::LabFacts;
use tokio::sync::watch;

use super::Shown;
use super::entry::Entry;

pub(super) struct Served {
    pub(super) port: u16,
    pub(super) entry: Arc<Entry>,
    pub(super) shown: Shown,
    /// Turns true when the lab stops.
    pub(super) stopped: watch::Receiver<bool>,
}

impl Served {
    /// The lab as it is now.
    pub(super) fn lab(&self) -> LabFacts {
        let audit = self.shown.gate.enforcement() == Enforcement::Audit;
        LabFacts { audit, ..self.shown.lab.clone() }
    }
}
