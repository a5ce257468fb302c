//! The authorization endpoint: what it sends back and what it refuses.

use fake_issuer::Mistake;

use crate::fixture::{ADA, DESKTOP, DEVICE, Fixture, RefusalCase, WEB, changed, redirected};

#[tokio::test]
async fn a_login_hint_signs_in_at_once_and_state_comes_back() {
    let fixture = Fixture::start().await;
    for hint in ["ada@example.com", "ADA@example.com", ADA] {
        let request = changed(Fixture::good_request(), &[("login_hint", hint)]);
        let answer = fixture.authorized(&request).await;
        assert_eq!(answer["state"], "a state");
        assert_eq!(answer["iss"], "https://accounts.google.com");
        let scope = "openid email profile https://www.googleapis.com/auth/userinfo.email \
                     https://www.googleapis.com/auth/userinfo.profile";
        assert_eq!(answer["scope"], scope);
        assert_eq!(answer["hd"], "example.com");
        assert!(answer["code"].starts_with("4/0A"));
    }
}

#[tokio::test]
async fn a_desktop_client_may_use_any_loopback_port() {
    let fixture = Fixture::start().await;
    let changes = [("client_id", DESKTOP), ("redirect_uri", "http://127.0.0.1:49999/anything")];
    let response = fixture.authorize(&changed(Fixture::good_request(), &changes)).await;
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("http://127.0.0.1:49999/anything?state=a+state"), "{location}");
}

#[tokio::test]
async fn a_malformed_request_gets_a_page_and_never_a_redirect() {
    let cases: &[RefusalCase<'_>] = &[
        (&[("client_id", "")], 400, "invalid_request", "Required parameter is missing: client_id"),
        (&[("client_id", "nobody")], 401, "invalid_client", "The OAuth client was not found."),
        (&[("client_id", DEVICE)], 400, "redirect_uri_mismatch", "is not registered"),
        (&[("redirect_uri", "")], 400, "invalid_request", "missing: redirect_uri"),
        (
            &[("redirect_uri", "http://127.0.0.1:3001/auth/google/callback")],
            400,
            "redirect_uri_mismatch",
            "http://127.0.0.1:3001/auth/google/callback, is not registered",
        ),
        (
            &[("redirect_uri", "https://attacker.example/\"><script>")],
            400,
            "redirect_uri_mismatch",
            "https://attacker.example/&quot;&gt;&lt;script&gt;, is not",
        ),
        (&[("response_type", "")], 400, "invalid_request", "missing: response_type"),
        (&[("response_type", "token")], 400, "unsupported_response_type", "token"),
        (&[("response_type", "id_token")], 400, "unsupported_response_type", "id_token"),
        (&[("scope", "")], 400, "invalid_request", "missing: scope"),
        (&[("scope", "openid offline_access")], 400, "invalid_scope", "invalid: offline_access"),
        (&[("code_challenge_method", "plain")], 400, "invalid_request", "must be S256"),
        (&[("code_challenge_method", "")], 400, "invalid_request", "must be S256"),
        (&[("code_challenge", "")], 400, "invalid_request", "without code_challenge"),
        (&[("code_challenge", "short")], 400, "invalid_request", "base64url of a SHA-256"),
        (&[("access_type", "sometimes")], 400, "invalid_request", "Invalid access_type"),
    ];
    let fixture = Fixture::start().await;
    for (changes, status, error, detail) in cases {
        let response = fixture.authorize(&changed(Fixture::good_request(), changes)).await;
        assert_eq!(response.status().as_u16(), *status, "{changes:?}");
        assert!(response.headers().get("location").is_none(), "{changes:?}");
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<code>{error}</code>")), "{changes:?}: {page}");
        assert!(page.contains(detail), "{changes:?}: {page}");
        assert!(!page.contains("<script>"));
    }
    assert_eq!(
        fixture.mistakes(WEB),
        [(Mistake::PlainPkce, 2), (Mistake::OfflineAccessScope, 1), (Mistake::WrongRedirectUri, 2),]
    );
    assert_eq!(fixture.mistakes("nobody"), [(Mistake::UnknownClient, 1)]);
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let fixture = Fixture::start().await;
    let mut request = Fixture::good_request();
    request.push(("state", "another"));
    let response = fixture.authorize(&request).await;
    assert_eq!(response.status().as_u16(), 400);
    assert!(response.text().await.unwrap().contains("only a single value: state"));
    assert_eq!(fixture.mistakes(WEB), [(Mistake::RepeatedParameter, 1)]);
}

#[tokio::test]
async fn what_google_lets_pass_is_counted() {
    let fixture = Fixture::start().await;
    let bare =
        [("state", ""), ("nonce", ""), ("code_challenge", ""), ("code_challenge_method", "")];
    let answer = fixture.authorized(&changed(Fixture::good_request(), &bare)).await;
    assert!(!answer.contains_key("state"));
    assert_eq!(
        fixture.mistakes(WEB),
        [(Mistake::MissingState, 1), (Mistake::MissingNonce, 1), (Mistake::MissingPkce, 1)]
    );
}

#[tokio::test]
async fn values_used_for_two_requests_are_counted() {
    let fixture = Fixture::start().await;
    fixture.authorized(&Fixture::good_request()).await;
    assert_eq!(fixture.mistakes(WEB), []);
    fixture.authorized(&Fixture::good_request()).await;
    assert_eq!(
        fixture.mistakes(WEB),
        [
            (Mistake::RepeatedState, 1),
            (Mistake::RepeatedNonce, 1),
            (Mistake::RepeatedCodeChallenge, 1),
        ]
    );
}

#[tokio::test]
async fn prompt_none_without_a_hint_asks_for_interaction() {
    let fixture = Fixture::start().await;
    let changes = [("prompt", "none"), ("login_hint", "")];
    let answer = fixture.authorized(&changed(Fixture::good_request(), &changes)).await;
    assert_eq!(answer["error"], "interaction_required");
    assert_eq!(answer["state"], "a state");
    assert!(!answer.contains_key("code"));
}

#[tokio::test]
async fn the_request_may_be_posted() {
    let fixture = Fixture::start().await;
    let response = fixture.post("/o/oauth2/v2/auth", &Fixture::good_request()).await;
    assert!(redirected(&response).contains_key("code"));
}
