//! When clients are slow, greedy or many: each has its bounds, and nobody else waits for it.

use std::time::Duration;

use iam_gate::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Signed, client};
use crate::emulator::Fault;
use crate::lab::{DESCRIBE, IDENTITY, Lab};
use crate::server::never_ends;

async fn connected(lab: &Lab) -> TcpStream {
    TcpStream::connect(lab.gate.url().trim_start_matches("http://")).await.unwrap()
}

/// What comes back until the gate closes the connection.
async fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    // A client that still sends may meet a reset.
    let _ = tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// A request as it goes over the wire.
fn text(signed: &Signed) -> String {
    let host = signed.url.trim_start_matches("http://").trim_end_matches('/');
    let headers: String =
        signed.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = signed.body.len();
    let body = &signed.body;
    format!("POST / HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// A gate with so many places that is impatient with clients.
async fn with_places(connections: usize) -> Lab {
    Lab::start_with(Limits {
        connections,
        request_time: Duration::from_secs(1),
        answer_time: Duration::from_secs(1),
        ..Limits::standard()
    })
    .await
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let lab = Lab::start_with(Limits { request_body: 1000, ..Limits::standard() }).await;
    let body = format!("{IDENTITY}&X={}", "x".repeat(2000));
    lab.query(&lab.as_root(), "sts", &body).send().await.refused(
        413,
        "RequestEntityTooLarge",
        "The request is larger than this endpoint accepts.",
    );
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    let lab = Lab::start_with(Limits { request_body: 100_000, ..Limits::standard() }).await;
    let mut stream = connected(&lab).await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let (mut reading, mut writing) = stream.into_split();
    let sending = tokio::spawn(async move {
        let mut taken = 0;
        while let Ok(more @ 1..) = writing.write(chunk.as_bytes()).await {
            taken += more;
        }
        taken
    });
    let mut answer = Vec::new();
    let _ = reading.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    drop(reading);
    // Beyond the bound, what the sockets hold.
    let taken = sending.await.unwrap();
    assert!(taken < 32 * 1024 * 1024, "{taken}");
}

#[tokio::test]
async fn long_bodies_share_their_room() {
    let limits = Limits { request_bodies: 1_000_000, ..Limits::standard() };
    let lab = Lab::start_with(limits).await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    // One client announces much and sends half of it, with a key that is known.
    let user = lab.key_of("ec2-user").await;
    let greedy = text(&lab.query(&user, "ec2", &format!("{DESCRIBE}&X={}", "x".repeat(900_000))));
    let mut stream = connected(&lab).await;
    stream.write_all(&greedy.as_bytes()[..greedy.len() - 50_000]).await.unwrap();
    let greedy = stream;
    let long = format!("{DESCRIBE}&NextToken={}", "x".repeat(200_000));
    let busy = "The server is overloaded and cannot handle the request.";
    let answer = async || lab.query(&lab.as_root(), "ec2", &long).send().await;
    let refused = async {
        while answer().await.status == 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap();
    answer().await.refused(503, "Unavailable", busy);
    // Short ones need no room.
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    drop(greedy);
    let allowed = async {
        while answer().await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), allowed).await.unwrap();
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let lab = Lab::impatient().await;
    let mut stream = connected(&lab).await;
    let half = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc";
    stream.write_all(half.as_bytes()).await.unwrap();
    let answer = all_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("<Code>RequestTimeout</Code>"), "{answer}");
}

#[tokio::test]
async fn headers_that_drip_are_not_waited_for() {
    let lab = Lab::impatient().await;
    let mut stream = connected(&lab).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
    let mut answer = [0; 1024];
    let mut sent = 0;
    // Each time the gate has not answered, one byte more: it never waits long for the next.
    let end = loop {
        assert!(sent < 400, "the gate listens on and on");
        let reading = stream.read(&mut answer);
        match tokio::time::timeout(Duration::from_millis(50), reading).await {
            Ok(end) => break end,
            Err(_) => sent += stream.write(b"x").await.unwrap_or_default(),
        }
    };
    let answer = String::from_utf8_lossy(&answer[..end.unwrap_or_default()]).into_owned();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
}

#[tokio::test]
async fn headers_without_end_are_not_read_to_it() {
    let lab = Lab::start().await;
    let mut stream = connected(&lab).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\nx-long: ").await.unwrap();
    let taken = never_ends(&mut stream, &[b'x'; 16 * 1024]).await;
    assert!(taken < 32 * 1024 * 1024, "{taken}");
    let answer = all_of(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn clients_that_say_nothing_do_not_keep_others_out() {
    let lab = with_places(2).await;
    let _silent = [connected(&lab).await, connected(&lab).await];
    let other = lab.query(&lab.as_root(), "sts", IDENTITY).send();
    tokio::time::timeout(Duration::from_secs(20), other).await.unwrap().allowed();
}

#[tokio::test]
async fn a_client_that_does_not_read_does_not_keep_others_out() {
    let lab = with_places(1).await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    let long = format!("<DescribeInstancesResponse>{}", " ".repeat(32 * 1024 * 1024));
    lab.emulator.refuses("DescribeInstances", 200, &long);
    let mut deaf = connected(&lab).await;
    let request = text(&lab.query(&lab.as_root(), "ec2", DESCRIBE));
    deaf.write_all(request.as_bytes()).await.unwrap();
    // It comes in only when the other one's place is free.
    let other = lab.query(&lab.as_root(), "sts", IDENTITY).send();
    tokio::time::timeout(Duration::from_secs(20), other).await.unwrap().allowed();
    let got = all_of(&mut deaf).await;
    assert!(got.len() < long.len(), "{}", got.len());
}

#[tokio::test]
async fn a_write_goes_on_when_its_client_has_gone() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
    let read = lab.emulator.seen("GetUser").len();
    lab.emulator.fails(Some(Fault::Slowness));
    let mut stream = connected(&lab).await;
    let tag = "Action=TagUser&Version=2010-05-08&UserName=ec2-user&\
               Tags.member.1.Key=a&Tags.member.1.Value=b";
    let tag = text(&lab.query(&lab.as_root(), "iam", tag));
    stream.write_all(tag.as_bytes()).await.unwrap();
    lab.emulator.is_waited_for().await;
    drop(stream);
    // Enough for the gate to notice.
    for _ in 0..5 {
        let health = client().get(format!("{}/_gate/health", lab.gate.url())).send();
        assert_eq!(health.await.unwrap().status(), 200);
    }
    lab.emulator.answers_at_last();
    let arrived = async {
        while lab.emulator.seen("TagUser").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arrived).await.unwrap();
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
    assert!(lab.emulator.seen("GetUser").len() > read);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_clients_at_once_are_answered() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let request = text(&lab.query(&user, "ec2", DESCRIBE));
    let mut clients = Vec::new();
    for _ in 0..500 {
        clients.push(connected(&lab).await);
    }
    for client in &mut clients {
        client.write_all(request.as_bytes()).await.unwrap();
    }
    for client in &mut clients {
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
    assert_eq!(lab.emulator.seen("DescribeInstances").len(), 500);
}

/// What is announced and does not come takes up nothing, and what a stranger sends is not long.
#[tokio::test]
async fn strangers_take_up_no_room() {
    let limits = Limits { request_bodies: 1_000_000, ..Limits::standard() };
    let lab = Lab::start_with(limits).await;
    let user = lab.key_of("ec2-user").await;
    let mut stranger = user.clone();
    stranger.access_key_id = format!("AKIA{:0>16}", "STRANGER");
    // Many announce what would fill the room, and send less than is counted.
    let mut waiting = Vec::new();
    let body = "x".repeat(900_000);
    for _ in 0..8 {
        let announced = text(&lab.query(&user, "ec2", &format!("{DESCRIBE}&X={body}")));
        let mut stream = connected(&lab).await;
        stream.write_all(&announced.as_bytes()[..60_000]).await.unwrap();
        waiting.push(stream);
    }
    let long = format!("{DESCRIBE}&X={}", "x".repeat(800_000));
    let answer = lab.query(&user, "ec2", &long).send().await;
    assert!(answer.body.contains("UnknownParameter"), "{}", answer.body);
    // Who has no key that is known is told so before he sends it.
    for (signed, status, told) in [
        (lab.query(&stranger, "ec2", &long), 401, "AuthFailure"),
        (Signed { headers: Vec::new(), ..lab.query(&user, "ec2", &long) }, 413, "RequestEntity"),
    ] {
        let wire = text(&signed);
        let head = wire.split_inclusive("\r\n\r\n").next().unwrap();
        let mut stream = connected(&lab).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = all_of(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains(told), "{answer}");
    }
    drop(waiting);
}

#[tokio::test]
async fn the_bodies_of_one_key_leave_room_for_others() {
    let limits = Limits { request_bodies_of_key: 500_000, ..Limits::standard() };
    let lab = Lab::start_with(limits).await;
    let user = lab.key_of("ec2-user").await;
    let body = format!("{DESCRIBE}&NextToken={}", "x".repeat(400_000));
    let wire = text(&lab.query(&user, "ec2", &body));
    let mut stream = connected(&lab).await;
    stream.write_all(&wire.as_bytes()[..wire.len() - 1000]).await.unwrap();
    let refused = async {
        while lab.query(&user, "ec2", &body).send().await.status == 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap();
    let answer = lab.query(&user, "ec2", &body).send().await;
    answer.refused(503, "Unavailable", "The server is overloaded and cannot handle the request.");
    lab.query(&lab.as_root(), "ec2", &body).send().await.allowed();
    drop(stream);
}
