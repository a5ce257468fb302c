//! Facts that are kept until something may have changed them.
//!
//! Each fact lies in a cell of its own, and whoever asks for one that is being read waits for
//! that reading. A write takes the cells that it can have changed out when it begins and again
//! when it has ended: what was read across either moment is used by those who were reading it,
//! who ran beside the write, and by nobody after them.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::OnceCell;

use crate::error_response::ErrorResponse;

/// Facts of one kind, each under its key. The oldest go first where there are too many.
pub(crate) struct Cells<K, T> {
    kept: Mutex<Kept<K, T>>,
    bound: usize,
}

struct Kept<K, T> {
    /// As of how many breaks with the emulator: after each it may be another one, which
    /// holds nothing of what was read.
    breaks: u64,
    cells: HashMap<K, (u64, Arc<Cell<T>>)>,
    /// The keys in the order in which they came.
    order: BTreeMap<u64, K>,
    next: u64,
}

struct Cell<T> {
    fact: OnceCell<Option<T>>,
    stale: Arc<AtomicBool>,
}

/// When all facts were last taken out because of a write that may come to pass at any time.
#[derive(Default)]
pub(crate) struct Doubts(Mutex<Option<Instant>>);

impl Doubts {
    /// Whether facts have to be taken out: again and again until such writes are `settled`,
    /// and once after that.
    pub(crate) fn are_due(&self, settled: Option<Instant>) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = settled.is_some_and(|settled| last.is_none_or(|last| last < settled));
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}

/// The facts that somebody has used: whether all of them are still right.
#[derive(Default)]
pub(crate) struct Used(Mutex<Vec<Arc<AtomicBool>>>);

impl Used {
    /// Whether nothing that was used may have changed since.
    pub(crate) fn is_current(&self) -> bool {
        let used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.iter().all(|stale| !stale.load(Ordering::SeqCst))
    }

    fn add(&self, stale: &Arc<AtomicBool>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(stale));
    }
}

impl<K: Clone + Eq + Hash, T: Clone> Cells<K, T> {
    /// Room for so many facts.
    pub(crate) fn new(bound: usize) -> Self {
        let kept = Kept { breaks: 0, cells: HashMap::new(), order: BTreeMap::new(), next: 0 };
        Self { kept: Mutex::new(kept), bound }
    }

    /// The fact under this key: as it is kept, or else as `read` finds it. That there is no
    /// such thing is told to everybody who waits for it, and not kept.
    ///
    /// # Errors
    /// Those of `read`; whoever asks next reads again.
    pub(crate) async fn get(
        &self,
        key: K,
        used: &Used,
        breaks: u64,
        read: impl Future<Output = Result<Option<T>, ErrorResponse>>,
    ) -> Result<Option<T>, ErrorResponse> {
        let cell = self.kept().cell(&key, breaks, self.bound);
        used.add(&cell.stale);
        if let Some(fact) = cell.fact.get() {
            return Ok(fact.clone());
        }
        let fact = cell.fact.get_or_try_init(|| read).await?.clone();
        if fact.is_none() {
            self.kept().remove_this(&key, &cell);
        }
        Ok(fact)
    }

    /// Takes out what this says of, whether it is read or being read.
    pub(crate) fn forget(&self, is_meant: impl Fn(&K) -> bool) {
        let mut kept = self.kept();
        let meant: Vec<K> = kept.cells.keys().filter(|key| is_meant(key)).cloned().collect();
        for key in meant {
            kept.remove(&key);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K, T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, T> Kept<K, T> {
    fn cell(&mut self, key: &K, breaks: u64, bound: usize) -> Arc<Cell<T>> {
        if breaks < self.breaks {
            // Asked by somebody who began before the break: read for him, and kept for nobody.
            let stale = Arc::new(AtomicBool::new(true));
            return Arc::new(Cell { fact: OnceCell::new(), stale });
        }
        if self.breaks < breaks {
            self.breaks = breaks;
            self.order.clear();
            for (_, (_, cell)) in self.cells.drain() {
                cell.stale.store(true, Ordering::SeqCst);
            }
        }
        if let Some((_, cell)) = self.cells.get(key) {
            return Arc::clone(cell);
        }
        while self.cells.len() >= bound
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.remove(&oldest);
        }
        let cell = Arc::new(Cell { fact: OnceCell::new(), stale: Arc::default() });
        self.order.insert(self.next, key.clone());
        self.cells.insert(key.clone(), (self.next, Arc::clone(&cell)));
        self.next += 1;
        cell
    }

    fn remove(&mut self, key: &K) {
        if let Some((number, cell)) = self.cells.remove(key) {
            self.order.remove(&number);
            cell.stale.store(true, Ordering::SeqCst);
        }
    }

    fn remove_this(&mut self, key: &K, cell: &Arc<Cell<T>>) {
        if self.cells.get(key).is_some_and(|(_, kept)| Arc::ptr_eq(kept, cell))
            && let Some((number, _)) = self.cells.remove(key)
        {
            // It was right when it was read: there was no such thing then.
            self.order.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests;
