//! Codes for tokens.

use fake_issuer::Mistake;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::fixture::{
    ADA, DESKTOP, Fixture, NOW, PUBLIC, RefusalCase, SECRET, VERIFIER, WEB, changed, refusal,
};

#[tokio::test]
async fn the_id_token_says_what_google_says() {
    let fixture = Fixture::start().await;
    let answer = fixture.sign_in(&[]).await;
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3599);
    // The long names, whichever were asked for.
    let scope = "openid https://www.googleapis.com/auth/userinfo.email \
                 https://www.googleapis.com/auth/userinfo.profile";
    assert_eq!(answer["scope"], scope);
    assert!(answer["access_token"].as_str().unwrap().starts_with("ya29."));
    assert!(answer.get("refresh_token").is_none());
    let mut claims = fixture.verified(answer["id_token"].as_str().unwrap()).await.unwrap();
    let at_hash = claims.as_object_mut().unwrap().remove("at_hash").unwrap();
    assert_eq!(at_hash.as_str().unwrap().len(), 22);
    assert_eq!(
        claims,
        json!({
            "iss": "https://accounts.google.com",
            "azp": WEB,
            "aud": WEB,
            "sub": ADA,
            "hd": "example.com",
            "email": "ada@example.com",
            "email_verified": true,
            "nonce": "a-nonce",
            "name": "Ada Lovelace",
            "picture": format!("https://lh3.googleusercontent.com/a/{ADA}=s96-c"),
            "given_name": "Ada",
            "family_name": "Lovelace",
            "locale": "en",
            "iat": NOW,
            "exp": NOW + 3600,
        })
    );
    assert_eq!(fixture.mistakes(WEB), []);
}

#[tokio::test]
async fn scopes_decide_what_is_told() {
    let fixture = Fixture::start().await;
    let answer = fixture.sign_in(&[("scope", "openid")]).await;
    let claims = fixture.verified(answer["id_token"].as_str().unwrap()).await.unwrap();
    assert!(claims.get("email").is_none() && claims.get("name").is_none());
    let answer = fixture.sign_in(&[("scope", "email")]).await;
    assert!(answer.get("id_token").is_none());
}

// Long: a table of cases.
#[tokio::test]
async fn a_wrong_exchange_is_refused() {
    let long = "a".repeat(129);
    let cases: &[RefusalCase<'_>] = &[
        (&[("grant_type", "")], 400, "unsupported_grant_type", "Invalid grant_type: "),
        (
            &[("grant_type", "password")],
            400,
            "unsupported_grant_type",
            "Invalid grant_type: password",
        ),
        (&[("code", "")], 400, "invalid_request", "Missing required parameter: code"),
        (&[("code", "4/0Amade-up")], 400, "invalid_grant", "Malformed auth code."),
        (
            &[("redirect_uri", "")],
            400,
            "invalid_request",
            "Missing required parameter: redirect_uri",
        ),
        (
            &[("redirect_uri", "http://127.0.0.1:3000/")],
            400,
            "redirect_uri_mismatch",
            "Bad Request",
        ),
        (&[("code_verifier", "")], 400, "invalid_grant", "Missing code verifier."),
        (&[("code_verifier", "short")], 400, "invalid_grant", "Invalid code verifier."),
        (&[("code_verifier", &long)], 400, "invalid_grant", "Invalid code verifier."),
        (
            &[("code_verifier", "EBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")],
            400,
            "invalid_grant",
            "Invalid code verifier.",
        ),
        (
            &[("client_id", "")],
            400,
            "invalid_request",
            "Could not determine client ID from request.",
        ),
        (&[("client_id", "nobody")], 401, "invalid_client", "The OAuth client was not found."),
        (&[("client_id", DESKTOP)], 400, "invalid_grant", "Malformed auth code."),
        (&[("client_secret", "")], 400, "invalid_request", "client_secret is missing."),
        (
            &[("client_secret", "guess")],
            401,
            "invalid_client",
            "The provided client secret is invalid.",
        ),
        (
            &[("client_id", PUBLIC), ("client_secret", "")],
            400,
            "invalid_grant",
            "Malformed auth code.",
        ),
        (&[("client_id", PUBLIC)], 401, "invalid_client", "The provided client secret is invalid."),
    ];
    let fixture = Fixture::start().await;
    for (changes, status, error, description) in cases {
        let code = fixture.code(&Fixture::good_request()).await;
        let exchange = changed(Fixture::good_exchange(&code), changes);
        let answer = fixture.token(&exchange).await;
        assert_eq!(refusal(&answer), (*status, *error, *description), "{changes:?}");
    }
    let made = fixture.mistakes(WEB);
    for mistake in [
        (Mistake::WrongCodeVerifier, 3),
        (Mistake::MissingCodeVerifier, 1),
        (Mistake::WrongClientSecret, 2),
        (Mistake::WrongRedirectUri, 1),
        (Mistake::UnknownCode, 1),
    ] {
        assert!(made.contains(&mistake), "{mistake:?} in {made:?}");
    }
}

#[tokio::test]
async fn a_verifier_nobody_asked_for_is_refused() {
    let fixture = Fixture::start().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let request = changed(Fixture::good_request(), &without);
    let code = fixture.code(&request).await;
    let answer = fixture.token(&Fixture::good_exchange(&code)).await;
    let expected = (400, "invalid_grant", "code_verifier or verifier is not needed.");
    assert_eq!(refusal(&answer), expected);
    let code = fixture.code(&request).await;
    let exchange = changed(Fixture::good_exchange(&code), &[("code_verifier", "")]);
    assert_eq!(fixture.token(&exchange).await.0, 200);
}

#[tokio::test]
async fn a_wrong_verifier_uses_the_code_up() {
    let fixture = Fixture::start().await;
    let code = fixture.code(&Fixture::good_request()).await;
    let wrong = "a".repeat(43);
    let guess = changed(Fixture::good_exchange(&code), &[("code_verifier", &wrong)]);
    assert_eq!(refusal(&fixture.token(&guess).await).1, "invalid_grant");
    let answer = fixture.token(&Fixture::good_exchange(&code)).await;
    assert_eq!(refusal(&answer), (400, "invalid_grant", "Bad Request"));
}

#[tokio::test]
async fn a_second_use_of_a_code_ends_what_the_first_began() {
    let fixture = Fixture::start().await;
    let code = fixture.code(&Fixture::good_request()).await;
    let exchange = Fixture::good_exchange(&code);
    let (_, tokens) = fixture.token(&exchange).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    let userinfo = || fixture.http.get(fixture.at("/v1/userinfo")).bearer_auth(access_token).send();
    assert_eq!(userinfo().await.unwrap().status().as_u16(), 200);
    assert_eq!(refusal(&fixture.token(&exchange).await), (400, "invalid_grant", "Bad Request"));
    assert_eq!(userinfo().await.unwrap().status().as_u16(), 401);
    assert_eq!(fixture.mistakes(WEB), [(Mistake::CodeUsedTwice, 1)]);
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let fixture = Fixture::start().await;
    let first = fixture.code(&Fixture::good_request()).await;
    fixture.issuer.clock().advance(599);
    assert_eq!(fixture.token(&Fixture::good_exchange(&first)).await.0, 200);
    let second = fixture.code(&Fixture::good_request()).await;
    fixture.issuer.clock().advance(600);
    let answer = fixture.token(&Fixture::good_exchange(&second)).await;
    assert_eq!(refusal(&answer), (400, "invalid_grant", "Bad Request"));
    assert!(fixture.mistakes(WEB).contains(&(Mistake::ExpiredCode, 1)));
}

/// Posts the good exchange with this `Authorization` header instead of a
/// posted secret.
async fn by_header(
    fixture: &Fixture,
    header: &str,
    changes: &[(&str, &str)],
) -> (u16, Value, bool) {
    let code = fixture.code(&Fixture::good_request()).await;
    let without = [("client_id", ""), ("client_secret", "")];
    let exchange = changed(changed(Fixture::good_exchange(&code), &without), changes);
    let request = fixture.http.post(fixture.at("/token")).form(&exchange);
    let response = request.header(AUTHORIZATION, header).send().await.unwrap();
    let challenged = response.headers().contains_key("www-authenticate");
    (response.status().as_u16(), response.json().await.unwrap(), challenged)
}

fn basic(client_id: &str, encoded_secret: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{client_id}:{encoded_secret}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

#[tokio::test]
async fn the_secret_may_come_in_the_header_form_encoded() {
    let fixture = Fixture::start().await;
    let right = basic(WEB, "a+secret%2Fwith%3Dodd%26letters");
    assert_eq!(by_header(&fixture, &right, &[]).await.0, 200);
    assert_eq!(by_header(&fixture, &right, &[("client_id", WEB)]).await.0, 200);

    let unencoded = by_header(&fixture, &basic(WEB, "a secret%with"), &[]).await;
    let wrong = by_header(&fixture, &basic(WEB, "guess"), &[]).await;
    let stranger = by_header(&fixture, &basic("nobody", "guess"), &[]).await;
    let garbage = by_header(&fixture, "Basic !!!", &[]).await;
    let bearer = by_header(&fixture, "Bearer abc", &[]).await;
    for (status, answer, challenged) in [unencoded, wrong, stranger, garbage, bearer] {
        assert_eq!((status, &answer["error"]), (401, &"invalid_client".into()), "{answer}");
        assert!(challenged, "RFC 6749 §5.2 asks for WWW-Authenticate");
    }
}

#[tokio::test]
async fn two_ways_of_authentication_are_one_too_many() {
    let fixture = Fixture::start().await;
    let right = basic(WEB, "a+secret%2Fwith%3Dodd%26letters");
    let both = by_header(&fixture, &right, &[("client_secret", SECRET)]).await;
    assert_eq!((both.0, &both.1["error"]), (400, &"invalid_request".into()));
    let other = by_header(&fixture, &right, &[("client_id", DESKTOP)]).await;
    assert_eq!((other.0, &other.1["error"]), (400, &"invalid_request".into()));
    assert_eq!(
        fixture
            .mistakes(WEB)
            .iter()
            .find(|(mistake, _)| *mistake == Mistake::TwoClientAuthentications),
        Some(&(Mistake::TwoClientAuthentications, 1))
    );
}

#[tokio::test]
async fn secrets_in_the_url_are_refused() {
    let fixture = Fixture::start().await;
    let code = fixture.code(&Fixture::good_request()).await;
    let exchange = Fixture::good_exchange(&code);
    let request = fixture.http.post(fixture.at("/token")).query(&exchange).form(&exchange);
    assert_eq!(request.send().await.unwrap().status().as_u16(), 400);
    assert_eq!(fixture.mistakes(WEB), [(Mistake::CredentialsInUrl, 1)]);
    let read = fixture.http.get(fixture.at("/token")).query(&exchange).send().await.unwrap();
    assert_eq!(read.status().as_u16(), 405);
}

#[tokio::test]
async fn a_public_client_needs_its_verifier_alone() {
    let fixture = Fixture::start().await;
    let redirect = "http://127.0.0.1:1/";
    let changes = [("client_id", PUBLIC), ("redirect_uri", redirect)];
    let code = fixture.code(&changed(Fixture::good_request(), &changes)).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", PUBLIC),
        ("redirect_uri", redirect),
        ("code_verifier", VERIFIER),
    ];
    let (status, answer) = fixture.token(&exchange).await;
    assert_eq!(status, 200, "{answer}");
}
