//! Who may hold what, and for how long.

use std::time::Duration;

use iam_gate::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::abandoned::{all_of, connected, head, says};
use super::upload::{Form, PATH, Upload};
use super::{ObjectLab, content};
use crate::client::Signing;
use crate::lab::Lab;

#[tokio::test]
async fn objects_on_their_way_are_counted_and_keep_nobody_else_out() {
    for (transfers, of_principal) in [(1, 8), (8, 1)] {
        let limits =
            Limits { transfers, transfers_of_principal: of_principal, ..Limits::standard() };
        let lab = ObjectLab::start_with(limits).await;
        let object = content(300_000);
        let upload = Upload::of(Form::Unsigned, &object);
        let signed = upload.sign(&lab, PATH);
        let mut greedy = connected(&lab).await;
        let length = "content-length: 300000\r\n";
        greedy.write_all(head(&signed, length).as_bytes()).await.unwrap();
        let feeding = tokio::spawn(async move {
            for part in object.chunks(1000) {
                greedy.write_all(part).await.unwrap();
                tokio::task::yield_now().await;
            }
            let mut answer = [0; 12];
            greedy.read_exact(&mut answer).await.unwrap();
            answer
        });
        let other = content(300_000);
        Upload::of(Form::Unsigned, &other).sign(&lab, "/bucket/other").send().await.allowed();
        assert_eq!(&feeding.await.unwrap(), b"HTTP/1.1 200");
    }
}

#[tokio::test]
async fn who_finds_no_place_in_time_is_told_so() {
    let lab = ObjectLab::start_with(Limits {
        transfers: 1,
        request_time: Duration::from_secs(1),
        ..Limits::standard()
    })
    .await;
    let object = content(300_000);
    let signed = Upload::of(Form::Unsigned, &object).sign(&lab, PATH);
    let mut greedy = connected(&lab).await;
    greedy.write_all(head(&signed, "content-length: 300000\r\n").as_bytes()).await.unwrap();
    greedy.write_all(&object[..150_000]).await.unwrap();
    // Until it has its place, the others are faster.
    let busy = async {
        loop {
            let answer = Upload::of(Form::Unsigned, &object).send(&lab).await;
            if answer.status != 200 {
                break answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), busy).await.unwrap();
    answer.refused(503, "SlowDown", "Please reduce your request rate.");
    // Short ones need no place.
    Upload::of(Form::Hash, b"short").send(&lab).await.allowed();
    says(&all_of(&mut greedy).await, 400, "RequestTimeout");
    Upload::of(Form::Unsigned, &object).send(&lab).await.allowed();
}

#[tokio::test]
async fn an_object_that_drips_is_not_waited_for() {
    // A part comes in time each time, and all of it does not.
    let lab = ObjectLab::start_with(Limits {
        request_time: Duration::from_secs(1),
        transfer_rate: 1_000_000_000,
        ..Limits::standard()
    })
    .await;
    let object = content(300_000);
    let signed = Upload::of(Form::Unsigned, &object).sign(&lab, PATH);
    let mut client = connected(&lab).await;
    client.write_all(head(&signed, "content-length: 300000\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 1024];
    let mut drops = object.chunks(100);
    // Each time the gate has not answered, a little more.
    let end = loop {
        let reading = client.read(&mut answer);
        match tokio::time::timeout(Duration::from_millis(20), reading).await {
            Ok(end) => break end.unwrap(),
            Err(_) => client.write_all(drops.next().unwrap()).await.unwrap(),
        }
    };
    says(&String::from_utf8_lossy(&answer[..end]), 400, "RequestTimeout");
    assert_eq!(lab.store.object(PATH), None);
}

/// An upload by somebody who may not.
async fn forbidden(lab: &Lab, expect: bool) -> String {
    let user = lab.key_of("no-policy-user").await;
    let object = content(1_000_000);
    refusal(lab, &user, &object, expect).await
}

async fn refusal(lab: &Lab, user: &Signing, object: &[u8], expect: bool) -> String {
    let signable = aws_sigv4::http_request::SignableBody::UnsignedPayload;
    let signed = user.s3_with(lab.gate.url(), "PUT", PATH, &[], signable, "");
    let address = lab.gate.url().trim_start_matches("http://");
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let expects = if expect { "expect: 100-continue\r\n" } else { "" };
    let length = format!("content-length: {}\r\n{expects}", object.len());
    writing.write_all(head(&signed, &length).as_bytes()).await.unwrap();
    let object = object.to_vec();
    let sending = tokio::spawn(async move {
        if !expect {
            let _ = writing.write_all(&object).await;
        }
        writing
    });
    let mut answer = Vec::new();
    let end = reading.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), end).await.unwrap().unwrap();
    drop(sending.await.unwrap());
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_may_not_upload_is_told_before_anything_is_read() {
    let lab = Lab::start().await;
    for expect in [true, false] {
        let answer = forbidden(&lab, expect).await;
        says(&answer, 403, "AccessDenied");
        assert!(!answer.contains("100 Continue"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    // Nor is one who is nobody.
    let nobody = Signing { secret_access_key: "wrong".to_owned(), ..lab.as_root() };
    let answer = refusal(&lab, &nobody, &content(1_000_000), true).await;
    says(&answer, 403, "SignatureDoesNotMatch");
    assert!(lab.emulator.seen("PUT /bucket/key").is_empty());
}

#[tokio::test]
async fn who_waits_to_be_told_to_send_is_told() {
    let lab = ObjectLab::start().await;
    let object = content(300_000);
    let signed = Upload::of(Form::Unsigned, &object).sign(&lab, PATH);
    let mut client = connected(&lab).await;
    let length = "content-length: 300000\r\nexpect: 100-continue\r\n";
    client.write_all(head(&signed, length).as_bytes()).await.unwrap();
    let mut answer = [0; 25];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(&object).await.unwrap();
    let mut answer = [0; 12];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert_eq!(lab.store.object(PATH), Some(object));
}
