//! Where we listen, and where not.

use super::*;

#[test]
fn only_this_machine_and_only_plain_addresses() {
    for (uri, address) in [
        ("http://127.0.0.1:3000/auth/google/callback", Some(("127.0.0.1", Some(3000)))),
        ("http://[::1]:3000/cb", Some(("::1", Some(3000)))),
        ("http://localhost:3000/cb", Some(("127.0.0.1", Some(3000)))),
        ("http://127.0.0.1/cb", Some(("127.0.0.1", None))),
        ("https://127.0.0.1:3000/cb", None),
        ("http://0.0.0.0:3000/cb", None),
        ("http://127.0.0.2:3000/cb", None),
        ("http://192.168.0.1:3000/cb", None),
        ("http://example.com/cb", None),
        ("http://localhost.example.com/cb", None),
        ("http://user@127.0.0.1:3000/cb", None),
        ("http://127.0.0.1:3000/cb?x=1", None),
        ("http://127.0.0.1:3000/cb#x", None),
        ("urn:ietf:wg:oauth:2.0:oob", None),
    ] {
        let expected = address.map(|(ip, port)| (ip.parse().unwrap(), port));
        assert_eq!(loopback_address(&Url::parse(uri).unwrap()), expected, "{uri}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = LoopbackRedirect::bind(None).await.unwrap();
    let error = LoopbackRedirect::bind(Some(taken.redirect_uri())).await.unwrap_err();
    let port = taken.redirect_uri().port().unwrap();
    assert_eq!(error.to_string(), format!("cannot listen on `127.0.0.1:{port}`"));
    assert!(error.hint().unwrap().contains(&format!("sport = :{port}")));
}

#[tokio::test]
async fn a_free_port_is_put_into_the_redirect_uri() {
    let any = LoopbackRedirect::bind(None).await.unwrap();
    assert_eq!(any.redirect_uri().host_str(), Some("127.0.0.1"));
    let without_port = Url::parse("http://127.0.0.1/callback").unwrap();
    let bound = LoopbackRedirect::bind(Some(&without_port)).await.unwrap();
    assert!(bound.redirect_uri().port().is_some_and(|port| port != 0));
    assert_eq!(bound.redirect_uri().path(), "/callback");
}
