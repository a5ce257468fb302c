//! The decisions that are kept: bounded, followed, cleared.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::broadcast;

use crate::Limits;
use crate::decision::DecisionRecord;

/// Who is told of every decision, in order, before its answer goes out. It must not block.
pub type DecisionObserver = Box<dyn Fn(&DecisionRecord) + Send + Sync>;

/// A bounded log with any number of followers.
pub(crate) struct DecisionLog {
    kept: Mutex<Kept>,
    /// Held from before a decision is told until it is kept, so that all are told in one order.
    order: Mutex<()>,
    bound: usize,
    bound_in_bytes: usize,
    followers: broadcast::Sender<Arc<DecisionRecord>>,
    observer: OnceLock<DecisionObserver>,
}

#[derive(Default)]
struct Kept {
    /// With the size of each.
    records: VecDeque<(Arc<DecisionRecord>, usize)>,
    /// Of all of them.
    bytes: usize,
    /// How many came before the first that is kept.
    before: u64,
    /// Gone to make room.
    dropped: u64,
    /// Denied and let through.
    let_through: u64,
}

/// A follower who is further behind than this misses records.
const FOLLOWER_BACKLOG: usize = 256;

/// Records that a reader holds at a time.
const BATCH: usize = 16;

/// Some of what is kept.
pub(crate) struct Batch {
    pub(crate) records: Vec<Arc<DecisionRecord>>,
    /// How many are gone that stood before them.
    pub(crate) missed: u64,
    /// Where the next ones begin.
    pub(crate) next: u64,
}

impl DecisionLog {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (followers, _) = broadcast::channel(FOLLOWER_BACKLOG);
        Self {
            kept: Mutex::default(),
            order: Mutex::default(),
            bound: limits.decisions,
            bound_in_bytes: limits.decision_bytes,
            followers,
            observer: OnceLock::new(),
        }
    }

    /// Tells of every decision from now on; `false` where somebody is told already.
    pub(crate) fn observe(&self, observer: DecisionObserver) -> bool {
        self.observer.set(observer).is_ok()
    }

    /// Tells of a decision, and keeps it unless it is only to be told.
    pub(crate) fn record(&self, record: DecisionRecord, keeps: bool) {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(observer) = self.observer.get() {
            observer(&record);
        }
        let size = record.size();
        let record = Arc::new(record);
        let mut kept = self.lock();
        kept.let_through += u64::from(!record.enforced);
        if keeps {
            kept.records.push_back((Arc::clone(&record), size));
            kept.bytes += size;
        }
        while kept.records.len() > self.bound || kept.bytes > self.bound_in_bytes {
            let Some((_, size)) = kept.records.pop_front() else { break };
            kept.bytes -= size;
            kept.before += 1;
            kept.dropped += 1;
        }
        // Sent under the lock, so that `follow` neither misses nor repeats a record.
        // Nobody listening is no failure.
        let _ = self.followers.send(record);
    }

    pub(crate) fn kept(&self) -> Vec<Arc<DecisionRecord>> {
        self.lock().records.iter().map(|(record, _)| Arc::clone(record)).collect()
    }

    /// How many went to make room for later ones, since it was cleared last.
    pub(crate) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// How many were denied and let through.
    pub(crate) fn let_through(&self) -> u64 {
        self.lock().let_through
    }

    /// Forgets what is kept. Followers go on.
    pub(crate) fn clear(&self) {
        let mut kept = self.lock();
        kept.before += kept.records.len() as u64;
        kept.records.clear();
        kept.bytes = 0;
        kept.dropped = 0;
    }

    /// What is kept now, by numbers for [`Self::read`].
    pub(crate) fn range(&self) -> Range<u64> {
        self.lock().range()
    }

    /// The first of these that are still kept: a few at a time, so that nobody who reads slowly
    /// holds what the log has let go.
    pub(crate) fn read(&self, range: &Range<u64>) -> Batch {
        let kept = self.lock();
        let first = range.start.max(kept.before).min(range.end);
        let skipped = usize::try_from(first - kept.before.min(first)).unwrap_or(usize::MAX);
        let count = usize::try_from(range.end - first).unwrap_or(usize::MAX).min(BATCH);
        let records = kept.records.iter().skip(skipped).take(count);
        let records: Vec<_> = records.map(|(record, _)| Arc::clone(record)).collect();
        let next = match records.len() {
            0 => range.end,
            read => first + read as u64,
        };
        Batch { records, missed: first - range.start, next }
    }

    /// What is kept, and a receiver of all that follows.
    pub(crate) fn follow(&self) -> (Range<u64>, broadcast::Receiver<Arc<DecisionRecord>>) {
        let kept = self.lock();
        (kept.range(), self.followers.subscribe())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn range(&self) -> Range<u64> {
        self.before..self.before + self.records.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use fed_types::UnixTime;

    use super::*;
    use crate::trace::Trace;

    fn record(request_id: &str) -> DecisionRecord {
        let time = UnixTime::from_seconds(1_795_428_000);
        let mut trace = Trace::default();
        trace.action("ec2:DescribeInstances");
        trace.refused("no signature");
        trace.record(time, request_id, 403, Some(("AccessDenied", "no")))
    }

    fn log_of(decisions: usize) -> DecisionLog {
        DecisionLog::new(&Limits { decisions, ..Limits::standard() })
    }

    #[test]
    fn the_oldest_records_go_first_and_are_counted() {
        let log = log_of(2);
        for id in ["1", "2", "3"] {
            log.record(record(id), true);
        }
        let ids: Vec<_> = log.kept().iter().map(|kept| kept.request_id.clone()).collect();
        assert_eq!(ids, ["2", "3"]);
        assert_eq!(log.dropped(), 1);
        log.clear();
        assert_eq!((log.kept().len(), log.dropped()), (0, 0));
    }

    #[test]
    fn a_follower_sees_what_was_and_what_comes() {
        let log = log_of(2);
        log.record(record("1"), true);
        let (range, mut coming) = log.follow();
        assert_eq!(log.read(&range).records[0].request_id, "1");
        log.clear();
        log.record(record("2"), true);
        assert_eq!(coming.try_recv().unwrap().request_id, "2");
        assert_eq!(coming.try_recv().unwrap_err(), broadcast::error::TryRecvError::Empty);
    }

    #[test]
    fn decisions_are_bounded_in_bytes_too() {
        let size = record("1").size();
        let limits = Limits { decision_bytes: 3 * size, ..Limits::standard() };
        let log = DecisionLog::new(&limits);
        for _ in 0..5 {
            log.record(record("1"), true);
        }
        assert_eq!((log.kept().len(), log.dropped()), (3, 2));
        let long = DecisionRecord { reason: Some("r".repeat(2 * size)), ..record("2") };
        log.record(long, true);
        assert_eq!((log.kept().len(), log.dropped()), (1, 5));
        log.clear();
        log.record(record("1"), true);
        assert_eq!((log.kept().len(), log.dropped()), (1, 0));
    }

    #[test]
    fn a_reader_gets_a_few_at_a_time_and_is_told_what_it_missed() {
        let log = log_of(40);
        let add = |count: usize| (0..count).for_each(|_| log.record(record("1"), true));
        add(40);
        let mut range = log.range();
        let mut read = || {
            let batch = log.read(&range);
            range.start = batch.next;
            (batch.missed, batch.records.len())
        };
        assert_eq!(read(), (0, 16));
        add(20);
        assert_eq!(read(), (4, 16));
        add(10);
        assert_eq!(read(), (0, 4), "what came later is not asked for");
        assert_eq!((read(), range.is_empty()), ((0, 0), true));
        let range = log.range();
        log.clear();
        let batch = log.read(&range);
        assert_eq!((batch.missed, batch.records.len(), batch.next), (40, 0, range.end));
    }

    /// Whoever is told while decisions are made at once is told in the order in which they are
    /// kept.
    #[test]
    fn all_are_told_in_the_order_in_which_they_are_kept() {
        let log = log_of(4000);
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        log.observe(Box::new(move |record| teller.lock().unwrap().push(record.request_id.clone())));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let log = &log;
                scope.spawn(move || {
                    (0..1000).for_each(|n| log.record(record(&format!("{thread}-{n}")), true));
                });
            }
        });
        let kept: Vec<_> = log.kept().iter().map(|kept| kept.request_id.clone()).collect();
        assert_eq!(*told.lock().unwrap(), kept);
    }

    #[test]
    fn what_is_only_told_is_not_kept() {
        let log = log_of(9);
        let (_, mut coming) = log.follow();
        log.record(record("filling"), false);
        log.record(record("other"), true);
        let ids: Vec<_> = log.kept().iter().map(|kept| kept.request_id.clone()).collect();
        assert_eq!(ids, ["other"]);
        assert_eq!(coming.try_recv().unwrap().request_id, "filling");
    }

    #[test]
    fn an_observer_is_told_of_what_is_not_kept_too() {
        let log = log_of(1);
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let observer: DecisionObserver =
            Box::new(move |record| teller.lock().unwrap().push(record.request_id.clone()));
        assert!(log.observe(observer));
        assert!(!log.observe(Box::new(|_| ())), "there is one at most");
        log.record(record("1"), true);
        log.record(record("2"), true);
        assert_eq!(*told.lock().unwrap(), ["1", "2"]);
    }

    #[test]
    fn time_is_written_as_rfc3339() {
        let json = serde_json::to_value(record("1")).unwrap();
        assert_eq!(json["time"], "2026-11-23T10:00:00Z");
        assert_eq!(json["decision"], "Refused");
    }
}
