//! Faults show where they should, as often as asked.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fixture::{Fixture, NOW, SECRET, WEB, refusal};

async fn ask(fixture: &Fixture, fault: Value) {
    let (status, answer) = fixture.control("faults", &fault.to_string()).await;
    assert_eq!(status.as_u16(), 200, "{answer}");
}

#[tokio::test]
async fn a_spoilt_signature_or_key_does_not_verify_and_the_next_does() {
    let fixture = Fixture::start().await;
    for (fault, reason) in [
        ("bad_signature", "InvalidSignature"),
        ("unknown_key", "no such kid"),
        ("no_kid", "no such kid"),
        ("alg_hs256", "InvalidAlgorithm"),
    ] {
        ask(&fixture, json!({"fault": fault, "times": 1})).await;
        let spoilt = fixture.sign_in(&[]).await;
        let answer = fixture.verified(spoilt["id_token"].as_str().unwrap()).await;
        assert_eq!(answer.unwrap_err(), reason, "{fault}");
        let good = fixture.sign_in(&[]).await;
        fixture.verified(good["id_token"].as_str().unwrap()).await.expect(fault);
    }
    ask(&fixture, json!({"fault": "alg_none", "times": 1})).await;
    let spoilt = fixture.sign_in(&[]).await;
    assert!(spoilt["id_token"].as_str().unwrap().ends_with('.'));
}

#[tokio::test]
async fn a_wrong_claim_is_well_signed() {
    let fixture = Fixture::start().await;
    for (fault, claim, value) in [
        (json!({"fault": "wrong_issuer"}), "iss", json!("https://attacker.example")),
        (json!({"fault": "wrong_audience"}), "aud", json!("another-client")),
        (json!({"fault": "wrong_authorized_party"}), "azp", json!("another-client")),
        (json!({"fault": "wrong_nonce"}), "nonce", json!("another-nonce")),
        (json!({"fault": "wrong_subject"}), "sub", json!("999999999999999999999")),
        (json!({"fault": "wrong_hosted_domain"}), "hd", json!("attacker.example")),
        (json!({"fault": "expired"}), "exp", json!(NOW - 3600)),
        (json!({"fault": "issued_in_future", "seconds": 600}), "iat", json!(NOW + 600)),
        (json!({"fault": "missing_claim", "claim": "nonce"}), "nonce", Value::Null),
        (json!({"fault": "missing_claim", "claim": "sub"}), "sub", Value::Null),
    ] {
        ask(&fixture, fault.clone()).await;
        let tokens = fixture.sign_in(&[]).await;
        let claims = fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap();
        assert_eq!(claims[claim], value, "{fault}");
        fixture.issuer.clear_faults();
    }
    let right = fixture.sign_in(&[]).await;
    ask(&fixture, json!({"fault": "wrong_at_hash"})).await;
    let wrong = fixture.sign_in(&[]).await;
    let twice = fixture.sign_in(&[]).await;
    let mut hashes = Vec::new();
    for tokens in [right, wrong, twice] {
        let claims = fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap();
        hashes.push(claims["at_hash"].clone());
    }
    assert!(hashes[0] != hashes[1] && hashes[1] == hashes[2], "{hashes:?}");
}

#[tokio::test]
async fn the_authorization_response_can_lie() {
    let fixture = Fixture::start().await;
    ask(&fixture, json!({"fault": "wrong_state", "times": 1})).await;
    let answer = fixture.authorized(&Fixture::good_request()).await;
    assert_eq!(answer["state"], "another-state");
    ask(&fixture, json!({"fault": "missing_state", "times": 1})).await;
    assert!(!fixture.authorized(&Fixture::good_request()).await.contains_key("state"));
    ask(&fixture, json!({"fault": "wrong_response_issuer", "times": 1})).await;
    let answer = fixture.authorized(&Fixture::good_request()).await;
    assert_eq!(answer["iss"], "https://attacker.example");
    assert_eq!(fixture.authorized(&Fixture::good_request()).await["state"], "a state");
}

#[tokio::test]
async fn the_token_endpoint_can_fail() {
    let fixture = Fixture::start().await;
    ask(&fixture, json!({"fault": "token_failing", "status": 503, "times": 1})).await;
    let code = fixture.code(&Fixture::good_request()).await;
    let exchange = Fixture::good_exchange(&code);
    assert_eq!(fixture.post("/token", &exchange).await.status().as_u16(), 503);
    assert_eq!(fixture.token(&exchange).await.0, 200, "the failure left the code unused");

    ask(&fixture, json!({"fault": "no_id_token", "times": 1})).await;
    assert!(fixture.sign_in(&[]).await.get("id_token").is_none());

    ask(&fixture, json!({"fault": "refresh_revoked", "client_id": WEB})).await;
    let tokens = fixture.sign_in(&[("access_type", "offline")]).await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("client_id", WEB),
        ("client_secret", SECRET),
    ];
    let expected = (400, "invalid_grant", "Token has been expired or revoked.");
    assert_eq!(refusal(&fixture.token(&form).await), expected);
}

#[tokio::test]
async fn key_set_and_discovery_can_fail_in_turn() {
    let fixture = Fixture::start().await;
    ask(
        &fixture,
        json!({"faults": [
            {"fault": "jwks_empty", "times": 1},
            {"fault": "discovery_failing", "status": 502, "times": 1},
        ]}),
    )
    .await;
    let jwks = || async { fixture.get("/oauth2/v3/certs").await };
    let discovery = || async { fixture.get("/.well-known/openid-configuration").await };
    assert_eq!(jwks().await.json::<Value>().await.unwrap(), json!({"keys": []}));
    assert_eq!(discovery().await.status().as_u16(), 502);
    assert_eq!(discovery().await.status().as_u16(), 200);

    ask(&fixture, json!({"fault": "jwks_failing", "status": 500, "times": 1})).await;
    assert_eq!(jwks().await.status().as_u16(), 500);
    ask(&fixture, json!({"fault": "jwks_garbage", "times": 1})).await;
    assert!(jwks().await.json::<Value>().await.unwrap_err().is_decode());
    ask(&fixture, json!({"fault": "jwks_without_kid", "times": 1})).await;
    let unnamed: Value = jwks().await.json().await.unwrap();
    let keys = unnamed["keys"].as_array().unwrap();
    assert!(keys.len() == 2 && keys.iter().all(|key| key.get("kid").is_none()));
    ask(&fixture, json!({"fault": "discovery_wrong_issuer", "times": 1})).await;
    let document: Value = discovery().await.json().await.unwrap();
    assert_eq!(document["issuer"], "https://attacker.example");
    for (value, expected) in [(json!(null), None), (json!("x"), Some(&json!("x")))] {
        let fault = json!({"fault": "discovery_member", "member": "revocation_endpoint",
            "value": value, "times": 1});
        ask(&fixture, fault).await;
        let document: Value = discovery().await.json().await.unwrap();
        assert_eq!(document.get("revocation_endpoint"), expected);
    }
    ask(&fixture, json!({"fault": "gzip", "times": 1})).await;
    let encoded = discovery().await;
    assert_eq!(encoded.headers()["content-encoding"], "gzip");
    assert!(encoded.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]), "RFC 1952, section 2.3.1");
    assert_eq!(discovery().await.headers().get("content-encoding"), None);
    assert!(jwks().await.json::<Value>().await.unwrap()["keys"][0].get("kid").is_some());
}

#[tokio::test]
async fn slowness_is_as_long_as_asked() {
    let fixture = Fixture::start().await;
    for (fault, path) in
        [("jwks_slow", "/oauth2/v3/certs"), ("discovery_slow", "/.well-known/openid-configuration")]
    {
        ask(&fixture, json!({"fault": fault, "milliseconds": 80, "times": 1})).await;
        let began = Instant::now();
        assert_eq!(fixture.get(path).await.status().as_u16(), 200);
        assert!(began.elapsed() >= Duration::from_millis(80), "{fault}");
    }
}

#[tokio::test]
async fn one_clients_fault_is_not_anothers() {
    let fixture = Fixture::start().await;
    ask(&fixture, json!({"fault": "bad_signature", "client_id": "other"})).await;
    let tokens = fixture.sign_in(&[]).await;
    fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap();
    let url = fixture.at("/_control/faults?client_id=other");
    let left: Value = fixture.http.delete(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(left, json!({"faults": []}));
}
