//! The record of what the gate decided, for people and tests to read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use fed_types::UnixTime;
use serde::{Serialize, Serializer};
use tokio::sync::broadcast;

/// How a request came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// A policy allowed it, or it needs no permission.
    Allowed,
    /// A `Deny` statement spoke against it.
    ExplicitlyDenied,
    /// Nothing allowed it.
    ImplicitlyDenied,
    /// It never came to a policy: no valid signature or token, or the request itself is
    /// wrong, or the gate could not decide.
    Refused,
}

/// One request and what became of it. Holds no secret and no token.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionRecord {
    /// When, by the gate's clock; RFC 3339 in JSON.
    #[serde(serialize_with = "rfc3339")]
    pub time: UnixTime,
    /// The `RequestId` of the answer.
    pub request_id: String,
    /// The caller's ARN, once it is known.
    pub principal: Option<String>,
    /// Such as `ec2:DescribeInstances`, once it is known.
    pub action: Option<String>,
    /// The ARN that the verdict is about, or `*`.
    pub resource: Option<String>,
    /// The verdict.
    pub decision: Verdict,
    /// The statements that decided, each as `policy#statement`.
    pub deciding_statement: Vec<String>,
    /// Why it was denied or refused.
    pub reason: Option<String>,
    /// The HTTP status answered.
    pub status: u16,
    /// The error code answered, if any.
    pub code: Option<String>,
    /// How long the emulator took, in milliseconds, if it was asked.
    pub upstream_milliseconds: Option<f64>,
}

fn rfc3339<S: Serializer>(time: &UnixTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// A bounded log with any number of followers.
pub(crate) struct DecisionLog {
    kept: Mutex<VecDeque<Arc<DecisionRecord>>>,
    bound: usize,
    followers: broadcast::Sender<Arc<DecisionRecord>>,
}

/// A follower who is further behind than this misses records.
const FOLLOWER_BACKLOG: usize = 1024;

impl DecisionLog {
    pub(crate) fn new(bound: usize) -> Self {
        let (followers, _) = broadcast::channel(FOLLOWER_BACKLOG);
        Self { kept: Mutex::new(VecDeque::new()), bound, followers }
    }

    pub(crate) fn record(&self, record: DecisionRecord) {
        let record = Arc::new(record);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.bound {
            kept.pop_front();
        }
        kept.push_back(Arc::clone(&record));
        // Sent under the lock, so that `follow` neither misses nor repeats a record.
        // Nobody listening is no failure.
        let _ = self.followers.send(record);
    }

    pub(crate) fn kept(&self) -> Vec<Arc<DecisionRecord>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// What is kept, and a receiver of all that follows.
    pub(crate) fn follow(
        &self,
    ) -> (Vec<Arc<DecisionRecord>>, broadcast::Receiver<Arc<DecisionRecord>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.iter().cloned().collect(), self.followers.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(request_id: &str) -> DecisionRecord {
        DecisionRecord {
            time: UnixTime::from_seconds(1_795_428_000),
            request_id: request_id.to_owned(),
            principal: None,
            action: Some("ec2:DescribeInstances".to_owned()),
            resource: None,
            decision: Verdict::Refused,
            deciding_statement: Vec::new(),
            reason: Some("no signature".to_owned()),
            status: 403,
            code: None,
            upstream_milliseconds: None,
        }
    }

    #[test]
    fn the_oldest_records_go_first() {
        let log = DecisionLog::new(2);
        for id in ["1", "2", "3"] {
            log.record(record(id));
        }
        let ids: Vec<_> = log.kept().iter().map(|kept| kept.request_id.clone()).collect();
        assert_eq!(ids, ["2", "3"]);
    }

    #[test]
    fn a_follower_sees_what_was_and_what_comes() {
        let log = DecisionLog::new(2);
        log.record(record("1"));
        let (kept, mut coming) = log.follow();
        log.record(record("2"));
        assert_eq!(kept[0].request_id, "1");
        assert_eq!(coming.try_recv().unwrap().request_id, "2");
        assert_eq!(coming.try_recv().unwrap_err(), broadcast::error::TryRecvError::Empty);
    }

    #[test]
    fn time_is_written_as_rfc3339() {
        let json = serde_json::to_value(record("1")).unwrap();
        assert_eq!(json["time"], "2026-11-23T10:00:00Z");
        assert_eq!(json["decision"], "Refused");
    }
}
