//! Refresh tokens: when Google gives one, and what ends it.

use fake_issuer::{Mistake, RefreshRotation};
use serde_json::Value;

use crate::fixture::{DESKTOP, Fixture, SECRET, WEB, refusal};

const OFFLINE: (&str, &str) = ("access_type", "offline");
const CONSENT: (&str, &str) = ("prompt", "consent");

async fn refresh(fixture: &Fixture, token: &str, client_id: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", client_id),
        ("client_secret", SECRET),
    ];
    fixture.token(&form).await
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

#[tokio::test]
async fn one_comes_only_when_asked_and_only_once_without_consent() {
    let fixture = Fixture::start().await;
    assert!(fixture.sign_in(&[]).await.get("refresh_token").is_none());
    assert!(fixture.sign_in(&[CONSENT]).await.get("refresh_token").is_none());
    assert!(fixture.sign_in(&[OFFLINE]).await.get("refresh_token").is_some());
    assert!(fixture.sign_in(&[OFFLINE]).await.get("refresh_token").is_none());
    assert!(fixture.sign_in(&[OFFLINE, CONSENT]).await.get("refresh_token").is_some());
}

#[tokio::test]
async fn it_brings_a_new_id_token_and_its_own_successor() {
    let fixture = Fixture::start().await;
    let first = fixture.sign_in(&[OFFLINE]).await;
    fixture.issuer.clock().advance(1800);
    let (status, second) = refresh(&fixture, text(&first, "refresh_token"), WEB).await;
    assert_eq!(status, 200, "{second}");
    let before = fixture.verified(text(&first, "id_token")).await.unwrap();
    let after = fixture.verified(text(&second, "id_token")).await.unwrap();
    assert_eq!(before["sub"], after["sub"]);
    assert_eq!(after["iat"].as_i64(), before["iat"].as_i64().map(|iat| iat + 1800));
    assert!(after.get("nonce").is_none());
    assert_ne!(before["at_hash"], after["at_hash"]);
    let (status, _) = refresh(&fixture, text(&second, "refresh_token"), WEB).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_old_one_ends_the_whole_session() {
    let fixture = Fixture::start().await;
    let first = fixture.sign_in(&[OFFLINE]).await;
    let (_, second) = refresh(&fixture, text(&first, "refresh_token"), WEB).await;
    let expected = (400, "invalid_grant", "Token has been expired or revoked.");
    let again = refresh(&fixture, text(&first, "refresh_token"), WEB).await;
    assert_eq!(refusal(&again), expected);
    let successor = refresh(&fixture, text(&second, "refresh_token"), WEB).await;
    assert_eq!(refusal(&successor), expected);
    assert!(fixture.mistakes(WEB).contains(&(Mistake::RefreshTokenUsedTwice, 2)));
}

#[tokio::test]
async fn it_may_also_stay_the_same_as_googles_does() {
    let fixture = Fixture::with(RefreshRotation::Keep).await;
    let first = fixture.sign_in(&[OFFLINE]).await;
    for _ in 0..2 {
        let (status, answer) = refresh(&fixture, text(&first, "refresh_token"), WEB).await;
        assert_eq!(status, 200);
        assert!(answer.get("refresh_token").is_none());
    }
}

#[tokio::test]
async fn strangers_and_other_clients_are_refused() {
    let fixture = Fixture::start().await;
    let first = fixture.sign_in(&[OFFLINE]).await;
    let expected = (400, "invalid_grant", "Token has been expired or revoked.");
    let token = text(&first, "refresh_token");
    assert_eq!(refusal(&refresh(&fixture, "1//0made-up", WEB).await), expected);
    assert_eq!(refusal(&refresh(&fixture, token, DESKTOP).await), expected);
    let missing = refresh(&fixture, "", WEB).await;
    assert_eq!(
        refusal(&missing),
        (400, "invalid_request", "Missing required parameter: refresh_token")
    );
    assert_eq!(refresh(&fixture, token, WEB).await.0, 200);
}

#[tokio::test]
async fn revocation_ends_it_and_forgets_the_consent() {
    let fixture = Fixture::start().await;
    let first = fixture.sign_in(&[OFFLINE]).await;
    let token = text(&first, "refresh_token");
    let form = [("token", token)];
    let revoke = || fixture.post("/revoke", &form);
    assert_eq!(revoke().await.status().as_u16(), 200);
    assert_eq!(refusal(&refresh(&fixture, token, WEB).await).1, "invalid_grant");
    let again = revoke().await;
    assert_eq!(again.status().as_u16(), 400);
    assert_eq!(again.json::<Value>().await.unwrap()["error"], "invalid_token");
    assert_eq!(fixture.post("/revoke", &[]).await.status().as_u16(), 400);
    assert!(fixture.sign_in(&[OFFLINE]).await.get("refresh_token").is_some());
}
