//! The userinfo endpoint.

use fake_issuer::Mistake;
use serde_json::{Value, json};

use crate::fixture::{ADA, Fixture};

#[tokio::test]
async fn it_tells_what_the_scopes_allow() {
    let fixture = Fixture::start().await;
    let tokens = fixture.sign_in(&[("scope", "openid email")]).await;
    let request = fixture.http.get(fixture.at("/v1/userinfo"));
    let response = request.bearer_auth(tokens["access_token"].as_str().unwrap());
    let claims: Value = response.send().await.unwrap().json().await.unwrap();
    let expected = json!({
        "sub": ADA, "hd": "example.com", "email": "ada@example.com", "email_verified": true,
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn a_wrong_or_old_token_is_refused() {
    let fixture = Fixture::start().await;
    let tokens = fixture.sign_in(&[]).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    fixture.issuer.clock().advance(3599);
    let id_token = tokens["id_token"].as_str().unwrap();
    for token in [access_token, id_token, "ya29.made-up", ""] {
        let request = fixture.http.get(fixture.at("/v1/userinfo")).bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(response.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    }
    assert_eq!(fixture.get("/v1/userinfo").await.status().as_u16(), 401);
}

#[tokio::test]
async fn a_token_in_the_url_is_refused() {
    let fixture = Fixture::start().await;
    let tokens = fixture.sign_in(&[]).await;
    let path = format!("/v1/userinfo?access_token={}", tokens["access_token"].as_str().unwrap());
    assert_eq!(fixture.get(&path).await.status().as_u16(), 400);
    let made = fixture.issuer.mistakes(None);
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].mistake, made[0].count), (Mistake::AccessTokenInUrl, 1));
}
