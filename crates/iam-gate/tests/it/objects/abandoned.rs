//! Clients and emulators that give up in the middle, or contradict themselves.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::store::Habit;
use super::upload::{Form, PATH, Upload};
use super::{ObjectLab, content};
use crate::client::Signed;

/// The head of a request as it goes over the wire, with this line about its length.
pub(super) fn head(signed: &Signed, length: &str) -> String {
    let host = signed.url.trim_start_matches("http://");
    let (host, path) = host.split_once('/').unwrap();
    let headers: String =
        signed.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{} /{path} HTTP/1.1\r\nhost: {host}\r\n{headers}{length}\r\n", signed.method)
}

pub(super) async fn connected(lab: &ObjectLab) -> TcpStream {
    TcpStream::connect(lab.gate.url().trim_start_matches("http://")).await.unwrap()
}

/// What comes back until the gate closes the connection.
pub(super) async fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(20), reading).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What comes back until the end of S3's error, or of the connection.
async fn refusal(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = async {
        while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {
            if answer.ends_with(b"</Error>") {
                break;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), reading).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
pub(super) fn says(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(&format!("<Code>{code}</Code>")), "{answer}");
}

#[tokio::test]
async fn a_client_that_goes_leaves_the_object_as_it_was() {
    let lab = ObjectLab::start().await;
    lab.store.has(PATH, b"as it was");
    let object = content(1_000_000);
    for (times, form) in [Form::Unsigned, Form::Chunks, Form::UnsignedTrailer].iter().enumerate() {
        let signed = Upload::of(*form, &object).sign(&lab, PATH);
        let body = signed.bytes.clone().unwrap();
        let mut client = connected(&lab).await;
        let length = format!("content-length: {}\r\n", body.len());
        client.write_all(head(&signed, &length).as_bytes()).await.unwrap();
        // All but the last byte.
        client.write_all(&body[..body.len() - 1]).await.unwrap();
        drop(client);
        lab.store.has_broken_off(times + 1).await;
        assert_eq!(lab.store.object(PATH).as_deref(), Some(&b"as it was"[..]), "{form:?}");
    }
}

#[tokio::test]
async fn a_client_that_stops_is_told_so() {
    let lab = ObjectLab::impatient().await;
    let object = content(300_000);
    let signed = Upload::of(Form::Unsigned, &object).sign(&lab, PATH);
    let mut client = connected(&lab).await;
    client.write_all(head(&signed, "content-length: 300000\r\n").as_bytes()).await.unwrap();
    client.write_all(&object[..200_000]).await.unwrap();
    says(&all_of(&mut client).await, 400, "RequestTimeout");
    lab.store.has_broken_off(1).await;
    assert_eq!(lab.store.object(PATH), None);
}

#[tokio::test]
async fn a_length_has_to_be_told_and_is_kept_to() {
    let lab = ObjectLab::start().await;
    let object = content(100_000);
    let plain = Upload::of(Form::Unsigned, &object).sign(&lab, PATH);
    let chunked = "transfer-encoding: chunked\r\n";
    for (length, status, code) in [
        ("", 411, "MissingContentLength"),
        (chunked, 501, "NotImplemented"),
        ("content-length: 5368709121\r\n", 400, "EntityTooLarge"),
    ] {
        let mut client = connected(&lab).await;
        client.write_all(head(&plain, length).as_bytes()).await.unwrap();
        says(&refusal(&mut client).await, status, code);
    }
    // HTTP's chunks around S3's are what SDKs send.
    let signed = Upload::of(Form::UnsignedTrailer, &object).sign(&lab, PATH);
    let body = signed.bytes.clone().unwrap();
    let mut client = connected(&lab).await;
    client.write_all(head(&signed, chunked).as_bytes()).await.unwrap();
    client.write_all(format!("{:x}\r\n", body.len()).as_bytes()).await.unwrap();
    client.write_all(&[&body[..], b"\r\n0\r\n\r\n"].concat()).await.unwrap();
    let mut answer = [0; 12];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    // Two lengths, or one beside the chunks, are never two requests.
    let smuggled = format!("{}GET /bucket/other HTTP/1.1\r\nhost: x\r\n\r\n", "0\r\n\r\n");
    for length in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
    ] {
        let before = lab.store.requests();
        let mut client = connected(&lab).await;
        let request = format!("{}{smuggled}", head(&plain, length));
        client.write_all(request.as_bytes()).await.unwrap();
        let answer = refusal(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"), "{answer}");
        assert_eq!(lab.store.requests(), before, "{length}");
    }
}

#[tokio::test]
async fn an_emulator_that_answers_too_early_has_no_object() {
    let lab = ObjectLab::start().await;
    let object = content(20_000_000);
    lab.store.behaves(Some(Habit::Hasty(200)));
    let answer = Upload::of(Form::Unsigned, &object).send(&lab).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(lab.store.object(PATH), None);
    // A refusal is one, whenever it comes.
    lab.store.behaves(Some(Habit::Hasty(404)));
    Upload::of(Form::Unsigned, &object).send(&lab).await.refused(404, "NoSuchBucket", "none");
}

#[tokio::test]
async fn an_emulator_that_takes_nothing_is_not_waited_for() {
    let lab = ObjectLab::impatient().await;
    for habit in [Habit::Deaf, Habit::Silent] {
        // What the gate asks before an upload, it has asked then.
        lab.store.behaves(None);
        while Upload::of(Form::Unsigned, b"").sign(&lab, "/bucket/other").send().await.status != 200
        {
        }
        lab.store.behaves(Some(habit));
        let answer = Upload::of(Form::Unsigned, &content(20_000_000)).send(&lab).await;
        answer.refused(
            503,
            "ServiceUnavailable",
            "the emulator behind the gate did not answer within 1 s",
        );
        assert_eq!(lab.store.object(PATH), None);
    }
}
