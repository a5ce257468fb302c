//! Secrets planted, and searched for in everything a person or a log may see.

use std::error::Error;

use fake_issuer::Fault;
use fed_types::{Hint, Secret};
use oidc_client::{Reveal, report};

use crate::fixture::{ADA, CLIENT, Fixture, SECRET, ada};

/// An error in every form it may be shown in, its sources included.
fn all_of(error: &dyn Error, hint: Option<Hint>) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {hint:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

fn assert_clean(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "`{secret}` is in `{text}`");
    }
}

#[tokio::test]
async fn nothing_of_a_good_sign_in_shows() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
    let request = party.authorization_request(&redirect_uri, &ada()).unwrap();
    let redirect = fixture.redirected(&request).await;
    let code = party.pasted_code(&request, &redirect).unwrap();
    let sign_in = party.exchange_code(&request, &code, &fixture.clock).await.unwrap();
    let refresh_token = sign_in.refresh_token.clone().unwrap();
    let secrets = [
        SECRET,
        request.code_verifier.expose(),
        sign_in.access_token.expose(),
        refresh_token.expose(),
        sign_in.id_token.web_identity_token().expose(),
    ];
    assert_clean(&format!("{party:?} {sign_in:?} {code:?}"), &secrets);
    assert!(!format!("{request:?}").contains(request.code_verifier.expose()));
    let shown = report(&sign_in, Reveal::Shortened);
    assert_clean(&format!("{} {shown:?}", serde_json::to_string(&shown).unwrap()), &secrets);
    assert_clean(&format!("{:?}", report(&sign_in, Reveal::Whole)), &secrets);
}

#[tokio::test]
async fn nothing_of_a_failed_sign_in_shows() {
    let fixture = Fixture::start().await;
    for fault in [
        Fault::BadSignature,
        Fault::WrongNonce,
        Fault::WrongAtHash,
        Fault::NoIdToken,
        Fault::AlgNone,
        Fault::TokenFailing { status: 400 },
        Fault::TokenFailing { status: 200 },
        Fault::JwksGarbage,
    ] {
        let party = fixture.party().await;
        let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
        let request = party.authorization_request(&redirect_uri, &ada()).unwrap();
        let redirect = fixture.redirected(&request).await;
        let code = redirect.split("code=").nth(1).unwrap().split('&').next().unwrap();
        fixture.issuer.add_fault(fault);
        let parsed = party.pasted_code(&request, &redirect).unwrap();
        let error = party.exchange_code(&request, &parsed, &fixture.clock).await.unwrap_err();
        fixture.issuer.clear_faults();
        let secrets =
            [SECRET, request.code_verifier.expose(), code, request.nonce.expose(), "eyJ", "ya29."];
        assert_clean(&all_of(&error, error.hint()), &secrets);
    }
}

#[tokio::test]
async fn a_wrong_secret_or_token_is_not_repeated() {
    let fixture = Fixture::start().await;
    let wrong = "canary-wrong-secret";
    let party = fixture.discover(CLIENT, wrong, fixture.rules()).await.unwrap();
    let error = fixture.refused(&party).await;
    assert!(error.to_string().starts_with("the token endpoint refused: `invalid_client`"));
    assert!(
        error.hint().unwrap().to_string().starts_with("check `client_id` and `client_secret_file`")
    );
    assert_clean(&all_of(&error, error.hint()), &[wrong]);
    let token = Secret::new("canary-wrong-refresh-token");
    let error =
        fixture.party().await.refresh(&token, ADA, &fixture.clock, |_| {}).await.unwrap_err();
    assert_clean(&all_of(&error, error.hint()), &[token.expose()]);
}

#[tokio::test]
async fn what_the_issuer_repeats_of_our_secrets_is_taken_out() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
    let request = party.authorization_request(&redirect_uri, &ada()).unwrap();
    let redirect = fixture.redirected(&request).await;
    let code = redirect.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let verifier = request.code_verifier.expose();
    let echo = |secrets: &[&str]| {
        let body =
            serde_json::json!({ "error": secrets[0], "error_description": secrets.join(" ") });
        Fault::TokenAnswer { status: 400, body: body.to_string() }
    };
    fixture.issuer.add_fault(echo(&[code, verifier, SECRET]));
    let parsed = party.pasted_code(&request, &redirect).unwrap();
    let error = party.exchange_code(&request, &parsed, &fixture.clock).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token endpoint refused: `[redacted]` ([redacted] [redacted] [redacted])"
    );
    assert_clean(&all_of(&error, error.hint()), &[code, verifier, SECRET]);
    fixture.issuer.clear_faults();
    let token = Secret::new("1//canary-refresh");
    fixture.issuer.add_fault(echo(&[token.expose(), "1%2F%2Fcanary-refresh", SECRET]));
    let error = party.refresh(&token, ADA, &fixture.clock, |_| {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "somebody has to sign in again: the issuer refused to renew: `[redacted]` ([redacted] [redacted] [redacted])"
    );
    assert_clean(&all_of(&error, error.hint()), &["canary-refresh", SECRET]);
}
