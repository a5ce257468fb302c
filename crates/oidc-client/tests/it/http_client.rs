//! What the HTTP client puts up with, and what not.

use std::io::Write as _;
use std::time::Duration;

use fake_issuer::Fault;
use fed_types::{Proxies, Secret};
use flate2::Compression;
use flate2::write::GzEncoder;
use oidc_client::{DiscoveryError, HttpClient, HttpError, HttpLimits, Issuer, discover};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::fixture::{Fixture, GOOGLE};

/// A server that gives one fixed answer, and its address.
async fn answering(answer: String) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/document?secret=canary", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Url::parse(&url).unwrap()
}

async fn error_of(url: &Url, limits: HttpLimits) -> HttpError {
    let http = HttpClient::new(limits).unwrap();
    let issuer = Issuer::parse(GOOGLE).unwrap();
    match discover(&http, &issuer, Some(url)).await.unwrap_err() {
        DiscoveryError::Http(error) => error,
        other => panic!("expected an HTTP error, found {other}"),
    }
}

#[tokio::test]
async fn answers_out_of_bounds_are_refused() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: https://attacker.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let ok = |body: &str, length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
    };
    let limits = HttpLimits { body_bytes: 100, ..HttpLimits::STANDARD };
    let endless = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_owned() + &"x".repeat(101);
    for (answer, message) in [
        (redirect.to_owned(), "`URL` answered with a redirect (status 302), and none is followed"),
        (ok(&"x".repeat(101), 101), "the answer of `URL` is longer than 100 bytes"),
        (endless, "the answer of `URL` is longer than 100 bytes"),
        (ok("<html>canary", 12), "the answer of `URL` is not JSON (line 1, column 1)"),
        (ok("{}", 50), "no answer from `URL`"),
        (
            "HTTP/1.1 500 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
            "`URL` answered with status 500, expected 200",
        ),
        ("nonsense\r\n\r\n".to_owned(), "no answer from `URL`"),
    ] {
        let url = answering(answer).await;
        let shown = url.as_str().strip_suffix("?secret=canary").unwrap();
        let error = error_of(&url, limits).await;
        assert_eq!(error.to_string(), message.replace("URL", shown));
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

/// A server that answers the body, encoded as it says.
async fn encoded(encoding: &str, body: &[u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/document", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    let answer = [head.as_bytes(), body].concat();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
        }
    });
    Url::parse(&url).unwrap()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_read_or_named() {
    let limits = HttpLimits { body_bytes: 100_000, ..HttpLimits::STANDARD };
    let bomb = gzip(&vec![b' '; 10_000_000]);
    assert!(bomb.len() < limits.body_bytes, "small on the way");
    let cut = &gzip(b"{\"canary\": 1}")[..20];
    for (encoding, body, message) in [
        ("gzip", gzip(b"<html>"), "the answer of `URL` is not JSON (line 1, column 1)"),
        ("X-GZIP", gzip(b"[}"), "the answer of `URL` is not JSON (line 1, column 2)"),
        ("identity", b"[}".to_vec(), "the answer of `URL` is not JSON (line 1, column 2)"),
        // A byte-order mark is none of the document.
        (
            "identity",
            b"\xef\xbb\xbf[}".to_vec(),
            "the answer of `URL` is not JSON (line 1, column 2)",
        ),
        ("gzip", bomb, "the answer of `URL` is longer than 100000 bytes"),
        ("gzip", cut.to_vec(), "the answer of `URL` is not the `gzip` that it says it is"),
        ("gzip", b"{}".to_vec(), "the answer of `URL` is not the `gzip` that it says it is"),
        (
            "br",
            b"canary".to_vec(),
            "the answer of `URL` is encoded as `br`, expected none or `gzip`",
        ),
        (
            "gzip, gzip",
            gzip(&gzip(b"{}")),
            "the answer of `URL` is encoded as `gzip, gzip`, expected none or `gzip`",
        ),
    ] {
        let url = encoded(encoding, &body).await;
        let error = error_of(&url, limits).await;
        assert_eq!(error.to_string(), message.replace("URL", url.as_str()), "{encoding}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let fixture = Fixture::start().await;
    fixture.issuer.add_fault(Fault::DiscoverySlow { milliseconds: 20_000 });
    let url = Url::parse(&fixture.issuer.discovery_url()).unwrap();
    let limits = HttpLimits { timeout: Duration::from_millis(50), ..HttpLimits::STANDARD };
    let error = error_of(&url, limits).await;
    assert_eq!(error.to_string(), format!("no answer from `{url}` within 0 s"));
}

#[tokio::test]
async fn plain_http_to_elsewhere_is_not_even_tried() {
    let url = Url::parse("http://accounts.google.com/x?canary").unwrap();
    let error = error_of(&url, HttpLimits::STANDARD).await;
    assert_eq!(
        error.to_string(),
        "refused to call `http://accounts.google.com/x`: expected https, or http on a loopback address"
    );
}

#[tokio::test]
async fn other_machines_are_asked_through_the_proxy_and_this_one_never_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://ada:canary@{}/", listener.local_addr().unwrap());
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let _ = sender.send(String::from_utf8_lossy(&head[..length]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
        }
    });
    let issuer = Issuer::parse(GOOGLE).unwrap();
    for (url, exceptions, through_proxy) in [
        ("https://issuer.example.invalid/d", "", true),
        ("https://issuer.example.invalid/d", ".example.invalid", false),
        ("https://127.0.0.1:1/d", "", false),
        ("http://127.0.0.1:1/d", "", false),
    ] {
        let proxies = Proxies::new(
            Some(Secret::new(proxy.as_str())),
            Some(Secret::new(proxy.as_str())),
            exceptions,
        );
        let http = HttpClient::new(HttpLimits::STANDARD).unwrap().through(proxies);
        let url = Url::parse(url).unwrap();
        let error = discover(&http, &issuer, Some(&url)).await.unwrap_err();
        let mut texts = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            texts += &format!(" {cause} {cause:?}");
            source = cause.source();
        }
        assert!(!texts.contains("canary"), "{texts}");
        let head = asked.try_recv().ok();
        assert_eq!(head.is_some(), through_proxy, "{url} {exceptions}: {head:?}");
        if let Some(head) = head {
            assert!(head.starts_with("CONNECT issuer.example.invalid:443 HTTP/1.1\r\n"), "{head}");
            assert!(head.to_lowercase().contains("proxy-authorization: basic "), "{head}");
        }
    }
}
