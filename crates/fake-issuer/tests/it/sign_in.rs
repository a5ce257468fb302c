//! The sign-in page, as a browser without scripts would use it.

use crate::fixture::{ADA, Fixture, REDIRECT, changed, redirected};

/// The value of the page's hidden field, and the page.
async fn shown(fixture: &Fixture, changes: &[(&'static str, &'static str)]) -> (String, String) {
    let request = changed(Fixture::good_request(), &[("login_hint", "")]);
    let response = fixture.authorize(&changed(request, changes)).await;
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    let (_, rest) = page.split_once("name=\"request\" value=\"").unwrap();
    (rest.split('"').next().unwrap().to_owned(), page)
}

#[tokio::test]
async fn it_offers_every_account_and_needs_no_script() {
    let fixture = Fixture::start().await;
    let (_, page) = shown(&fixture, &[]).await;
    assert!(page.contains("<html lang=\"en\">") && page.contains("<main class=\"narrow\">"));
    assert!(page.contains(&format!("name=\"account\" value=\"{ADA}\"")));
    assert!(page.contains("ada@example.com") && page.contains("grace@example.org"));
    assert!(page.contains("web-client") && page.contains("Fake issuer, for tests"));
    assert!(!page.contains("<script") && !page.contains("Other accounts"));
}

#[tokio::test]
async fn the_hosted_domain_sorts_and_does_not_bar() {
    let fixture = Fixture::start().await;
    let (_, page) = shown(&fixture, &[("hd", "example.org")]).await;
    let position = |text: &str| page.find(text).unwrap();
    assert!(position("grace@example.org") < position("Other accounts"));
    assert!(position("Other accounts") < position("ada@example.com"));
}

#[tokio::test]
async fn choosing_an_account_signs_it_in_once() {
    let fixture = Fixture::start().await;
    let (request, _) = shown(&fixture, &[]).await;
    let form = [("request", request.as_str()), ("account", ADA)];
    let answer = redirected(&fixture.post("/o/oauth2/v2/auth/sign-in", &form).await);
    assert_eq!(answer["state"], "a state");
    let (status, tokens) = fixture.token(&Fixture::good_exchange(&answer["code"])).await;
    assert_eq!(status, 200);
    let claims = fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(claims["sub"], ADA);

    let again = fixture.post("/o/oauth2/v2/auth/sign-in", &form).await;
    assert_eq!(again.status().as_u16(), 400);
    assert!(again.text().await.unwrap().contains("was used already"));
}

#[tokio::test]
async fn cancelling_sends_access_denied() {
    let fixture = Fixture::start().await;
    let (request, _) = shown(&fixture, &[]).await;
    let form = [("request", request.as_str()), ("deny", "1")];
    let response = fixture.post("/o/oauth2/v2/auth/sign-in", &form).await;
    assert!(response.headers()["location"].to_str().unwrap().starts_with(REDIRECT));
    let answer = redirected(&response);
    assert_eq!((answer["error"].as_str(), answer["state"].as_str()), ("access_denied", "a state"));
    assert!(!answer.contains_key("code"));
}

#[tokio::test]
async fn an_unknown_account_or_page_is_refused() {
    let fixture = Fixture::start().await;
    let (request, _) = shown(&fixture, &[]).await;
    let stranger = [("request", request.as_str()), ("account", "mallory@example.com")];
    let made_up = [("request", "sign-in-made-up"), ("account", ADA)];
    let cases = [
        (&stranger[..], "There is no such account."),
        (&stranger[..1], "There is no such account."),
        (&made_up[..], "was used already"),
        (&made_up[1..], "was used already"),
    ];
    for (form, message) in cases {
        let response = fixture.post("/o/oauth2/v2/auth/sign-in", form).await;
        assert_eq!(response.status().as_u16(), 400, "{form:?}");
        assert!(response.text().await.unwrap().contains(message), "{form:?}");
    }
}

/// The claims of the ID token that comes of this form.
async fn signed_in_so(fixture: &Fixture, fields: &[(&str, &str)]) -> serde_json::Value {
    let (request, _) = shown(fixture, &[]).await;
    let form: Vec<_> = [("request", request.as_str())].into_iter().chain(fields.to_vec()).collect();
    let answer = redirected(&fixture.post("/o/oauth2/v2/auth/sign-in", &form).await);
    let (status, tokens) = fixture.token(&Fixture::good_exchange(&answer["code"])).await;
    assert_eq!(status, 200);
    fixture.verified(tokens["id_token"].as_str().unwrap()).await.unwrap()
}

#[tokio::test]
async fn anybody_can_be_signed_in_with_claims_of_their_own() {
    let fixture = Fixture::start().await;
    let joan = [
        ("email", "joan@example.net"),
        ("name", "Joan Clarke"),
        ("claims", r#"{"department": "research", "teams": ["a", "b"]}"#),
    ];
    let claims = signed_in_so(&fixture, &joan).await;
    assert_eq!(
        (&claims["email"], &claims["hd"]),
        (&"joan@example.net".into(), &"example.net".into())
    );
    assert_eq!(
        (&claims["name"], &claims["family_name"]),
        (&"Joan Clarke".into(), &"Clarke".into())
    );
    assert_eq!(claims["department"], "research");
    assert_eq!(claims["teams"], serde_json::json!(["a", "b"]));
    let again = signed_in_so(&fixture, &[("email", "Joan@example.net")]).await;
    assert_eq!(again["sub"], claims["sub"], "who has an email has one `sub`");
    assert_eq!((&again["department"], &again["name"]), (&serde_json::Value::Null, &"Joan".into()));
    let fields =
        [("email", "joan@example.net"), ("subject", "7"), ("hosted_domain", "example.org")];
    let claims = signed_in_so(&fixture, &fields).await;
    assert_eq!((&claims["sub"], &claims["hd"]), (&"7".into(), &"example.org".into()));
}

#[tokio::test]
async fn who_is_there_can_be_signed_in_with_claims_of_their_own() {
    let fixture = Fixture::start().await;
    let fields = [("email", "ada@example.com"), ("claims", r#"{"department": "engines"}"#)];
    let claims = signed_in_so(&fixture, &fields).await;
    assert_eq!((&claims["sub"], &claims["name"]), (&ADA.into(), &"Ada Lovelace".into()));
    assert_eq!(claims["department"], "engines");
    let claims = signed_in_so(&fixture, &[("account", ADA)]).await;
    assert_eq!(claims["department"], serde_json::Value::Null, "it was for one sign-in");
}

#[tokio::test]
async fn no_account_says_what_the_issuer_says() {
    let fixture = Fixture::start().await;
    let (request, _) = shown(&fixture, &[]).await;
    let cases = [
        (r#"{"aud": "another"}"#, "The claim aud is not for an account to say"),
        (r#"{"a": 1, "iss": "https://attacker.example"}"#, "The claim iss is not"),
        (r#"{"exp": 4000000000}"#, "The claim exp is not"),
        (r#"{"nonce": "n"}"#, "The claim nonce is not"),
        (r#"["a"]"#, "The claims are no JSON object"),
        ("department=research", "The claims are no JSON object"),
    ];
    for (claims, message) in cases {
        let form =
            [("request", request.as_str()), ("email", "joan@example.net"), ("claims", claims)];
        let response = fixture.post("/o/oauth2/v2/auth/sign-in", &form).await;
        assert_eq!(response.status().as_u16(), 400, "{claims}");
        let page = response.text().await.unwrap();
        assert!(page.contains(message), "{claims}: {page}");
    }
    // The person goes back and mends it.
    let form = [("request", request.as_str()), ("email", "joan@example.net")];
    assert!(
        redirected(&fixture.post("/o/oauth2/v2/auth/sign-in", &form).await).contains_key("code")
    );
}

#[tokio::test]
async fn a_hint_that_fits_nobody_shows_the_page() {
    let fixture = Fixture::start().await;
    let (_, page) = shown(&fixture, &[("login_hint", "mallory@example.com")]).await;
    assert!(page.contains("Choose an account"));
}
