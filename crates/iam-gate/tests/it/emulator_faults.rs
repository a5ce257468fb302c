//! When the emulator does not do its part: a clear error, never an allow, never a hang, and
//! all is well again once the emulator is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use iam_gate::{Clock, Gate, GateConfig, Limits};
use tokio::io::AsyncWriteExt;

use crate::client::{Answer, Signing};
use crate::emulator::{Fault, details};
use crate::lab::{DESCRIBE, IDENTITY, Lab, NOW, account, claims};
use crate::server::{never_ends, raw, says};

const LIST_USERS: &str = "Action=ListUsers&Version=2010-05-08";
const NOT_REACHED: &str = "the emulator behind the gate cannot be reached";
const BROKEN_OFF: &str = "the emulator behind the gate broke off its answer";

#[tokio::test]
async fn an_emulator_that_fails_before_anything_was_read_allows_nothing() {
    let lab = Lab::impatient().await;
    let user = lab.key_of("ec2-user").await;
    lab.forgets().await;
    for fault in [Fault::Silence, Fault::Garbage, Fault::Status(500), Fault::Status(403)] {
        lab.emulator.fails(Some(fault));
        let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
        assert_eq!(
            (answer.status, answer.text("Code").as_str()),
            (503, "Unavailable"),
            "{fault:?}"
        );
        let answer = lab.query(&user, "iam", LIST_USERS).send().await;
        assert_eq!(
            (answer.status, answer.text("Code").as_str()),
            (503, "ServiceUnavailable"),
            "{fault:?}"
        );
        let answer = lab.assume(&lab.keys.rs256(&claims()), &[]).await;
        assert_eq!(answer.text("Code"), "ServiceUnavailable", "{fault:?}");
    }
    lab.emulator.fails(None);
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
}

#[tokio::test]
async fn an_emulator_that_falls_silent_is_not_waited_for() {
    let lab = Lab::impatient().await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.fails(Some(Fault::Silence));
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.refused(
        503,
        "Unavailable",
        "the emulator behind the gate did not answer within 1 s",
    );
}

#[tokio::test]
async fn many_do_not_wait_one_after_the_other() {
    let lab = Arc::new(Lab::impatient().await);
    lab.emulator.fails(Some(Fault::Silence));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let lab = Arc::clone(&lab);
        clients
            .spawn(async move { lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.status });
    }
    let all = tokio::time::timeout(Duration::from_secs(12), clients.join_all()).await.unwrap();
    assert!(all.iter().all(|status| *status == 503), "{all:?}");
}

#[tokio::test]
async fn a_web_servers_page_is_not_passed_on() {
    let lab = Lab::start().await;
    for (status, page) in [(500, "<!DOCTYPE html><h1>no</h1>"), (502, "<html></html>"), (200, "ok")]
    {
        lab.emulator.refuses("DescribeInstances", status, page);
        lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.refused(
            500,
            "InternalError",
            &format!(
                "the emulator behind the gate failed at `ec2:DescribeInstances` with status \
                 {status}"
            ),
        );
        lab.emulator.refuses("ListTables", status, page);
        let target = "DynamoDB_20120810.ListTables";
        let json = lab.as_root().json(lab.gate.url(), "dynamodb", target, "{}");
        assert_eq!(json.send().await.status, 500);
    }
}

/// What a gate before this emulator answers.
async fn answer_before(upstream: &str, limits: Limits) -> Answer {
    let time = || std::time::UNIX_EPOCH + Duration::from_secs(NOW as u64);
    let gate = Gate::start(GateConfig {
        upstream: upstream.parse().unwrap(),
        port: None,
        region: "eu-west-1".to_owned(),
        issuers: Vec::new(),
        callbacks: Vec::new(),
        clock: Clock::new(time),
        limits,
    })
    .await
    .unwrap();
    let key = gate.open_account(&account()).unwrap();
    Signing::with(&key, time()).query(gate.url(), "ec2", DESCRIBE).send().await
}

#[tokio::test]
async fn an_emulator_that_is_not_there_is_told() {
    let answer = answer_before("http://127.0.0.1:1", Limits::standard()).await;
    answer.refused(503, "Unavailable", NOT_REACHED);
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_told() {
    for text in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
        let upstream = raw(move |stream| says(stream, text)).await;
        let answer = answer_before(&upstream, Limits::standard()).await;
        answer.refused(503, "Unavailable", NOT_REACHED);
    }
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<DescribeInstancesResponse";
    let upstream = raw(move |stream| says(stream, half)).await;
    let answer = answer_before(&upstream, Limits::standard()).await;
    answer.refused(503, "Unavailable", BROKEN_OFF);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_it() {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let upstream = raw(move |mut stream| {
        let count = Arc::clone(&count);
        async move {
            let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
            stream.write_all(head).await.unwrap();
            let taken = never_ends(&mut stream, &[b'x'; 64 * 1024]).await;
            count.store(taken, Ordering::SeqCst);
        }
    })
    .await;
    let limits = Limits { upstream_body: 100_000, ..Limits::standard() };
    answer_before(&upstream, limits).await.refused(503, "Unavailable", BROKEN_OFF);
    while taken.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // Beyond the bound, what the sockets hold.
    assert!(taken.load(Ordering::SeqCst) < 32 * 1024 * 1024, "{taken:?}");
}

#[tokio::test]
async fn an_emulator_that_is_killed_may_come_back() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.server().kill().await;
    for _ in 0..3 {
        let answer = lab.query(&user, "ec2", DESCRIBE).send().await;
        answer.refused(503, "Unavailable", NOT_REACHED);
        let answer = lab.query(&lab.as_root(), "iam", LIST_USERS).send().await;
        answer.refused(503, "ServiceUnavailable", NOT_REACHED);
        let answer = lab.query(&user, "sts", IDENTITY).send().await;
        answer.refused(503, "ServiceUnavailable", NOT_REACHED);
    }
    lab.emulator.server().revive().await;
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
}

#[tokio::test]
async fn an_emulator_that_comes_back_empty_has_no_users() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    for caller in [&user, &session] {
        lab.query(caller, "ec2", DESCRIBE).send().await.allowed();
    }
    let forwarded = lab.emulator.seen("DescribeInstances").len();
    // No request meets the emulator while it is away.
    lab.emulator.server().kill().await;
    lab.emulator.holds(details(&[], &[], &[]));
    lab.emulator.server().revive().await;
    for caller in [&user, &session] {
        lab.query(caller, "ec2", DESCRIBE).send().await.refused(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        );
    }
    assert_eq!(lab.emulator.seen("DescribeInstances").len(), forwarded);
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
}

#[tokio::test]
async fn a_slow_emulator_is_waited_for_and_keeps_nobody_else() {
    let lab = Arc::new(Lab::start().await);
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.fails(Some(Fault::Slowness));
    let waiting = tokio::spawn({
        let lab = Arc::clone(&lab);
        async move { lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await }
    });
    lab.emulator.is_waited_for().await;
    for _ in 0..20 {
        lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
    }
    assert!(!waiting.is_finished());
    lab.emulator.answers_at_last();
    waiting.await.unwrap().allowed();
}
