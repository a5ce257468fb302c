//! Where we listen, and where not.

use super::*;

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = LoopbackRedirect::bind(None).await.unwrap();
    let error = LoopbackRedirect::bind(Some(taken.redirect_uri())).await.unwrap_err();
    let port = taken.redirect_uri().port().unwrap();
    assert_eq!(error.to_string(), format!("cannot listen on `127.0.0.1:{port}`"));
    assert!(error.hint().unwrap().to_string().contains(&format!("sport = :{port}")));
}

#[tokio::test]
async fn a_free_port_is_put_into_the_redirect_uri() {
    let any = LoopbackRedirect::bind(None).await.unwrap();
    assert_eq!(any.redirect_uri().url().host_str(), Some("127.0.0.1"));
    let without_port = RedirectUri::parse("http://127.0.0.1/callback").unwrap();
    let bound = LoopbackRedirect::bind(Some(&without_port)).await.unwrap();
    let port = bound.redirect_uri().port().unwrap();
    assert_eq!(bound.redirect_uri().as_str(), format!("http://127.0.0.1:{port}/callback"));
}

#[tokio::test]
async fn localhost_is_every_family_that_there_is() {
    let any = RedirectUri::parse("http://localhost/cb").unwrap();
    let bound = LoopbackRedirect::bind(Some(&any)).await.unwrap();
    let port = bound.redirect_uri().port().unwrap();
    assert_eq!(bound.redirect_uri().as_str(), format!("http://localhost:{port}/cb"));
    for address in ["127.0.0.1", "::1"] {
        let address: std::net::IpAddr = address.parse().unwrap();
        let is_there = TcpListener::bind((address, 0)).await.is_ok();
        let listens = bound.listeners.iter().any(|it| it.local_addr().unwrap().ip() == address);
        assert_eq!(listens, is_there, "{address}");
    }
}

#[test]
fn only_a_port_that_is_reserved_is_said_to_be() {
    let hint = |kind: io::ErrorKind| {
        let address = ([127, 0, 0, 1], 80).into();
        LoopbackError::Listen { address, source: kind.into() }.hint().unwrap().to_string()
    };
    let reserved = "ports below 1024 are reserved: register a higher one";
    assert_eq!(hint(io::ErrorKind::PermissionDenied), reserved);
    assert!(hint(io::ErrorKind::AddrNotAvailable).starts_with("sign in without a listener"));
}
