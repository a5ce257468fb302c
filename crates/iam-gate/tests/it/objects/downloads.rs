//! Objects on their way to clients.

use std::time::Duration;

use iam_gate::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::abandoned::{connected, head};
use super::store::Habit;
use super::upload::PATH;
use super::{ObjectLab, content};
use crate::client::{Signed, client};

fn get(lab: &ObjectLab, headers: &[(&str, &str)]) -> Signed {
    lab.root.s3(lab.gate.url(), "GET", PATH, headers, "")
}

/// Status, headers, and as much of the content as came.
async fn fetch(signed: Signed) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let mut request = client().get(&signed.url);
    for (name, value) in &signed.headers {
        request = request.header(name, value);
    }
    let mut response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut content = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        content.extend(part);
    }
    (status, headers, content)
}

#[tokio::test]
async fn an_object_passes_whole_or_in_part() {
    let lab = ObjectLab::start().await;
    for length in [0, 1, 65_536, 65_537, 3_000_000] {
        let object = content(length);
        lab.store.has(PATH, &object);
        let (status, headers, whole) = fetch(get(&lab, &[])).await;
        assert_eq!((status, whole), (200, object.clone()), "{length}");
        assert_eq!(headers["content-length"], length.to_string().as_str());
        if length > 1 {
            let (status, headers, part) = fetch(get(&lab, &[("range", "bytes=0-")])).await;
            assert_eq!((status, part), (206, object[..length / 2].to_vec()));
            let range = format!("bytes 0-{}/{length}", length / 2 - 1);
            assert_eq!(headers["content-range"], range.as_str());
        }
    }
}

#[tokio::test]
async fn an_object_that_the_emulator_breaks_off_is_broken_off() {
    let lab = ObjectLab::impatient().await;
    let object = content(3_000_000);
    lab.store.has(PATH, &object);
    for habit in [Habit::BreaksOff, Habit::Stops] {
        lab.store.behaves(Some(habit));
        let (status, headers, whole) = fetch(get(&lab, &[])).await;
        // The length says that there was to be more.
        assert_eq!((status, &headers["content-length"]), (200, &"3000000".parse().unwrap()));
        assert!(whole.len() <= object.len() / 2 && object.starts_with(&whole), "{habit:?}");
    }
}

#[tokio::test]
async fn who_does_not_read_has_no_place_for_long() {
    let lab = ObjectLab::start_with(Limits {
        transfers: 1,
        answer_time: Duration::from_secs(1),
        ..Limits::standard()
    })
    .await;
    let object = vec![7; 32_000_000];
    lab.store.has(PATH, &object);
    let mut deaf = connected(&lab).await;
    deaf.write_all(head(&get(&lab, &[]), "").as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    deaf.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    // The other gets its turn once the gate has given up on the first.
    let other = tokio::time::timeout(Duration::from_secs(120), fetch(get(&lab, &[])));
    let (status, _, whole) = other.await.unwrap();
    assert_eq!((status, whole.len()), (200, object.len()));
}

#[tokio::test]
async fn an_object_that_is_not_there_is_told_so() {
    let lab = ObjectLab::start().await;
    let (status, _, body) = fetch(get(&lab, &[])).await;
    let body = String::from_utf8(body).unwrap();
    assert_eq!((status, body.contains("<Code>NoSuchKey</Code>")), (404, true), "{body}");
}
