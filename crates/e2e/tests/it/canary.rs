//! Canary secrets: planted in a whole life of a profile, from `setup` to `logout`, in what
//! goes well and in what fails, and searched for wherever somebody else could look.

mod failures;
mod journal;
mod life;
mod secrets;
mod watch;

use crate::stand::Stand;
use journal::{Journal, Kind};
use watch::Watch;

#[test]
fn no_secret_is_where_others_can_look() {
    let stand = Stand::start();
    let watch = Watch::over(stand.home.path());
    let mut journal = Journal::default();
    life::whole(&stand, &mut journal);
    failures::all(&stand, &mut journal);
    life::end(&stand, &mut journal);
    watch.end(&mut journal);
    let report = journal.report();
    println!("{report}");
    assert_eq!(report.findings, Vec::<String>::new());
    // A search of little proves little: what was looked at, at the least.
    for (kind, at_least) in [
        (Kind::Argv, 20),
        (Kind::Environ, 8),
        (Kind::Told, 60),
        (Kind::Page, 3),
        (Kind::File, 20),
        (Kind::Mode, 20),
    ] {
        let searched = report.searched(kind);
        assert!(searched >= at_least, "{kind:?}: {searched} searched, expected {at_least}");
    }
}

/// What the search would miss, it would miss silently: each kind of place is given a secret
/// once, and each way of writing it.
#[test]
fn the_search_finds_what_is_planted() {
    const SECRET: &str = "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long-enough-to-be-cut";
    let url_encoded = "1%2F%2F0canary%2Brefresh%3Dtoken-planted";
    for (text, is_found) in [
        (format!("prefix{SECRET}suffix"), true),
        (SECRET[..24].to_owned(), true),
        (SECRET[SECRET.len() - 24..].to_owned(), true),
        (SECRET[4..24].to_owned(), false),
        ("nothing here".to_owned(), false),
        (url_encoded.to_owned(), true),
        ("ya29.abcdefghijklmnopqrstuvwxyz".to_owned(), true),
        (
            format!(
                "{}J{}.{}J{}.sigsigsigsigsigsigsigsig",
                "ey",
                "h".repeat(20),
                "ey",
                "p".repeat(20)
            ),
            true,
        ),
    ] {
        let mut journal = Journal::default();
        journal.secret("client secret", SECRET);
        journal.secret("refresh token", "1//0canary+refresh=token-planted");
        journal.look(Kind::Told, "stderr of x", text.as_bytes());
        assert_eq!(!journal.report().findings.is_empty(), is_found, "{text}");
    }
    // An exception that holds no secret is a mistake of the test's own.
    let mut journal = Journal::default();
    journal.secret("client secret", SECRET);
    journal.except("stdout of x", b"nothing here");
    assert_eq!(journal.report().findings, ["stdout of x: expected a secret there"]);
}

/// The watcher sees arguments and environments of processes that hold a secret.
#[test]
fn the_watch_sees_other_processes() {
    use std::process::{Command, Stdio};

    const SECRET: &str = "canary-in-the-open-0a1b2c3d4e5f";
    let home = tempfile::tempdir().unwrap();
    let watch = Watch::over(home.path());
    let mut child = Command::new("/bin/sh")
        .args(["-c", "read line", SECRET])
        .env_clear()
        .env("HOME", home.path())
        .env("PLANTED", SECRET)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    watch.until_seen(SECRET);
    drop(child.stdin.take());
    child.wait().unwrap();
    let mut journal = Journal::default();
    journal.secret("planted", SECRET);
    watch.end(&mut journal);
    let findings = journal.report().findings;
    assert!(findings.iter().any(|finding| finding.starts_with("arguments of `/bin/sh")));
    assert!(findings.iter().any(|finding| finding.starts_with("environment of `/bin/sh")));
}

/// Whoever else signs in on this machine meanwhile is no leak of ours; our secrets are, whoever
/// has them.
#[test]
fn processes_of_others_may_have_tokens_of_their_own_and_none_of_ours() {
    const SECRET: &str = "canary-of-another-process-0a1b2c3d";
    let token =
        format!("{}J{}.{}J{}.{}", "ey", "h".repeat(20), "ey", "p".repeat(20), "s".repeat(24));
    let mut journal = Journal::default();
    journal.secret("planted", SECRET);
    journal.look(Kind::Foreign, "aws of somebody", token.as_bytes());
    assert_eq!(journal.report().findings, Vec::<String>::new());
    journal.look(Kind::Foreign, "ps", SECRET.as_bytes());
    journal.look(Kind::Argv, "fed-cli", token.as_bytes());
    assert_eq!(journal.report().findings, ["fed-cli: a signed token", "ps: planted"]);
}

/// A process that has neither our home nor us above it is another's.
#[test]
fn who_started_a_process_is_known() {
    use std::process::{Command, Stdio};

    let home = tempfile::tempdir().unwrap();
    let watch = Watch::over(home.path());
    // Its home is not ours, it is: a shell of a shell.
    let mut child = Command::new("/bin/sh")
        .args(["-c", "/bin/sh -c 'read line' started-here"])
        .env_clear()
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    watch.until_argued("started-here");
    drop(child.stdin.take());
    child.wait().unwrap();
    let mut journal = Journal::default();
    journal.secret("planted", "canary-that-is-nowhere-to-be-found");
    watch.end(&mut journal);
    let report = journal.report();
    assert!(report.searched(Kind::Argv) >= 2, "{report}");
    // The system's first process, at the least.
    assert!(report.searched(Kind::Foreign) >= 1, "{report}");
}
