//! OpenID's conformance list for relying parties, one row each, with the exact error.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_issuer::{Fault, IssuerConfig, TokenRequest};
use fed_types::{Hint, Step, UnixTime};
use oidc_client::{
    AtHash, Expected, Issuer, KeySet, Nonce, UnverifiedIdToken, VerificationRules, verify,
};
use serde_json::{Value, json};

use crate::fixture::{ADA, CLIENT, Fixture, GOOGLE, NOW, SECRET, without_skew};

fn missing(claim: &str) -> Fault {
    Fault::MissingClaim { claim: claim.into() }
}

#[tokio::test]
async fn a_good_sign_in_is_accepted_and_makes_no_mistake() {
    let fixture = Fixture::start().await;
    let sign_in = fixture.sign_in(&fixture.party().await).await.unwrap();
    assert_eq!(sign_in.id_token.subject(), ADA);
    assert_eq!(sign_in.account(), "ada@example.com");
    assert_eq!(sign_in.token_type, "Bearer");
    assert!(sign_in.refresh_token.is_some());
    assert_eq!(fixture.issuer.mistakes(None), []);
}

// Long: a table of cases.
#[tokio::test]
async fn every_wrong_sign_in_is_refused_with_its_reason() {
    let fixture = Fixture::start().await;
    for (faults, message) in [
        (
            vec![Fault::WrongIssuer],
            "expected an ID token issued by `https://accounts.google.com`, found `https://attacker.example`",
        ),
        (vec![missing("iss")], "the ID token's `iss` claim is missing or malformed"),
        (vec![missing("sub")], "the ID token's `sub` claim is missing or malformed"),
        (
            vec![Fault::WrongAudience],
            "expected an ID token for `canary-free-client-id`, found one for `another-client`",
        ),
        (vec![missing("aud")], "the ID token's `aud` claim is missing or malformed"),
        (
            vec![Fault::WrongAuthorizedParty],
            "expected an ID token issued to `canary-free-client-id` (`azp`), found `another-client`",
        ),
        (vec![missing("iat")], "the ID token's `iat` claim is missing or malformed"),
        (vec![missing("exp")], "the ID token's `exp` claim is missing or malformed"),
        (vec![Fault::AlgNone], "expected an ID token signed with `RS256`, found `none`"),
        (vec![Fault::AlgHs256], "expected an ID token signed with `RS256`, found `HS256`"),
        (vec![Fault::BadSignature], "the ID token's signature is wrong"),
        (vec![Fault::WrongNonce], "the ID token's `nonce` is not the one sent"),
        (vec![missing("nonce")], "the ID token's `nonce` claim is missing or malformed"),
        (vec![Fault::WrongAtHash], "the ID token's `at_hash` does not fit the access token"),
        (vec![missing("at_hash")], "the ID token's `at_hash` claim is missing or malformed"),
        (
            vec![Fault::Expired],
            "the ID token expired at 2026-11-23T09:00:00Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            vec![Fault::IssuedInFuture { seconds: 600 }],
            "the ID token was issued in the future, at 2026-11-23T10:10:00Z, and it is 2026-11-23T10:00:00Z",
        ),
        (vec![Fault::NoIdToken], "the token endpoint gave no ID token"),
        (
            vec![Fault::WrongState],
            "the redirect's `state` is not the one sent: it answers another request than ours",
        ),
        (
            vec![Fault::MissingState],
            "the redirect's `state` is not the one sent: it answers another request than ours",
        ),
        (
            vec![Fault::WrongResponseIssuer],
            "expected a redirect of the issuer `https://accounts.google.com`, found one of `https://attacker.example`",
        ),
        (
            vec![Fault::JwksEmpty],
            "the issuer's key set `URL/oauth2/v3/certs` holds no usable signing key",
        ),
        (vec![Fault::JwksGarbage], "cannot read the issuer's signing keys"),
        (vec![Fault::JwksFailing { status: 500 }], "cannot read the issuer's signing keys"),
        (
            vec![Fault::TokenFailing { status: 503 }],
            "`URL/token` answered with status 503, expected 200",
        ),
        (
            vec![Fault::TokenFailing { status: 400 }],
            "the token endpoint `URL/token` answered with status 400 and text that is not JSON, expected a JSON object",
        ),
    ] {
        let party = fixture.party().await;
        faults.iter().for_each(|fault| fixture.issuer.add_fault(fault.clone()));
        let error = fixture.refused(&party).await;
        fixture.issuer.clear_faults();
        let message = message.replace("URL", fixture.issuer.url());
        assert_eq!(without_skew(&error.to_string()), message, "{faults:?}");
    }
    assert_eq!(fixture.issuer.mistakes(None), []);
}

#[tokio::test]
async fn an_unpublished_key_is_named() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    fixture.issuer.add_fault(Fault::UnknownKey);
    let error = fixture.refused(&party).await.to_string();
    assert!(
        error.starts_with("the ID token is signed with the key `")
            && error.ends_with("`, which the issuer does not publish"),
        "{error}"
    );
}

#[tokio::test]
async fn without_kid_the_only_key_is_taken_and_none_of_several() {
    let fixture = Fixture::start().await;
    let sign = |request: TokenRequest| {
        let request = request.claim("aud", CLIENT).claim("azp", Value::Null);
        fixture.issuer.sign(&request).unwrap()
    };
    let url = format!("{}/oauth2/v3/certs", fixture.issuer.url());
    let published: Value = fixture.browser.get(url).send().await.unwrap().json().await.unwrap();
    let header = sign(TokenRequest::default()).split('.').next().unwrap().to_owned();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let keys = published["keys"].as_array().unwrap();
    let current = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let issuer = Issuer::parse(GOOGLE).unwrap();
    let rules = fixture.rules();
    let expected = Expected {
        issuer: &issuer,
        client_id: CLIENT,
        rules: &rules,
        nonce: Nonce::NotSent,
        access_token: None,
        subject: None,
        now: UnixTime::from_seconds(NOW),
        clock_skew: None,
    };
    let verdict = |keys: Value| {
        let token = sign(TokenRequest::default().header("kid", Value::Null));
        let token = UnverifiedIdToken::parse(&token).unwrap();
        verify(token, &KeySet::from_json(&keys), &expected).map(|token| token.subject().to_owned())
    };
    assert_eq!(verdict(json!({ "keys": [current] })), Ok(ADA.to_owned()));
    assert_eq!(keys.len(), 2);
    assert_eq!(
        verdict(published.clone()).unwrap_err().to_string(),
        "the ID token names no key (`kid`), and the issuer publishes 2 that fit"
    );
    assert_eq!(
        verdict(json!({ "keys": [] })).unwrap_err().to_string(),
        "the issuer publishes no key for `RS256`"
    );
}

#[tokio::test]
async fn keys_without_kid_do_not_fit_a_token_with_one() {
    let fixture = Fixture::start().await;
    fixture.issuer.add_fault(Fault::JwksWithoutKid);
    let error = fixture.refused(&fixture.party().await).await.to_string();
    assert!(error.ends_with("which the issuer does not publish"), "{error}");
}

#[tokio::test]
async fn a_rotation_is_followed() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    fixture.sign_in(&party).await.unwrap();
    // After the first token.
    fixture.issuer.rotate().unwrap();
    fixture.sign_in(&party).await.unwrap();
    // Just before signing: the person is at the issuer while it rotates.
    let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
    let request = party.authorization_request(&redirect_uri, &crate::fixture::ada()).unwrap();
    let redirect = fixture.redirected(&request).await;
    fixture.issuer.rotate().unwrap();
    let code = party.pasted_code(&request, &redirect).unwrap();
    party.exchange_code(&request, &code, &fixture.clock).await.unwrap();
}

#[tokio::test]
async fn keys_that_were_fetched_again_are_kept() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    fixture.sign_in(&party).await.unwrap();
    fixture.issuer.rotate().unwrap();
    // More often than keys are fetched again.
    for _ in 0..8 {
        fixture.sign_in(&party).await.unwrap();
    }
}

#[tokio::test]
async fn forged_key_names_do_not_make_us_fetch_keys_without_end() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    fixture.sign_in(&party).await.unwrap();
    // Were the keys fetched again, they would now be found missing.
    fixture.issuer.add_fault(Fault::UnknownKey);
    for _ in 0..5 {
        fixture.refused(&party).await;
    }
    fixture.issuer.add_fault(Fault::JwksFailing { status: 500 });
    let error = fixture.refused(&party).await.to_string();
    assert!(error.ends_with("which the issuer does not publish"), "{error}");
}

#[tokio::test]
async fn discovery_of_another_issuer_is_refused() {
    let fixture = Fixture::start().await;
    fixture.issuer.add_fault(Fault::DiscoveryWrongIssuer);
    let error = fixture.discover(CLIENT, SECRET, fixture.rules()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the discovery document of `https://accounts.google.com` names the issuer `https://attacker.example`"
    );
}

#[tokio::test]
async fn userinfo_must_be_about_the_same_subject() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let sign_in = fixture.sign_in(&party).await.unwrap();
    assert_eq!(party.userinfo(&sign_in).await.unwrap().text("given_name"), Some("Ada"));
    fixture.issuer.add_fault(Fault::WrongSubject);
    let other = fixture.sign_in(&party).await.unwrap();
    assert_eq!(
        party.userinfo(&other).await.unwrap_err().to_string(),
        format!("expected userinfo about `999999999999999999999`, found `{ADA}`")
    );
}

#[tokio::test]
async fn at_hash_may_be_missing_where_it_is_optional() {
    let fixture = Fixture::start().await;
    let rules = VerificationRules { at_hash: AtHash::IfPresent, ..fixture.rules() };
    let party = fixture.party_with(CLIENT, rules).await;
    fixture.issuer.add_fault(missing("at_hash"));
    fixture.sign_in(&party).await.unwrap();
    fixture.issuer.clear_faults();
    fixture.issuer.add_fault(Fault::WrongAtHash);
    assert_eq!(
        fixture.refused(&party).await.to_string(),
        "the ID token's `at_hash` does not fit the access token"
    );
}

#[tokio::test]
async fn the_hosted_domain_is_checked_after_asking() {
    let fixture = Fixture::start().await;
    let rules =
        |domain: &str| VerificationRules { hosted_domain: Some(domain.into()), ..fixture.rules() };
    fixture.sign_in(&fixture.party_with(CLIENT, rules("example.com")).await).await.unwrap();
    let elsewhere = fixture.party_with(CLIENT, rules("example.org")).await;
    assert_eq!(
        fixture.refused(&elsewhere).await.to_string(),
        "expected an account of `example.org`, found one of `example.com`"
    );
    fixture.issuer.add_fault(missing("hd"));
    let error = fixture.refused(&fixture.party_with(CLIENT, rules("example.com")).await).await;
    assert_eq!(error.to_string(), "expected an account of `example.com`, found one of no domain");
    assert_eq!(
        error.hint().unwrap(),
        Hint::to(
            "sign in with an account of `example.com`",
            Step::SignInAs("NAME@example.com".to_owned())
        )
    );
}

#[tokio::test]
async fn another_account_than_asked_for_is_refused() {
    let fixture = Fixture::start().await;
    let rules =
        |account: &str| VerificationRules { account: Some(account.into()), ..fixture.rules() };
    for account in ["ada@example.com", "Ada@Example.com", ADA] {
        fixture.sign_in(&fixture.party_with(CLIENT, rules(account)).await).await.unwrap();
    }
    for account in ["grace@example.org", "ada", "example.com", "1136", ""] {
        let error = fixture.refused(&fixture.party_with(CLIENT, rules(account)).await).await;
        let message = format!("expected the account `{account}`, found `ada@example.com`");
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test]
async fn a_wrong_clock_is_named_as_the_cause() {
    let config = IssuerConfig::google(fake_issuer::Clock::system());
    let mut fixture = Fixture::with(config).await;
    for (ahead_seconds, start, side) in [
        (-7200, "the ID token was issued in the future, at ", "behind"),
        (7200, "the ID token expired at ", "ahead of"),
    ] {
        fixture.clock.ahead_seconds = ahead_seconds;
        let error = fixture.refused(&fixture.party().await).await;
        let text = error.to_string();
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains(": this machine's clock is 7"), "{text}");
        assert!(text.ends_with(&format!(" s {side} the issuer's")), "{text}");
        assert_eq!(
            error.hint().unwrap().to_string(),
            "set this machine's clock: `sudo timedatectl set-ntp true`"
        );
    }
    fixture.clock.ahead_seconds = 45;
    fixture.sign_in(&fixture.party().await).await.unwrap();
}

#[tokio::test]
async fn googles_second_spelling_is_accepted_of_google_alone() {
    let google = Fixture::start().await;
    let token = |fixture: &Fixture, issuer: &str| {
        let request =
            TokenRequest::default().claim("aud", CLIENT).claim("azp", CLIENT).claim("iss", issuer);
        UnverifiedIdToken::parse(&fixture.issuer.sign(&request).unwrap()).unwrap()
    };
    for issuer in [GOOGLE, "accounts.google.com"] {
        let party = google.party().await;
        party.verify_presented(token(&google, issuer), &google.clock).await.unwrap();
    }
    let mut config = IssuerConfig::google(fake_issuer::Clock::fixed(NOW));
    config.issuer = "https://login.example.com".into();
    let other = Fixture::with(config).await;
    let party = other.party().await;
    let error = party.verify_presented(token(&other, "login.example.com"), &other.clock).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "expected an ID token issued by `https://login.example.com`, found `login.example.com`"
    );
}
