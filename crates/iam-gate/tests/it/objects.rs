//! S3's objects, long ones: they pass as they come, and what is found wrong on the way never
//! becomes an object.

mod abandoned;
mod bounds;
mod downloads;
mod forged;
mod passing;
mod store;
mod upload;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iam_gate::{Clock, Gate, GateConfig, Limits};

use crate::client::Signing;
use crate::lab::{NOW, account};
use store::Store;

/// A gate before a store, and its administrator.
pub(crate) struct ObjectLab {
    pub(crate) gate: Gate,
    pub(crate) store: Store,
    pub(crate) root: Signing,
}

impl ObjectLab {
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::standard()).await
    }

    /// A gate that gives emulator and client a second each.
    pub(crate) async fn impatient() -> Self {
        Self::start_with(Limits {
            upstream_time: Duration::from_secs(1),
            request_time: Duration::from_secs(1),
            answer_time: Duration::from_secs(1),
            ..Limits::standard()
        })
        .await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        let store = Store::start().await;
        let still = || -> SystemTime { UNIX_EPOCH + Duration::from_secs(NOW as u64) };
        let gate = Gate::start(GateConfig {
            upstream: store.url().parse().unwrap(),
            port: None,
            region: "ap-northeast-2".to_owned(),
            issuers: Vec::new(),
            callbacks: Vec::new(),
            clock: Clock::new(still),
            limits,
        })
        .await
        .unwrap();
        let root = Signing::with(&gate.open_account(&account()).unwrap(), still());
        Self { gate, store, root }
    }
}

/// So much of something that no two parts of are the same.
pub(crate) fn content(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}
