//! Which of several settings counts: option before environment before profile.

use crate::scripted::{at_a_terminal, through_pipes};
use crate::sealed::Sealed;

const PROFILE: &str = "issuer = 'http://127.0.0.1:9'\nclient_id = 'c'\n\
    role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'us-east-1'\n";

/// The source that `doctor` names for a person at a terminal.
fn source(sealed: &Sealed, words: &[&str]) -> String {
    let seen = at_a_terminal(sealed, &[&["doctor", "--offline"], words].concat(), &[]);
    assert_eq!((seen.status, seen.stderr.as_str()), (0, ""));
    named(&seen.stdout)
}

fn named(report: &str) -> String {
    let line = report.lines().find_map(|line| line.split_once("token source: "));
    line.map(|(_, source)| source.to_owned()).unwrap_or_default()
}

fn over_ssh() -> Sealed {
    Sealed::with_config(&format!("[profile.google]\n{PROFILE}")).env("SSH_CONNECTION", "a 1 b 2")
}

#[test]
fn over_ssh_a_person_pastes() {
    assert_eq!(source(&over_ssh(), &[]), "paste");
}

#[test]
fn whoever_has_a_browser_or_says_how_is_believed_over_ssh() {
    assert_eq!(source(&over_ssh().env("DISPLAY", ":10"), &[]), "browser");
    assert_eq!(source(&over_ssh().env("BROWSER", "lynx"), &[]), "browser");
    assert_eq!(source(&over_ssh(), &["--no-browser"]), "browser");
    assert_eq!(source(&over_ssh(), &["--source", "device"]), "device");
    let here = Sealed::with_config(&format!("[profile.google]\n{PROFILE}"));
    assert_eq!(source(&here, &[]), "browser");
}

#[test]
fn a_script_over_ssh_pastes_nothing() {
    let seen = through_pipes(&over_ssh(), &["doctor", "--offline"], &[]);
    assert_eq!(named(&seen.stdout), "browser");
}
