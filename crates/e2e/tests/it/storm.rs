//! Many SDKs ask at once: one process does the work, or finds out that it cannot be done.

use std::process::Output;

use fake_issuer::Fault;
use iam_gate::Verdict;

use crate::stand::Stand;

/// `many` processes of `credential-process`, all started before the first is waited for.
fn storm(stand: &Stand, many: usize) -> Vec<Output> {
    let start = |_| {
        let mut command = stand.command(&["credential-process"]);
        command.env("BROWSER", stand.path("browser")).spawn().unwrap()
    };
    let children: Vec<_> = (0..many).map(start).collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

/// A home with a refresh token, no credentials, and a browser that tells on whoever opens it.
fn stand() -> Stand {
    let stand = Stand::start();
    let opened = stand.path("opened").display().to_string();
    stand.script("browser", &format!("echo \"$@\" >> '{opened}'"));
    stand.sign_in_to_be_renewed();
    stand
}

fn opened_tabs(stand: &Stand) -> usize {
    std::fs::read_to_string(stand.path("opened")).map_or(0, |text| text.lines().count())
}

/// What the store remembers of the failure: file and JSON.
fn remembered(stand: &Stand) -> (std::path::PathBuf, serde_json::Value) {
    let entries = std::fs::read_dir(stand.path(".local/state/fed")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let documents = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path: std::path::PathBuf| {
        let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path, value)
    };
    let mut failed = documents.map(read).filter(|(_, value): &(_, serde_json::Value)| {
        value.get("failure").is_some_and(|failure| !failure.is_null())
    });
    let found = failed.next().unwrap();
    assert!(failed.next().is_none(), "one entry's failure is remembered");
    found
}

#[test]
fn two_hundred_processes_renew_once_and_exchange_once() {
    let stand = stand();
    stand.count(Fault::TokenSlow { milliseconds: 50 });
    let answers = storm(&stand, 200);
    for answer in &answers {
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        assert_eq!(answer.stdout, answers[0].stdout);
    }
    assert!(String::from_utf8_lossy(&answers[0].stdout).contains("\"SessionToken\""));
    assert_eq!(stand.counted(), 1, "calls of the token endpoint");
    assert_eq!(stand.exchanges(), [Verdict::Allowed]);
    assert_eq!(opened_tabs(&stand), 0);
    assert_eq!(stand.issuer.mistakes(None), []);
    println!("storm: 200 processes, 1 refresh, 1 STS call, 200 equal answers, 0 tabs");
}

#[test]
fn of_a_hundred_that_cannot_renew_one_asks_in_each_pause() {
    let stand = stand();
    stand.count(Fault::TokenFailing { status: 503 });
    let answers = storm(&stand, 100);
    let calls = stand.counted();
    let (path, mut document) = remembered(&stand);
    assert_eq!(document["failure"]["count"], calls, "each try is one call");
    // The pauses are 5, 10, 20 s: a machine that needs longer for all hundred may try again.
    assert!((1..=3).contains(&calls), "{calls} calls");
    for answer in &answers {
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{told}");
        assert_eq!(answer.stdout, b"");
        let reason = document["failure"]["reason"].as_str().unwrap();
        assert!(told.starts_with(&format!("error: {reason}\n")), "{told}");
    }
    // Once the pause is over, one asks again, and the next pause is longer.
    document["failure"]["retry_at"] = document["failure"]["at"].clone();
    std::fs::write(&path, document.to_string()).unwrap();
    stand.count(Fault::TokenFailing { status: 503 });
    assert_eq!(storm(&stand, 10).len(), 10);
    assert_eq!(stand.counted(), 1, "calls after the pause");
    assert_eq!(remembered(&stand).1["failure"]["count"], calls + 1);
    assert_eq!((stand.exchanges(), opened_tabs(&stand)), (vec![], 0));
    println!("failing storm: 100 processes, {calls} refresh, 0 STS calls, 0 tabs");
}

#[test]
fn of_a_hundred_whose_refresh_token_was_revoked_one_finds_out() {
    let stand = stand();
    stand.count(Fault::RefreshRevoked);
    let answers = storm(&stand, 100);
    assert_eq!(stand.counted(), 1, "calls of the token endpoint");
    for answer in &answers {
        assert_eq!(
            String::from_utf8_lossy(&answer.stderr),
            "error: somebody has to sign in for profile `google`\n\n\
             hint: run `fed-cli login --profile google`\n"
        );
        assert_eq!((answer.status.code(), answer.stdout.as_slice()), (Some(4), &b""[..]));
    }
    assert_eq!((stand.exchanges(), opened_tabs(&stand)), (vec![], 0));
    println!("revoked: 100 processes, 1 refresh, 100 times exit status 4, 0 tabs");
}
