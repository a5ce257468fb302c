//! `bootstrap apply` and `destroy` killed at any of their calls: the next run comes to the same
//! end as one that nobody killed.

use std::process::Stdio;

use crate::account::{Account, Cut, Key, State};
use crate::sealed::Sealed;

use super::{KEY_FILE, ROLE, account, sealed};

/// What is made, by its options.
const BLUEPRINTS: [(&str, &[&str]); 4] = [
    ("google with a user", &["--subject", "113632458324056836621", "--no-policy-user"]),
    (
        "github with policies",
        &[
            "--issuer",
            "https://token.actions.githubusercontent.com",
            "--audience",
            "sts.amazonaws.com",
            "--subject",
            "repo:acme/app:ref:refs/heads/main",
            "--policy-arn",
            "AmazonEC2FullAccess",
            "--policy-arn",
            "AdministratorAccess",
            "--inline-policy",
            "logs=logs.json",
        ],
    ),
    (
        "gitlab with a user and a policy",
        &[
            "--issuer",
            "https://gitlab.com",
            "--audience",
            "https://gitlab.com",
            "--subject",
            "project_path:acme/app:ref_type:branch:ref:main",
            "--policy-arn",
            "AmazonEC2FullAccess",
            "--max-session-duration",
            "2h",
            "--no-policy-user",
        ],
    ),
    (
        "a role for two subjects",
        &[
            "--subject",
            "113632458324056836621",
            "--subject",
            "42",
            "--inline-policy",
            "logs=logs.json",
            "--inline-policy",
            "more=logs.json",
        ],
    ),
];

const INLINE: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
    "Action": "logs:PutLogEvents", "Resource": "*"}}"#;

fn home(account: &Account) -> Sealed {
    let sealed = sealed(account);
    sealed.file("logs.json", INLINE);
    sealed
}

fn apply(options: &[&'static str]) -> Vec<&'static str> {
    [&["bootstrap", "apply", "--yes"], options].concat()
}

const DESTROY: [&str; 3] = ["bootstrap", "destroy", "--yes"];

/// The state but for what differs from run to run: which access key it is.
fn comparable(account: &Account) -> State {
    let mut state = account.state().clone();
    state.keys_made = 0;
    for user in state.users.values_mut() {
        let recorded = user.tags.get("fed:access-key").cloned().unwrap_or_default();
        let keys: Vec<&String> = user.access_keys.keys().collect();
        assert_eq!(keys, [&recorded], "the one that is recorded, and no other");
        user.access_keys = [("a key".to_owned(), Key::by_hand())].into();
        user.tags.insert("fed:access-key".to_owned(), "a key".to_owned());
    }
    state
}

/// Runs the command to its end; how many of its calls change something.
fn done(account: &Account, home: &Sealed, words: &[&str]) -> usize {
    let before = account.changes().len();
    let outcome = home.run(words);
    assert_eq!(outcome.status, 0, "{words:?}: {}", outcome.stderr);
    account.changes().len() - before
}

/// Kills the command at that call, before or after it is carried out.
fn killed(account: &Account, home: &Sealed, words: &[&str], after: usize, cut: Cut) {
    account.freeze(after, cut);
    let mut command = home.command(words);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    account.wait_until_frozen();
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(account.mend());
}

fn every_call(number: usize) {
    let (name, options) = BLUEPRINTS[number];
    let words = apply(options);
    let expected = account();
    let expected_home = home(&expected);
    let calls = done(&expected, &expected_home, &words);
    let applied = comparable(&expected);
    let removals = done(&expected, &expected_home, &DESTROY);
    let destroyed = expected.state().clone();
    assert!(calls > 2 && removals > 1, "{name}: {calls} and {removals} calls");
    assert_eq!((destroyed.roles.len(), destroyed.users.len()), (0, 0), "{name}");
    for cut in [Cut::Before, Cut::After] {
        for after in 0..calls {
            let place = format!("{name}: apply killed {cut:?} call {after}");
            let account = account();
            let home = home(&account);
            killed(&account, &home, &words, after, cut);
            done(&account, &home, &words);
            assert_eq!(comparable(&account), applied, "{place}");
            let has_user = options.contains(&"--no-policy-user");
            let key = std::fs::read_to_string(home.home().join(KEY_FILE)).unwrap_or_default();
            assert_eq!(key.contains("canary-of-AKIAMADE"), has_user, "{place}: {key}");
            // Nothing is left to do.
            assert_eq!(done(&account, &home, &words), 0, "{place}");
        }
        for after in 0..removals {
            let place = format!("{name}: destroy killed {cut:?} call {after}");
            let account = account();
            let home = home(&account);
            done(&account, &home, &words);
            killed(&account, &home, &DESTROY, after, cut);
            done(&account, &home, &DESTROY);
            let state = account.state();
            assert!(!state.roles.contains_key(ROLE) && state.users.is_empty(), "{place}");
            assert_eq!(state.providers, destroyed.providers, "{place}");
            assert_eq!(state.policies, destroyed.policies, "{place}");
        }
    }
}

#[test]
fn google_with_a_user() {
    every_call(0);
}

#[test]
fn github_with_policies() {
    every_call(1);
}

#[test]
fn gitlab_with_a_user_and_a_policy() {
    every_call(2);
}

#[test]
fn a_role_for_two_subjects() {
    every_call(3);
}
