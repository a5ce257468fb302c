//! Whom new credentials are of, and what is given while they are got.

use std::time::Duration;

use credential_store::Store;
use fed_types::UnixTime;

use super::{Served, ending_in, sealed};
use crate::aws::{ASSUMED, Aws, query_error};
use crate::issuer::{Provider, ROLE};
use crate::sealed::Sealed;

fn login(provider: &Provider, account: &str) {
    let seen = provider.ada(&["login", "--account", account]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
}

#[test]
fn what_began_with_one_person_goes_on_with_nobody_else() {
    let aws = Aws::answering(200, &ending_in(0));
    let mut provider = Provider::start(&aws);
    provider.sealed = provider.sealed.env("PATH", "/usr/bin:/bin");
    provider.with_profiles(&aws, &[("google", ROLE)]);
    login(&provider, "ada@example.com");
    let served = Served::start_in(&provider.sealed);
    login(&provider, "grace@example.org");
    aws.answers_from_now_on(&[("", 200, ASSUMED.replace("ASIAEXAMPLE", "ASIAGRACE"))]);
    for _ in 0..2 {
        let (status, answer) = served.get();
        assert_eq!((status, answer["code"].as_str()), (403, Some("NoCredentials")), "{answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(
            message.contains("profile `google` is somebody else's now than when this began"),
            "{message}"
        );
    }
    // Her own command has hers, and Ada's goes on when Ada is back.
    let own = provider.sealed.run(&["credential-process"]);
    assert!(own.stdout.contains("ASIAGRACE"), "{}", own.stderr);
    aws.answers_from_now_on(&[("", 200, ASSUMED.replace("ASIAEXAMPLE", "ASIAADA"))]);
    assert_eq!(served.get().0, 403);
    login(&provider, "ada@example.com");
    let (status, answer) = served.get();
    assert_eq!((status, answer["AccessKeyId"].as_str()), (200, Some("ASIAADA")));
    let (status, stderr) = served.end();
    assert_eq!(status, 7);
    assert_eq!(stderr.matches("error: ").count(), 1, "once, not for each request: {stderr}");
    provider.stop();
}

/// Credentials that are valid for five more minutes, an hour old: to be renewed.
fn grow_old(sealed: &Sealed) {
    let now = UnixTime::from(std::time::SystemTime::now()).seconds();
    for listed in store(sealed).list().unwrap() {
        let text = std::fs::read_to_string(&listed.path).unwrap();
        let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
        document["entry"]["obtained"] = (now - 3300).into();
        document["entry"]["expiration"] = (now + 300).into();
        std::fs::write(&listed.path, document.to_string()).unwrap();
    }
}

fn store(sealed: &Sealed) -> Store {
    Store::new(sealed.home().join(".local/state/fed"))
}

/// Waits for whoever renews at the time.
fn forget_failures(sealed: &Sealed) {
    let store = store(sealed);
    for listed in store.list().unwrap() {
        store.lock(&listed.key, LONG).unwrap().forget_failure().unwrap();
    }
}

/// How long something is waited for that comes.
const LONG: Duration = Duration::from_secs(60);

/// Waits for the renewal that begins with the command: while AWS is held, it would hold the lock.
fn first_renewal_failed(sealed: &Sealed, served: &Served) {
    let began = std::time::Instant::now();
    while store(sealed).list().unwrap().iter().all(|listed| listed.failure.is_none()) {
        assert!(began.elapsed() < LONG, "nobody renews");
        assert_eq!(served.get().0, 200);
    }
}

#[test]
fn credentials_that_are_still_valid_are_given_while_new_ones_are_waited_for() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    assert_eq!(sealed.run(&["env"]).status, 0);
    grow_old(&sealed);
    aws.answers_from_now_on(&[("", 400, query_error("Throttling", "Rate exceeded"))]);
    let served = Served::start_in(&sealed);
    first_renewal_failed(&sealed, &served);
    let mut held = aws.hold();
    forget_failures(&sealed);
    for _ in 0..3 {
        let (status, answer) = served.get();
        assert_eq!((status, answer["AccessKeyId"].as_str()), (200, Some("ASIAEXAMPLE")));
    }
    *held = vec![("", 200, ASSUMED.replace("ASIAEXAMPLE", "ASIANEW"))];
    drop(held);
    // It ends when the renewal that runs has ended.
    assert_eq!(served.end().0, 7);
    let requests = aws.requests().len();
    assert!(sealed.run(&["env"]).stdout.contains("ASIANEW"));
    assert_eq!(aws.requests().len(), requests, "what was waited for is kept");
}

#[test]
fn what_aws_said_no_to_bridges_nothing_any_more() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    assert_eq!(sealed.run(&["env"]).status, 0);
    grow_old(&sealed);
    let busy = query_error("Throttling", "Rate exceeded");
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    aws.answers_from_now_on(&[("", 400, busy.clone())]);
    let served = Served::start_in(&sealed);
    assert_eq!(served.get().0, 200, "they are still valid");
    aws.answers_from_now_on(&[("", 403, no)]);
    // The renewal that was answered before may still be at work, and keeps its failure after.
    let began = std::time::Instant::now();
    forget_failures(&sealed);
    while served.get().0 != 403 {
        assert!(began.elapsed() < LONG, "they bridge what AWS said no to");
        forget_failures(&sealed);
    }
    aws.answers_from_now_on(&[("", 400, busy)]);
    forget_failures(&sealed);
    let (status, answer) = served.get();
    assert_eq!((status, answer["code"].as_str()), (503, Some("NoCredentials")));
    assert!(!answer.to_string().contains("canary"), "{answer}");
    assert_eq!(served.end().0, 7);
}
