//! Writers killed at any moment lose nothing that was written.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use credential_store::{SignInEntry, Store};

use crate::samples::{PATIENCE, sign_in, sign_in_key};

/// Tells the test that it is the writer in a process of its own, and where to write.
const WRITER: &str = "CREDENTIAL_STORE_TEST_WRITER";

/// The writer's side, until it is killed.
fn write_on(directory: &Path) -> ! {
    let store = Store::new(directory);
    loop {
        let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
        let before = locked.read::<SignInEntry>().map_or(0, |entry| generation(&entry));
        locked.save(&sign_in(before + 1)).unwrap();
        // On a line of its own, whatever the test harness has printed before.
        println!("\nsaved {}", before + 1);
    }
}

fn generation(entry: &SignInEntry) -> u64 {
    entry.subject.parse().unwrap()
}

fn start_writer(directory: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::a_writer_that_is_killed_loses_nothing", "--nocapture"])
        .env(WRITER, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// That a machine without power loses nothing either is what is flushed: see the store's own
/// tests.
#[test]
fn a_writer_that_is_killed_loses_nothing() {
    if let Some(directory) = env::var_os(WRITER) {
        write_on(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let (mut kills, mut last) = (0, 0);
    while last < 1000 {
        let mut child = start_writer(directory.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some writes, then at some moment within the next one.
        let writes = 1 + RandomState::new().hash_one(kills) % 24;
        let mut acknowledged = last;
        for _ in 0..writes {
            let line = lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("saved "));
            acknowledged = line.unwrap()["saved ".len()..].parse().unwrap();
        }
        for _ in 0..RandomState::new().hash_one(kills) % 20_000 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        let entry = store.read::<SignInEntry>(&sign_in_key()).expect("the entry is whole");
        let found = generation(&entry);
        assert_eq!(entry, sign_in(found), "no part is of another generation");
        assert!(found >= acknowledged, "{acknowledged} was saved, {found} found");
        last = found;
    }
    println!("{last} writes, {kills} kills, none lost, none torn");
}
