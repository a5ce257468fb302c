//! The device flow.

use fake_issuer::Mistake;
use serde_json::Value;

use crate::fixture::{ADA, DEVICE, Fixture, SECRET, WEB, refusal};

async fn begin(fixture: &Fixture) -> (String, String) {
    let form = [("client_id", DEVICE), ("scope", "openid email")];
    let response = fixture.post("/device/code", &form).await;
    assert_eq!(response.status().as_u16(), 200);
    let answer: Value = response.json().await.unwrap();
    let mut names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["device_code", "expires_in", "interval", "user_code", "verification_url"]);
    assert_eq!((&answer["expires_in"], &answer["interval"]), (&1800.into(), &5.into()));
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    assert_eq!(text("verification_url"), fixture.at("/device"));
    (text("device_code"), text("user_code"))
}

async fn poll(fixture: &Fixture, device_code: &str, client_id: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code),
        ("client_id", client_id),
        ("client_secret", SECRET),
    ];
    fixture.token(&form).await
}

#[tokio::test]
async fn the_person_types_the_code_and_the_device_gets_the_tokens_once() {
    let fixture = Fixture::start().await;
    let (device_code, user_code) = begin(&fixture).await;
    assert!(fixture.get("/device").await.text().await.unwrap().contains("for=\"user_code\""));
    let pending = poll(&fixture, &device_code, DEVICE).await;
    assert_eq!(refusal(&pending), (428, "authorization_pending", "Precondition Required"));

    let typed = user_code.to_lowercase().replace('-', " ");
    let picker = fixture.post("/device", &[("user_code", &typed)]).await.text().await.unwrap();
    assert!(picker.contains("Choose an account") && picker.contains(DEVICE));
    let form = [("user_code", typed.as_str()), ("account", ADA)];
    let done = fixture.post("/device", &form).await.text().await.unwrap();
    assert!(done.contains("The device is connected."));

    fixture.issuer.clock().advance(5);
    let (status, tokens) = poll(&fixture, &device_code, DEVICE).await;
    assert_eq!(status, 200, "{tokens}");
    assert!(tokens.get("refresh_token").is_some());
    let claims = fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!((&claims["sub"], &claims["aud"]), (&ADA.into(), &DEVICE.into()));
    assert!(claims.get("nonce").is_none());

    let again = poll(&fixture, &device_code, DEVICE).await;
    assert_eq!(refusal(&again), (400, "invalid_grant", "Malformed device code."));
    assert_eq!(fixture.post("/device", &form).await.status().as_u16(), 400);
}

#[tokio::test]
async fn polling_too_fast_is_slowed_down() {
    let fixture = Fixture::start().await;
    let (device_code, _) = begin(&fixture).await;
    assert_eq!(poll(&fixture, &device_code, DEVICE).await.0, 428);
    fixture.issuer.clock().advance(4);
    let early = poll(&fixture, &device_code, DEVICE).await;
    assert_eq!(refusal(&early), (403, "slow_down", "Forbidden"));
    fixture.issuer.clock().advance(5);
    assert_eq!(poll(&fixture, &device_code, DEVICE).await.0, 428);
    assert_eq!(fixture.mistakes(DEVICE), [(Mistake::PolledTooFast, 1)]);
}

#[tokio::test]
async fn no_means_no() {
    let fixture = Fixture::start().await;
    let (device_code, user_code) = begin(&fixture).await;
    fixture.post("/device", &[("user_code", &user_code), ("deny", "1")]).await;
    for _ in 0..2 {
        let denied = poll(&fixture, &device_code, DEVICE).await;
        assert_eq!(refusal(&denied), (403, "access_denied", "Forbidden"));
    }
}

#[tokio::test]
async fn the_code_lives_half_an_hour() {
    let fixture = Fixture::start().await;
    let (device_code, user_code) = begin(&fixture).await;
    fixture.issuer.clock().advance(1800);
    let late = poll(&fixture, &device_code, DEVICE).await;
    assert_eq!(refusal(&late), (400, "expired_token", "The device code has expired."));
    let typed = fixture.post("/device", &[("user_code", &user_code), ("account", ADA)]).await;
    assert_eq!(typed.status().as_u16(), 400);
}

#[tokio::test]
async fn strangers_are_refused() {
    let fixture = Fixture::start().await;
    let (device_code, user_code) = begin(&fixture).await;
    let other = poll(&fixture, &device_code, WEB).await;
    assert_eq!(refusal(&other), (400, "invalid_grant", "Malformed device code."));
    let made_up = poll(&fixture, "AH-1made-up", DEVICE).await;
    assert_eq!(refusal(&made_up), (400, "invalid_grant", "Malformed device code."));
    for form in [
        vec![("user_code", "BBBB-BBBB"), ("account", ADA)],
        vec![("account", ADA)],
        vec![("user_code", user_code.as_str()), ("account", "mallory@example.com")],
    ] {
        assert_eq!(fixture.post("/device", &form).await.status().as_u16(), 400, "{form:?}");
    }
    assert_eq!(poll(&fixture, &device_code, DEVICE).await.0, 428);
}

#[tokio::test]
async fn only_a_device_client_may_begin() {
    let fixture = Fixture::start().await;
    for (form, status, error) in [
        (vec![("client_id", WEB), ("scope", "openid")], 401, "invalid_client"),
        (vec![("client_id", "nobody"), ("scope", "openid")], 401, "invalid_client"),
        (vec![("scope", "openid")], 400, "invalid_request"),
        (vec![("client_id", DEVICE)], 400, "invalid_request"),
        (vec![("client_id", DEVICE), ("scope", "openid offline_access")], 400, "invalid_scope"),
    ] {
        let response = fixture.post("/device/code", &form).await;
        assert_eq!(response.status().as_u16(), status, "{form:?}");
        assert_eq!(response.json::<Value>().await.unwrap()["error"], error, "{form:?}");
    }
}
