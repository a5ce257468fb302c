//! What is kept, and until when.

use std::cell::Cell as Count;

use super::*;

type Answer = Result<Option<u32>, ErrorResponse>;

/// What is told under a key, and how often it was read so far.
struct Asked {
    cells: Cells<&'static str, u32>,
    reads: Count<usize>,
}

impl Asked {
    fn with_room(bound: usize) -> Self {
        Self { cells: Cells::new(bound), reads: Count::new(0) }
    }

    async fn get(&self, key: &'static str, breaks: u64, answer: Answer) -> Answer {
        self.cells.get(key, &Used::default(), breaks, self.reading(answer)).await
    }

    async fn reading(&self, answer: Answer) -> Answer {
        self.reads.set(self.reads.get() + 1);
        answer
    }
}

fn failure() -> ErrorResponse {
    ErrorResponse::Upstream("silent".to_owned())
}

#[tokio::test]
async fn what_was_read_is_kept_and_what_is_not_there_is_not() {
    let asked = Asked::with_room(2);
    for _ in 0..3 {
        assert_eq!(asked.get("a", 0, Ok(Some(1))).await, Ok(Some(1)));
    }
    assert_eq!(asked.reads.get(), 1);
    assert_eq!(asked.get("b", 0, Ok(None)).await, Ok(None));
    assert_eq!(asked.get("b", 0, Err(failure())).await, Err(failure()));
    assert_eq!(asked.get("b", 0, Ok(Some(2))).await, Ok(Some(2)));
    assert_eq!(asked.reads.get(), 4);
}

#[tokio::test]
async fn the_oldest_goes_where_there_is_no_room() {
    let asked = Asked::with_room(2);
    for key in ["a", "b", "c"] {
        assert_eq!(asked.get(key, 0, Ok(Some(1))).await, Ok(Some(1)));
    }
    assert_eq!(asked.get("b", 0, Ok(Some(2))).await, Ok(Some(1)));
    assert_eq!(asked.get("c", 0, Ok(Some(2))).await, Ok(Some(1)));
    assert_eq!(asked.get("a", 0, Ok(Some(2))).await, Ok(Some(2)));
    assert_eq!(asked.reads.get(), 4);
}

#[tokio::test]
async fn writes_on_and_on_leave_nothing_behind() {
    let asked = Asked::with_room(2);
    for _ in 0..100 {
        assert_eq!(asked.get("a", 0, Ok(Some(1))).await, Ok(Some(1)));
        asked.cells.forget(|key| *key == "a");
    }
    assert_eq!(asked.reads.get(), 100);
    let kept = asked.cells.kept();
    assert_eq!((kept.cells.len(), kept.order.len()), (0, 0));
}

#[tokio::test]
async fn only_what_is_meant_is_forgotten() {
    let asked = Asked::with_room(2);
    for key in ["a", "b"] {
        assert_eq!(asked.get(key, 0, Ok(Some(1))).await, Ok(Some(1)));
    }
    asked.cells.forget(|key| *key == "a");
    assert_eq!(asked.get("a", 0, Ok(Some(2))).await, Ok(Some(2)));
    assert_eq!(asked.get("b", 0, Ok(Some(2))).await, Ok(Some(1)));
}

#[tokio::test]
async fn a_break_takes_everything() {
    let asked = Asked::with_room(2);
    let used = Used::default();
    let read = asked.reading(Ok(Some(1)));
    assert_eq!(asked.cells.get("a", &used, 0, read).await, Ok(Some(1)));
    assert!(used.is_current());
    assert_eq!(asked.get("b", 1, Ok(Some(2))).await, Ok(Some(2)));
    assert!(!used.is_current());
    assert_eq!(asked.get("a", 1, Ok(Some(2))).await, Ok(Some(2)));
}

/// A reading that a write overlaps: its begin, its end, or both.
#[tokio::test]
async fn what_is_read_across_a_write_is_kept_by_nobody() {
    for forgotten_before_the_end in [false, true] {
        let asked = Asked::with_room(2);
        let used = Used::default();
        let (goes_on, waits) = tokio::sync::oneshot::channel::<()>();
        let slow = async {
            waits.await.map_err(|_| failure())?;
            asked.reading(Ok(Some(1))).await
        };
        let reading = asked.cells.get("a", &used, 0, slow);
        let write = async {
            // The reader has begun: it was polled first.
            asked.cells.forget(|key| *key == "a");
            if forgotten_before_the_end {
                assert_eq!(asked.get("a", 0, Ok(Some(2))).await, Ok(Some(2)));
                asked.cells.forget(|key| *key == "a");
            }
            goes_on.send(()).map_err(|()| failure())
        };
        let (read, wrote) = tokio::join!(biased; reading, write);
        assert_eq!((read, wrote), (Ok(Some(1)), Ok(())));
        assert!(!used.is_current(), "who read it knows");
        assert_eq!(asked.get("a", 0, Ok(Some(3))).await, Ok(Some(3)));
    }
}

/// Absence is right when it is told; only a write makes it wrong.
#[tokio::test]
async fn what_is_not_there_leaves_who_asked_current() {
    let asked = Asked::with_room(2);
    let used = Used::default();
    let found = asked.cells.get("a", &used, 0, asked.reading(Ok(None))).await;
    assert_eq!((found, used.is_current()), (Ok(None), true));
    let found = asked.cells.get("b", &used, 0, asked.reading(Ok(Some(1)))).await;
    assert_eq!((found, used.is_current()), (Ok(Some(1)), true));
    asked.cells.forget(|key| *key == "b");
    assert!(!used.is_current());
}

/// Who began before a break neither gives anything to others nor takes theirs.
#[tokio::test]
async fn an_older_reading_leaves_what_newer_ones_found() {
    let asked = Asked::with_room(2);
    assert_eq!(asked.get("a", 1, Ok(Some(1))).await, Ok(Some(1)));
    let used = Used::default();
    let old = asked.cells.get("a", &used, 0, asked.reading(Ok(Some(0)))).await;
    assert_eq!((old, used.is_current()), (Ok(Some(0)), false));
    assert_eq!(asked.get("a", 1, Ok(Some(2))).await, Ok(Some(1)));
}

#[test]
fn doubts_last_until_all_is_settled_and_once_after() {
    let doubts = Doubts::default();
    assert!(!doubts.are_due(None));
    let later = Instant::now() + std::time::Duration::from_secs(3600);
    assert!(doubts.are_due(Some(later)) && doubts.are_due(Some(later)));
    let doubts = Doubts::default();
    let settled = Some(Instant::now());
    assert!(doubts.are_due(settled));
    assert!(!doubts.are_due(settled));
}
