//! Discovery document and key set.

use serde_json::Value;

use crate::fixture::Fixture;

#[tokio::test]
async fn the_document_names_google_and_leads_back_here() {
    let fixture = Fixture::start().await;
    let response = fixture.http.get(fixture.issuer.discovery_url()).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=3600");
    let document: Value = response.json().await.unwrap();
    assert_eq!(document["issuer"], "https://accounts.google.com");
    assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], serde_json::json!(["RS256"]));
    for endpoint in ["authorization", "device_authorization", "token", "userinfo", "revocation"] {
        let address = document[format!("{endpoint}_endpoint")].as_str().unwrap();
        assert!(address.starts_with(fixture.issuer.url()), "{address}");
    }
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let fixture = Fixture::start().await;
    assert!(fixture.issuer.url().starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn two_public_keys_are_published_and_nothing_of_the_private_ones() {
    let fixture = Fixture::start().await;
    let jwks: Value = fixture.get("/oauth2/v3/certs").await.json().await.unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    for key in keys {
        let mut names: Vec<&String> = key.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["alg"], &key["e"]), (&"RS256".into(), &"AQAB".into()));
        // 2048 bits are 256 bytes, 342 letters of base64url.
        assert_eq!(key["n"].as_str().unwrap().len(), 342);
    }
}

#[tokio::test]
async fn stopping_frees_the_port() {
    let fixture = Fixture::start().await;
    let url = fixture.issuer.discovery_url();
    fixture.issuer.stop().await;
    assert!(fixture.http.get(url).send().await.unwrap_err().is_connect());
}

/// As client libraries of Google's read it that are older than JWK sets.
#[tokio::test]
async fn the_same_keys_are_published_as_certificates() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    let fixture = Fixture::start().await;
    let jwks: Value = fixture.get("/oauth2/v3/certs").await.json().await.unwrap();
    let certificates: Value = fixture.get("/oauth2/v1/certs").await.json().await.unwrap();
    assert_eq!(certificates.as_object().unwrap().len(), 2);
    for key in jwks["keys"].as_array().unwrap() {
        let pem = certificates[key["kid"].as_str().unwrap()].as_str().unwrap();
        let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let certificate = STANDARD.decode(text).unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
        assert_eq!(modulus.len(), 256);
        assert!(certificate.windows(256).any(|part| part == modulus), "{pem}");
    }
}
