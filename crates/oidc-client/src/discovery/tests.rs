//! Documents that are refused.

use serde_json::json;

use super::*;

fn google() -> Issuer {
    Issuer::parse("https://accounts.google.com").unwrap()
}

fn document() -> Value {
    json!({
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "device_authorization_endpoint": "https://oauth2.googleapis.com/device/code",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        "scopes_supported": ["openid", "email", "profile"],
    })
}

#[test]
fn a_whole_document_is_read() {
    let metadata = read(&document(), &google(), false).unwrap();
    assert_eq!(metadata.token_endpoint.unwrap().as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!(metadata.scopes, ["openid", "email", "profile"]);
    assert!(metadata.userinfo_endpoint.is_none());
    assert!(!metadata.names_issuer_in_redirect);
}

#[test]
fn what_is_wrong_is_named() {
    let with = |field: &str, value: Value| {
        let mut document = document();
        document[field] = value;
        document
    };
    for (document, message) in [
        (json!([]), "the discovery document has no `issuer`"),
        (with("issuer", json!(7)), "the discovery document has no `issuer`"),
        (
            with("issuer", json!("https://accounts.google.com/")),
            "the discovery document of `https://accounts.google.com` names the issuer `https://accounts.google.com/`",
        ),
        (
            with("issuer", json!("accounts.google.com")),
            "the discovery document of `https://accounts.google.com` names the issuer `accounts.google.com`",
        ),
        (with("jwks_uri", json!(null)), "the discovery document has no `jwks_uri`"),
        (
            with("token_endpoint", json!("http://oauth2.googleapis.com/token")),
            "the discovery document's `token_endpoint` is `http://oauth2.googleapis.com/token`, expected an https address",
        ),
        (
            with("jwks_uri", json!("http://127.0.0.1:8000/certs")),
            "the discovery document's `jwks_uri` is `http://127.0.0.1:8000/certs`, expected an https address",
        ),
        (
            with("userinfo_endpoint", json!("somewhere")),
            "the discovery document's `userinfo_endpoint` is `somewhere`, expected an https address",
        ),
    ] {
        assert_eq!(read(&document, &google(), false).unwrap_err().to_string(), message);
    }
}

#[test]
fn loopback_addresses_come_only_from_loopback() {
    let mut document = document();
    document["jwks_uri"] = json!("http://127.0.0.1:8000/certs");
    read(&document, &google(), true).unwrap();
    assert_eq!(
        read(&document, &google(), false).unwrap_err().to_string(),
        "the discovery document's `jwks_uri` is `http://127.0.0.1:8000/certs`, expected an https address"
    );
}

#[test]
fn the_hint_minds_the_slash() {
    let error = DiscoveryError::IssuerMismatch {
        expected: "https://a.example".into(),
        found: "https://a.example/".into(),
    };
    assert_eq!(
        error.hint().unwrap().to_string(),
        "mind the slash at the end: configure `issuer = \"https://a.example/\"`"
    );
}

#[test]
fn an_address_of_many_organizations_is_not_proposed() {
    let error = DiscoveryError::IssuerMismatch {
        expected: "https://login.microsoftonline.com/common/v2.0".into(),
        found: "https://login.microsoftonline.com/{tenantid}/v2.0".into(),
    };
    assert_eq!(
        error.hint().unwrap().to_string(),
        "the address stands for many organizations: configure the `issuer` of yours, with the \
         organization's own id in the place of the braces"
    );
    let hostile = DiscoveryError::IssuerMismatch {
        expected: "https://a.example".into(),
        found: "https://b.example\"\nclient_id = \"x".into(),
    };
    assert_eq!(
        hostile.hint().unwrap().to_string(),
        "if that is the issuer you mean, configure `issuer = \
         \"https://b.example\\\"\\nclient_id = \\\"x\"`; if not, do not sign in"
    );
}
