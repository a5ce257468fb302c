//! What an emulator that somebody else runs is taken for, and what it is asked for that.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const JSON: &str = "application/json";

/// Answers each path with what `pages` has, and everything else with 404; tells what was asked.
async fn emulator(pages: &'static [(&str, &str, &str)]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            let request = String::from_utf8(request).unwrap();
            let path = request.split(' ').nth(1).unwrap().to_owned();
            let page = pages.iter().find(|(known, ..)| *known == path);
            let (status, kind) = page.map_or(("404 NOT FOUND", JSON), |page| (page.1, page.2));
            noted.lock().unwrap().push(path);
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n");
            let answer = format!("{head}content-length: 2\r\nconnection: close\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, asked)
}

#[tokio::test]
async fn an_emulator_is_known_by_a_page_that_costs_it_nothing() {
    let http = reqwest::Client::new();
    let (moto, localstack) = (EmulatorKind::Moto, EmulatorKind::Localstack);
    const HEALTHY: (&str, &str, &str) = (HEALTH, "200 OK", JSON);
    for (pages, expected, asked_for) in [
        (&[(MOTO_PAGE, "201 CREATED", JSON)][..], moto, &[HEALTH, "/moto-api/config"][..]),
        (&[], localstack, &[HEALTH, "/moto-api/config"]),
        (&[(MOTO_PAGE, "200 OK", "application/xml")], localstack, &[HEALTH, "/moto-api/config"]),
        (&[HEALTHY], localstack, &[HEALTH, "/_ministack/health"]),
        // A bucket of LocalStack may be called so.
        (&[HEALTHY, (MOTO_PAGE, "200 OK", JSON)], localstack, &[HEALTH, "/_ministack/health"]),
        (
            &[HEALTHY, ("/_ministack/health", "404 NOT FOUND", JSON)],
            localstack,
            &[HEALTH, "/_ministack/health"],
        ),
        (
            &[HEALTHY, ("/_ministack/health", "200 OK", JSON)],
            EmulatorKind::Ministack,
            &[HEALTH, "/_ministack/health"],
        ),
    ] {
        let (url, asked) = emulator(pages).await;
        assert_eq!(kind_of(&http, &url).await.unwrap(), expected, "{pages:?}");
        assert_eq!(*asked.lock().unwrap(), asked_for, "{pages:?}");
    }
}

#[tokio::test]
async fn what_does_not_listen_is_no_emulator() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = kind_of(&reqwest::Client::new(), &url).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
}
