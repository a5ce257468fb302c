//! The way through a proxy: taken where it should be, and its password is not shown.

use std::error::Error;

use fed_types::{Proxies, Secret};
use sts_exchange::{ExchangeError, RetryPolicy, StsEndpoint, exchange};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, error::TryRecvError};

use crate::sts::{QUICKLY, Sts, good, request};

/// A proxy that lets nobody through; returns its address, and what it is asked.
async fn refusing_proxy() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let _ = sender.send(String::from_utf8_lossy(&head[..length]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
        }
    });
    (address, asked)
}

fn all_texts(error: &ExchangeError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

fn through(address: &str, exceptions: &str) -> Proxies {
    let url = Secret::new(format!("http://ada:canary@{address}/"));
    Proxies::new(Some(url.clone()), Some(url), exceptions)
}

fn at(endpoint_url: Option<&str>, proxies: Proxies) -> StsEndpoint {
    let endpoint_url = endpoint_url.map(str::to_owned);
    StsEndpoint {
        region: "ap-northeast-2".into(),
        endpoint_url,
        proxies,
        certificate_authorities: None,
    }
}

#[tokio::test]
async fn calls_to_other_machines_go_through_the_proxy() {
    for (endpoint_url, first_line) in [
        (None, "CONNECT sts.ap-northeast-2.amazonaws.com:443 HTTP/1.1\r\n"),
        (Some("http://sts.example.invalid"), "POST http://sts.example.invalid/ HTTP/1.1\r\n"),
    ] {
        let (address, mut asked) = refusing_proxy().await;
        let endpoint = at(endpoint_url, through(&address, ""));
        let error = exchange(&request(), &endpoint, &QUICKLY).await.unwrap_err();
        let head = asked.try_recv().unwrap();
        assert!(head.starts_with(first_line), "{head}");
        // `ada:canary` in base64 (RFC 7617).
        let authorization = "proxy-authorization: basic ywrhomnhbmfyeq==";
        assert!(head.to_lowercase().contains(authorization), "{head}");
        let texts = all_texts(&error);
        assert!(!texts.contains("canary"), "{texts}");
        assert!(!texts.to_lowercase().contains("ywrhomnhbmfyeq"), "{texts}");
    }
}

#[tokio::test]
async fn this_machine_and_the_exceptions_are_asked_directly() {
    let (address, mut asked) = refusing_proxy().await;
    for (endpoint_url, exceptions) in [
        ("https://127.0.0.1:1", ""),
        ("https://localhost:1", ""),
        ("http://127.0.0.1:1", ""),
        ("https://sts.example.invalid", ".invalid"),
        ("http://sts.example.invalid", "*"),
    ] {
        let endpoint = at(Some(endpoint_url), through(&address, exceptions));
        let error = exchange(&request(), &endpoint, &QUICKLY).await.unwrap_err();
        assert!(matches!(error, ExchangeError::NoAnswer { .. }), "{endpoint_url}: {error:?}");
        assert_eq!(asked.try_recv(), Err(TryRecvError::Empty), "{endpoint_url}");
    }
    let sts = Sts::start([good("AssumeRoleWithWebIdentity", "a")]).await;
    let endpoint = StsEndpoint { proxies: through(&address, ""), ..sts.endpoint.clone() };
    exchange(&request(), &endpoint, &QUICKLY).await.unwrap();
    assert_eq!(asked.try_recv(), Err(TryRecvError::Empty));
}

#[tokio::test]
async fn a_proxy_that_speaks_socks_is_spoken_to_in_socks() {
    let (address, mut asked) = refusing_proxy().await;
    let url = Secret::new(format!("socks5h://ada:canary@{address}/"));
    let endpoint = at(None, Proxies::new(Some(url.clone()), Some(url), ""));
    let error = exchange(&request(), &endpoint, &RetryPolicy::NONE).await.unwrap_err();
    // Its version, and that a name and a password may be asked for (RFC 1928 section 3).
    let greeting = asked.try_recv().unwrap();
    assert!(greeting.starts_with('\u{5}') && greeting.ends_with('\u{2}'), "{greeting:?}");
    assert!(!all_texts(&error).contains("canary"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_is_none_is_no_reason_to_go_without() {
    let proxies = Proxies::new(Some(Secret::new("canary proxy")), None, "");
    let error = exchange(&request(), &at(None, proxies), &QUICKLY).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a proxy like `http://host:port` or `socks5h://host:port`, found another form"
    );
    assert!(!all_texts(&error).contains("canary"));
}
