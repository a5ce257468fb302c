//! Renewals.

use std::cell::RefCell;

use fake_issuer::{Fault, IssuerConfig, RefreshRotation};
use fed_types::Secret;
use oidc_client::{RefreshError, RelyingParty, SignIn, SignInNeeded};
use serde_json::json;

use crate::fixture::{ADA, Fixture, NOW};

/// A renewal, and the refresh tokens that were to be kept.
async fn renew(
    fixture: &Fixture,
    party: &RelyingParty,
    refresh_token: &Secret,
) -> (Result<SignIn, RefreshError>, Vec<Secret>) {
    let kept = RefCell::new(Vec::new());
    let keep = |token: &Secret| kept.borrow_mut().push(token.clone());
    let renewed = party.refresh(refresh_token, ADA, &fixture.clock, keep).await;
    (renewed, kept.into_inner())
}

/// A renewal with this fault, by a client whose keys are not yet fetched, of a new sign-in.
async fn renew_with(fixture: &Fixture, fault: Fault) -> (RefreshError, Vec<Secret>, Secret) {
    let party = fixture.party().await;
    let signed_in = fixture.sign_in(&fixture.party().await).await.unwrap();
    let refresh_token = signed_in.refresh_token.unwrap();
    fixture.issuer.add_fault(fault);
    let (renewed, kept) = renew(fixture, &party, &refresh_token).await;
    fixture.issuer.clear_faults();
    (renewed.unwrap_err(), kept, refresh_token)
}

fn answer(status: u16, body: &str) -> Fault {
    Fault::TokenAnswer { status, body: body.to_owned() }
}

#[tokio::test]
async fn a_renewal_brings_a_new_token_and_keeps_the_way_to_the_next() {
    for rotation in [RefreshRotation::Rotate, RefreshRotation::Keep] {
        let mut config = IssuerConfig::google(fake_issuer::Clock::fixed(NOW));
        config.refresh_rotation = rotation;
        let fixture = Fixture::with(config).await;
        let party = fixture.party().await;
        let first = fixture.sign_in(&party).await.unwrap();
        let mut refresh_token = first.refresh_token.unwrap();
        for _ in 0..3 {
            let (renewed, kept) = renew(&fixture, &party, &refresh_token).await;
            let renewed = renewed.unwrap();
            assert_eq!(renewed.id_token.subject(), ADA);
            let next = renewed.refresh_token.unwrap();
            if rotation == RefreshRotation::Keep {
                assert_eq!((&next, kept), (&refresh_token, vec![]));
            } else {
                assert_ne!(next, refresh_token);
                assert_eq!(kept, std::slice::from_ref(&next));
            }
            refresh_token = next;
        }
        assert_eq!(fixture.issuer.mistakes(None), []);
    }
}

#[tokio::test]
async fn a_renewal_about_someone_else_is_refused() {
    let fixture = Fixture::start().await;
    let (error, _, _) = renew_with(&fixture, Fault::WrongSubject).await;
    assert_eq!(
        error.to_string(),
        format!("expected a token about the subject `{ADA}`, found `999999999999999999999`")
    );
    assert!(matches!(error, RefreshError::Failed(_)), "{error:?}");
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_whatever_else_the_answer_brings() {
    let fixture = Fixture::start().await;
    for fault in [
        Fault::JwksFailing { status: 503 },
        Fault::JwksGarbage,
        Fault::NoIdToken,
        Fault::BadSignature,
        Fault::WrongSubject,
        Fault::Expired,
        Fault::TokenMember { member: "id_token".into(), value: json!("canary") },
        Fault::TokenMember { member: "id_token".into(), value: json!(7) },
        Fault::TokenMember { member: "token_type".into(), value: json!(null) },
    ] {
        let (error, kept, old) = renew_with(&fixture, fault.clone()).await;
        let [rotated] = &kept[..] else { panic!("{fault:?}: {} kept: {error}", kept.len()) };
        assert_ne!(*rotated, old);
        let party = fixture.party().await;
        let (renewed, _) = renew(&fixture, &party, rotated).await;
        assert_eq!(renewed.unwrap().id_token.subject(), ADA, "{fault:?}");
    }
}

// Long: a table.
#[tokio::test]
async fn a_dead_refresh_token_is_a_sign_in_by_whatever_name() {
    let fixture = Fixture::start().await;
    for (status, body, reason) in [
        (400, r#"{"error":"invalid_grant"}"#, "the issuer refused to renew: `invalid_grant`"),
        (200, r#"{"error":"invalid_grant"}"#, "the issuer refused to renew: `invalid_grant`"),
        (
            400,
            r#"{"error":"invalid_request","error_description":"Refresh token is invalid or has already been claimed by another client."}"#,
            "the issuer refused to renew: `invalid_request` (Refresh token is invalid or has already been claimed by another client.)",
        ),
        (
            400,
            r#"{"error":"interaction_required","suberror":"basic_action","error_codes":[50076]}"#,
            "the issuer refused to renew: `interaction_required`",
        ),
        (401, r#"{"error":"login_required"}"#, "the issuer refused to renew: `login_required`"),
        (403, r#"{"error":"consent_required"}"#, "the issuer refused to renew: `consent_required`"),
        (400, r#"{"error":"access_denied"}"#, "the issuer refused to renew: `access_denied`"),
        (400, r#"{"error":"expired_token"}"#, "the issuer refused to renew: `expired_token`"),
        (401, r#"{"error":"invalid_token"}"#, "the issuer refused to renew: `invalid_token`"),
        (
            403,
            r#"{"error":"unauthorized_client","error_description":"Grant type 'refresh_token' not allowed for the client."}"#,
            "the issuer refused to renew: `unauthorized_client` (Grant type 'refresh_token' not allowed for the client.)",
        ),
        (
            400,
            r#"{"error":"unsupported_grant_type"}"#,
            "the issuer refused to renew: `unsupported_grant_type`",
        ),
        (400, "", "the issuer refused to renew with status 400 and no reason that can be read"),
        (401, "\r\n", "the issuer refused to renew with status 401 and no reason that can be read"),
        (
            400,
            r#"{"error":{"code":400,"message":"TOKEN_EXPIRED"}}"#,
            "the issuer refused to renew with status 400 and no reason that can be read",
        ),
        (
            401,
            r#"{"message":"Refresh token expired"}"#,
            "the issuer refused to renew with status 401 and no reason that can be read",
        ),
        (
            400,
            "error=invalid_grant",
            "the issuer refused to renew with status 400 and no reason that can be read",
        ),
    ] {
        let (error, kept, _) = renew_with(&fixture, answer(status, body)).await;
        assert_eq!(error.to_string(), format!("somebody has to sign in again: {reason}"));
        let needed = error.sign_in_needed().unwrap();
        assert_eq!(needed.is_for_good(), body != "error=invalid_grant", "{body}");
        assert!(kept.is_empty());
    }
    let (error, _, _) = renew_with(&fixture, Fault::NoIdToken).await;
    assert_eq!(error.sign_in_needed(), Some(&SignInNeeded::NoIdToken));
    assert_eq!(
        error.to_string(),
        "somebody has to sign in again: the issuer renews without an ID token"
    );
    let (error, _, _) = renew_with(&fixture, Fault::RefreshRevoked).await;
    assert_eq!(
        error.to_string(),
        "somebody has to sign in again: the issuer refused to renew: `invalid_grant` (Token has been expired or revoked.)"
    );
}

#[tokio::test]
async fn what_passes_is_no_reason_to_forget_a_refresh_token() {
    let fixture = Fixture::start().await;
    for fault in [
        Fault::TokenFailing { status: 500 },
        Fault::TokenFailing { status: 503 },
        Fault::TokenFailing { status: 429 },
        answer(500, r#"{"error":"invalid_grant"}"#),
        answer(400, r#"{"error":"temporarily_unavailable"}"#),
        answer(400, r#"{"error":"server_error"}"#),
        Fault::JwksFailing { status: 500 },
    ] {
        let (error, _, _) = renew_with(&fixture, fault.clone()).await;
        assert!(matches!(error, RefreshError::Transient(_)), "{fault:?}: {error:?}");
    }
    let party = fixture.party().await;
    let refresh_token = fixture.sign_in(&party).await.unwrap().refresh_token.unwrap();
    fixture.issuer.stop().await;
    let gone = party.refresh(&refresh_token, ADA, &fixture.clock, |_| panic!("nothing came")).await;
    assert!(matches!(gone, Err(RefreshError::Transient(_))), "{gone:?}");
}

#[tokio::test]
async fn what_neither_time_nor_a_sign_in_mends_is_told_as_it_is() {
    let fixture = Fixture::start().await;
    for (fault, message) in [
        (
            answer(401, r#"{"error":"invalid_client"}"#),
            "the token endpoint refused: `invalid_client`",
        ),
        (
            answer(
                400,
                r#"{"error":"invalid_request","error_description":"client_secret is missing."}"#,
            ),
            "the token endpoint refused: `invalid_request` (client_secret is missing.)",
        ),
        (
            answer(403, "<html>canary</html>"),
            "the token endpoint `URL/token` answered with status 403 and HTML, expected a JSON object",
        ),
        (
            answer(400, "<html>canary</html>"),
            "the token endpoint `URL/token` answered with status 400 and HTML, expected a JSON object",
        ),
        (Fault::BadSignature, "the ID token's signature is wrong"),
    ] {
        let (error, _, _) = renew_with(&fixture, fault.clone()).await;
        assert!(matches!(error, RefreshError::Failed(_)), "{fault:?}: {error:?}");
        assert_eq!(error.to_string(), message.replace("URL", fixture.issuer.url()));
    }
}

#[tokio::test]
async fn an_unknown_or_revoked_refresh_token_is_a_sign_in() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let refresh_token = fixture.sign_in(&party).await.unwrap().refresh_token.unwrap();
    let (unknown, _) = renew(&fixture, &party, &Secret::new("canary-of-nobody")).await;
    assert!(unknown.unwrap_err().sign_in_needed().is_some());
    assert!(party.revoke(&refresh_token, &fixture.clock).await.unwrap());
    let (revoked, _) = renew(&fixture, &party, &refresh_token).await;
    assert!(revoked.unwrap_err().sign_in_needed().is_some());
}

#[tokio::test]
async fn an_answer_with_an_id_token_alone_is_enough() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    for value in [json!(null), json!("")] {
        fixture.issuer.add_fault(Fault::TokenMember { member: "access_token".into(), value });
        let first = fixture.sign_in(&party).await.unwrap();
        assert_eq!(first.id_token.subject(), ADA);
        let (renewed, _) = renew(&fixture, &party, &first.refresh_token.unwrap()).await;
        assert_eq!(renewed.unwrap().id_token.subject(), ADA);
        fixture.issuer.clear_faults();
    }
}

#[tokio::test]
async fn an_issuer_behind_something_that_encodes_its_answers_is_read_all_the_same() {
    let fixture = Fixture::start().await;
    fixture.issuer.add_fault(Fault::Gzip);
    let party = fixture.party().await;
    let first = fixture.sign_in(&party).await.unwrap();
    let refresh_token = first.refresh_token.unwrap();
    let (renewed, _) = renew(&fixture, &party, &refresh_token).await;
    assert_eq!(renewed.unwrap().id_token.subject(), ADA);
    fixture.issuer.add_fault(Fault::RefreshRevoked);
    let (refused, _) = renew(&fixture, &party, &refresh_token).await;
    assert!(matches!(refused.unwrap_err(), RefreshError::SignInNeeded(_)), "errors are read, too");
    party.revoke(&refresh_token, &fixture.clock).await.unwrap();
}
