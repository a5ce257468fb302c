//! Watches `/proc` as any other user's program could (arguments), and as the user's own
//! could (environments).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::journal::{Journal, Kind};
use super::life::EXEC_CHILD;

/// What was seen so far; each text once.
#[derive(Default)]
struct Seen {
    arguments: BTreeSet<String>,
    /// Those of processes that are neither ours nor have our home.
    foreign: BTreeSet<String>,
    /// Arguments and environment of each process whose home is ours.
    environments: BTreeSet<(String, String)>,
}

/// A thread that looks again and again until [`Watch::end`].
pub(super) struct Watch {
    ended: Arc<AtomicBool>,
    seen: Arc<Mutex<Seen>>,
    thread: JoinHandle<()>,
}

impl Watch {
    /// Watches all processes' arguments, and the environments of those whose `HOME` is `home`.
    pub(super) fn over(home: &Path) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let marker = format!("HOME={}\0", home.display());
        let (until, into) = (Arc::clone(&ended), Arc::clone(&seen));
        let thread = std::thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                look(&marker, &into);
                std::thread::yield_now();
            }
        });
        Self { ended, seen, thread }
    }

    /// Waits until a process was seen that has `text` in its environment.
    pub(super) fn until_seen(&self, text: &str) {
        let has = |(_, environment): &(String, String)| environment.contains(text);
        while !self.seen.lock().unwrap().environments.iter().any(has) {
            std::thread::yield_now();
        }
    }

    /// Waits until a process of ours was seen that has `text` among its arguments.
    pub(super) fn until_argued(&self, text: &str) {
        while !self.seen.lock().unwrap().arguments.iter().any(|seen| seen.contains(text)) {
            std::thread::yield_now();
        }
    }

    /// Stops, and writes into the journal what was seen.
    pub(super) fn end(self, journal: &mut Journal) {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        let seen = self.seen.lock().unwrap();
        for arguments in &seen.arguments {
            journal.look(Kind::Argv, format!("arguments of `{arguments}`"), arguments.as_bytes());
        }
        // What others sign in with there is not known here, and none of ours.
        for arguments in &seen.foreign {
            let name = format!("arguments of `{arguments}`");
            journal.look(Kind::Foreign, name, arguments.as_bytes());
        }
        for (arguments, environment) in &seen.environments {
            if arguments.contains(EXEC_CHILD) && !arguments.contains("fed-cli") {
                journal.except("environment of what `exec` runs", environment.as_bytes());
                continue;
            }
            if environment.contains("HTTPS_PROXY=") {
                journal.except("`HTTPS_PROXY`, where the user put it", environment.as_bytes());
                continue;
            }
            let name = format!("environment of `{arguments}`");
            journal.look(Kind::Environ, name, environment.as_bytes());
        }
    }
}

fn look(marker: &str, into: &Mutex<Seen>) {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let is_process = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().iter().all(u8::is_ascii_digit))
    };
    for process in processes.filter(is_process) {
        // A process may be gone at any of these reads, or become another program.
        let Some(arguments) = text(&process.join("cmdline")) else { continue };
        let environment = text(&process.join("environ"));
        let same_program = text(&process.join("cmdline")).as_ref() == Some(&arguments);
        let shown = arguments.replace('\0', " ").trim_end().to_owned();
        let has_home =
            |environment: &String| same_program && format!("{environment}\0").contains(marker);
        let environment = environment.filter(has_home);
        let is_ours = environment.is_some() || descends_from_here(&process);
        let mut seen = into.lock().unwrap();
        if let Some(environment) = environment {
            seen.environments.insert((shown.clone(), environment));
        }
        match is_ours {
            true => seen.arguments.insert(shown),
            false => seen.foreign.insert(shown),
        };
    }
}

/// Whether this process, or who started it, was started by this one.
fn descends_from_here(process: &Path) -> bool {
    let here = std::process::id().to_string();
    let mut process = process.to_owned();
    loop {
        if process.file_name().is_some_and(|name| *name == *here) {
            return true;
        }
        // The name in parentheses may hold anything; state and parent stand behind it.
        let stat = text(&process.join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1));
        match parent {
            None | Some("0") => return false,
            Some(parent) => process = Path::new("/proc").join(parent),
        }
    }
}

fn text(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}
