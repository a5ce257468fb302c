//! Many at once on one empty entry: one does the work.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use credential_store::{FailureKind, SignInEntry, Store};
use fed_types::UnixTime;

use crate::samples::{PATIENCE, sign_in, sign_in_key};

const MANY: usize = 200;

#[test]
fn of_two_hundred_one_renews_and_all_get_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let renewals = AtomicU32::new(0);
    let renew = || {
        if let Some(entry) = store.read::<SignInEntry>(&sign_in_key()) {
            return entry;
        }
        let work = |locked: &credential_store::LockedEntry| {
            locked.read().unwrap_or_else(|| {
                renewals.fetch_add(1, Ordering::SeqCst);
                locked.save(&sign_in(7)).unwrap();
                sign_in(7)
            })
        };
        store.with_entry_locked(&sign_in_key(), PATIENCE, work).unwrap()
    };
    let answers: Vec<SignInEntry> = thread::scope(|scope| {
        let all: Vec<_> = (0..MANY).map(|_| scope.spawn(renew)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(renewals.load(Ordering::SeqCst), 1);
    assert!(answers.iter().all(|answer| *answer == sign_in(7)));
}

#[test]
fn of_two_hundred_one_fails_and_the_others_repeat_its_reason() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let tries = AtomicU32::new(0);
    let now = UnixTime::from_seconds(1000);
    let renew = || {
        let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
        match locked.failure() {
            Some(failure) if failure.holds(now) => failure.reason,
            _ => {
                tries.fetch_add(1, Ordering::SeqCst);
                let reason = "sign in again";
                locked.remember_failure(FailureKind::SignInNeeded, reason, now).unwrap().reason
            }
        }
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..MANY).map(|_| scope.spawn(renew)).collect();
        for one in all {
            assert_eq!(one.join().unwrap(), "sign in again");
        }
    });
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}
