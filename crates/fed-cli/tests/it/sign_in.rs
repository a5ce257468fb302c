//! Sign-ins that are kept: used while they are good, renewed, forgotten; and what is told to
//! those who wait for one.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use credential_store::{EntryKind, FailureKind, Store};
use fake_issuer::Fault;
use fed_types::UnixTime;

use crate::aws::{ASSUMED, Aws, query_error};
use crate::issuer::{Provider, redirected};
use crate::scripted::answering;

const PROCESS: [&str; 1] = ["credential-process"];

/// Her `sub`.
const ADA: &str = "113632458324056836621";

fn now() -> UnixTime {
    UnixTime::from(std::time::SystemTime::now())
}

#[test]
fn login_says_what_it_keeps_and_the_next_command_finds_it() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let seen = provider.ada(&["login"]);
    assert_eq!((seen.status, seen.stdout.as_str()), (0, ""), "{}", seen.stderr);
    assert!(
        seen.stderr.ends_with("signed in as `ada@example.com`; its refresh token is kept\n"),
        "{}",
        seen.stderr
    );
    let given = provider.sealed.run(&PROCESS);
    assert_eq!(given.status, 0, "{}", given.stderr);
    provider.stop();
}

#[test]
fn login_promises_nothing_where_nothing_is_kept() {
    let aws = Aws::answering(200, ASSUMED);
    let mut provider = Provider::start(&aws);
    let file = provider.sealed.file("file", "");
    provider.sealed = provider.sealed.env("FED_STATE_DIR", file.join("below").to_str().unwrap());
    let seen = provider.ada(&["login"]);
    assert_eq!(seen.status, 1);
    let told = "error: signed in as `ada@example.com`, but nothing of it is kept: ";
    assert!(seen.stderr.contains(told), "{}", seen.stderr);
    assert_eq!(seen.stderr.matches("kept: ").count(), 1, "said once: {}", seen.stderr);
    assert!(!seen.stderr.contains("its refresh token is kept"), "{}", seen.stderr);
    assert_eq!(provider.sealed.run(&PROCESS).status, 4);
    provider.stop();
}

#[test]
fn an_id_token_without_life_is_renewed_and_one_with_life_is_not() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    provider.fault(Fault::TokenFailing { status: 503 }, None);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 0, "nobody is asked for it");
    for seconds in [30, 0, -10] {
        provider.id_token_ends_in(seconds);
        assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 1, "{seconds}");
    }
    provider.issuer.clear_faults();
    provider.id_token_ends_in(0);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 0);
    provider.stop();
}

#[test]
fn a_revoked_refresh_token_is_dropped_and_one_that_could_not_be_tried_is_not() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    provider.id_token_ends_in(0);
    provider.fault(Fault::TokenFailing { status: 503 }, None);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 1);
    assert!(provider.sign_in()["refresh_token"].is_string(), "it may be good tomorrow");
    provider.issuer.clear_faults();
    // The pause after a failure is for each command here.
    forget_failures(&provider);
    let of_a_gateway = Fault::TokenAnswer { status: 400, body: "Bad Request".to_owned() };
    provider.fault(of_a_gateway, Some(1));
    assert_eq!(provider.sealed.run(&PROCESS).status, 4);
    assert!(provider.sign_in()["refresh_token"].is_string(), "it need not be the issuer's word");
    provider.fault(Fault::RefreshRevoked, Some(1));
    let told = "error: somebody has to sign in for profile `google`\n\n\
                hint: run `fed-cli login --profile google` in a terminal\n";
    forget_failures(&provider);
    let outcome = provider.sealed.run(&PROCESS);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (4, told));
    assert!(provider.sign_in()["refresh_token"].is_null());
    provider.issuer.clear_faults();
    assert_eq!(provider.sealed.run(&PROCESS).status, 4, "it is not tried again");
    provider.stop();
}

#[test]
fn a_configuration_that_was_named_is_named_in_what_is_to_be_typed() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let own = provider.sealed.home().join(".config/fed/config.toml");
    let named = provider.sealed.home().join("my config.toml");
    std::fs::rename(own, named).unwrap();
    let config = "my config.toml";
    for words in [&["credential-process"][..], &["status"], &["doctor"]] {
        let outcome = provider.sealed.run(&[&["--config", config], words].concat());
        let told = outcome.stdout + &outcome.stderr;
        let login = "`fed-cli login --config '[HOME]/my config.toml' --profile google`";
        assert!(told.contains(login), "{words:?}: {told}");
    }
    // As it is told.
    let home = provider.sealed.home().display().to_string();
    let config = format!("{home}/my config.toml");
    let seen = provider.ada(&["login", "--config", &config, "--profile", "google"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert_eq!(provider.sealed.run(&["--config", &config, "credential-process"]).status, 0);
    provider.stop();
}

fn forget_failures(provider: &Provider) {
    let store = Store::new(provider.sealed.home().join(".local/state/fed"));
    for listed in store.list().unwrap() {
        store.lock(&listed.key, Duration::from_secs(60)).unwrap().forget_failure().unwrap();
    }
}

#[test]
fn a_renewal_that_failed_is_not_repeated_in_the_pause() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    provider.id_token_ends_in(0);
    provider.fault(Fault::TokenFailing { status: 503 }, Some(1));
    let first = provider.sealed.run(&PROCESS);
    let second = provider.sealed.run(&PROCESS);
    assert_eq!((first.status, second.status), (1, 1));
    assert_eq!(first.stderr.lines().next(), second.stderr.lines().next());
    assert!(second.stderr.contains("the next try is made from"), "{}", second.stderr);
    forget_failures(&provider);
    assert_eq!(provider.sealed.run(&PROCESS).status, 0, "after the pause");
    provider.stop();
}

#[test]
fn an_exchange_that_failed_is_not_repeated_in_the_pause() {
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let aws = Aws::answering(403, &no);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    for _ in 0..3 {
        let outcome = provider.sealed.run(&PROCESS);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (3, ""));
    }
    assert_eq!(aws.requests().len(), 1);
    provider.stop();
}

/// Credentials that are valid for five more minutes, an hour old: to be renewed.
fn grow_old(provider: &Provider) {
    provider.change("credentials", |entry| {
        entry["obtained"] = (now().seconds() - 3300).into();
        entry["expiration"] = (now().seconds() + 300).into();
    });
}

#[test]
fn old_credentials_bridge_a_failure_but_no_denial() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    assert_eq!(provider.sealed.run(&PROCESS).status, 0);
    grow_old(&provider);
    // What may pass by itself is no denial.
    aws.answers_from_now_on(&[("", 400, query_error("Throttling", "Rate exceeded"))]);
    for _ in 0..2 {
        let bridged = provider.sealed.run(&PROCESS);
        assert!(bridged.stdout.contains("ASIAEXAMPLE"), "{}", bridged.stderr);
    }
    forget_failures(&provider);
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    aws.answers_from_now_on(&[("", 403, no)]);
    for _ in 0..2 {
        let denied = provider.sealed.run(&PROCESS);
        assert_eq!((denied.status, denied.stdout.as_str()), (3, ""));
    }
    provider.stop();
}

#[test]
fn credentials_of_one_person_are_not_given_after_another_signed_in() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    assert_eq!(provider.sealed.run(&PROCESS).status, 0);
    assert_eq!(aws.requests().len(), 1);
    // As after a sign-in by `token` or `assume`, which forget nothing.
    provider.change("account", |entry| entry["subject"] = "another".into());
    let outcome = provider.sealed.run(&PROCESS);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""), "the other never signed in");
    provider.change("account", |entry| entry["subject"] = ADA.into());
    assert_eq!(provider.sealed.run(&PROCESS).status, 0);
    // A sign-in that is not of the one it is filed under is nobody's.
    provider.change("sign-in", |entry| entry["subject"] = "another".into());
    let outcome = provider.sealed.run(&PROCESS);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""));
    provider.stop();
}

#[test]
fn a_refresh_token_that_is_given_once_is_kept_for_its_subject_alone() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    let first = provider.sign_in()["refresh_token"].clone();
    assert!(first.is_string());
    // Without a new consent, Google gives none.
    assert_eq!(provider.ada(&["token"]).status, 0);
    assert_eq!(provider.sign_in()["refresh_token"], first);
    provider.change("sign-in", |entry| entry["subject"] = "another".into());
    assert_eq!(provider.ada(&["token"]).status, 0);
    let entry = provider.sign_in();
    assert_eq!(entry["subject"], ADA);
    assert!(entry["refresh_token"].is_null(), "that was another's");
    provider.stop();
}

#[test]
fn another_client_is_another_sign_in_and_logout_all_forgets_both() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    provider.with_client(&aws, "other-client");
    assert_eq!(provider.sealed.run(&PROCESS).status, 4, "nobody signed in with that client");
    assert_eq!(provider.ada(&["login"]).status, 0);
    assert_eq!(provider.kept("sign-in").len(), 2);
    assert_eq!(provider.sealed.run(&["logout", "--local"]).status, 0);
    assert_eq!(provider.kept("sign-in").len(), 1, "that of the other client is not this profile's");
    assert_eq!(provider.sealed.run(&PROCESS).status, 4);
    let everything = provider.sealed.run(&["logout", "--all", "--local"]);
    assert_eq!((everything.status, everything.stderr.as_str()), (0, "everything is forgotten\n"));
    assert_eq!(provider.kept("sign-in").len() + provider.kept("credentials").len(), 0);
    let nothing = provider.sealed.run(&["logout", "--all"]);
    assert_eq!((nothing.status, nothing.stderr.as_str()), (0, "there was nothing to forget\n"));
    provider.stop();
}

#[test]
fn of_many_who_wait_for_one_person_nobody_asks_again() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.ada(&["login"]);
    provider.change("sign-in", |entry| {
        entry["refresh_token"] = serde_json::Value::Null;
        entry["id_token_expiration"] = 0.into();
    });
    let store = Store::new(provider.sealed.home().join(".local/state/fed"));
    let mut kept = store.list().unwrap().into_iter().map(|listed| listed.key);
    let key = kept.find(|key| key.kind() == EntryKind::Account).unwrap();
    let locked = store.lock(&key, Duration::from_secs(60)).unwrap();
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            answering(&provider.sealed, &["token", "--raw"], |_| panic!("nobody is to be asked"))
        });
        // Whenever that began, this comes after it.
        let later = now().plus(Duration::from_secs(60));
        locked.remember_failure(FailureKind::SignInAbandoned, "given up", later).unwrap();
        drop(locked);
        waiting.join().unwrap()
    });
    assert_eq!(waiting.status, 4);
    assert_eq!(
        waiting.stderr,
        "error: given up\n\nhint: another process asked for this sign-in; begin again: \
         `fed-cli login --profile google`\n"
    );
    provider.stop();
}

#[test]
fn a_tool_behind_an_open_sign_in_is_told_at_once() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let (asked, is_asked) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let goes_on = std::sync::Mutex::new(goes_on);
    std::thread::scope(|scope| {
        let sealed = &provider.sealed;
        let person = scope.spawn(move || {
            answering(sealed, &["token", "--raw"], move |said| {
                asked.send(()).unwrap();
                goes_on.lock().unwrap().recv().unwrap();
                Some(format!("{}\n", redirected(said)?))
            })
        });
        is_asked.recv().unwrap();
        let began = Instant::now();
        let tool = provider.sealed.run(&PROCESS);
        let took = began.elapsed();
        assert_eq!((tool.status, tool.stdout.as_str()), (4, ""));
        assert_eq!(
            tool.stderr,
            "error: somebody is signing in for profile `google` at this moment\n\nhint: finish it \
             where it was begun, then try again; or begin anew: `fed-cli login --profile google`\n"
        );
        assert!(took < Duration::from_secs(2), "{took:?}");
        go_on.send(()).unwrap();
        assert_eq!(person.join().unwrap().status, 0);
    });
    assert_eq!(provider.sealed.run(&PROCESS).status, 0);
    assert!(!provider.sealed.run(&["status"]).stdout.contains("at this moment"));
    provider.stop();
}

#[test]
fn a_profile_that_wants_a_keyring_loses_nobody_the_token_that_is_in_a_file() {
    let aws = Aws::answering(200, ASSUMED);
    let mut provider = Provider::start(&aws);
    provider.ada(&["login"]);
    let first = provider.sign_in()["refresh_token"].clone();
    assert!(first.is_string());
    // Another profile of the same sign-in, or another run, with another place and no keyring.
    provider.sealed = provider.sealed.env("FED_STORE", "keyring");
    provider.id_token_ends_in(0);
    let renewed = provider.sealed.run(&["token", "--raw"]);
    assert_eq!((renewed.status, renewed.stderr.as_str()), (0, ""));
    assert_eq!(provider.sign_in()["refresh_token"], first, "it stays where it was");
    // A new sign-in is kept as this one wants it: its token nowhere, the other as it was.
    let seen = provider.ada(&["login"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert!(
        seen.stderr
            .contains("warning: the refresh token is not kept, because `store` is `keyring`"),
        "{}",
        seen.stderr
    );
    assert_eq!(provider.sign_in()["refresh_token"], first);
    provider.id_token_ends_in(0);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 0);
    provider.stop();
}

#[test]
fn doctor_tells_whether_sign_in_and_role_work_and_asks_nobody() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let doctor = |words: &[&str]| provider.sealed.run(&[&["doctor"], words].concat());
    let before = doctor(&[]);
    assert_eq!(before.status, 0, "{}", before.stdout);
    assert!(
        before.stdout.contains(
            "doubtful  credentials: somebody has to sign in for profile `google`\n          \
             hint: run `fed-cli login --profile google`\n"
        ),
        "{}",
        before.stdout
    );
    assert_eq!(provider.ada(&["login"]).status, 0);
    assert!(!doctor(&["--offline"]).stdout.contains("credentials: "));
    assert!(aws.requests().is_empty());
    let good = doctor(&[]);
    let who = "arn:aws:sts::278805249149:assumed-role/google-oidc-role/ada@example.com";
    let line = format!("good      credentials: AWS gives those of `{who}`\n");
    assert!(good.stdout.contains(&line), "{}", good.stdout);
    aws.answers_from_now_on(&[("", 403, query_error("AccessDenied", "Not authorized"))]);
    provider.change("credentials", |entry| {
        entry["expiration"] = 0.into();
        entry["obtained"] = 0.into();
    });
    let denied = doctor(&[]);
    assert_eq!(denied.status, 5, "{}", denied.stdout);
    assert!(
        denied.stdout.contains("broken    credentials: AWS refused to assume"),
        "{}",
        denied.stdout
    );
    provider.stop();
}
