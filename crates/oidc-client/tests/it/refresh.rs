//! Renewals.

use fake_issuer::{Fault, IssuerConfig, RefreshRotation};
use fed_types::Secret;

use crate::fixture::{ADA, Fixture, NOW};

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
            let renewed = party.refresh(&refresh_token, ADA, &fixture.clock).await.unwrap();
            assert_eq!(renewed.id_token.subject(), ADA);
            let next = renewed.refresh_token.unwrap();
            assert_eq!(next == refresh_token, rotation == RefreshRotation::Keep);
            refresh_token = next;
        }
        assert_eq!(fixture.issuer.mistakes(None), []);
    }
}

#[tokio::test]
async fn a_renewal_about_someone_else_is_refused() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let refresh_token = fixture.sign_in(&party).await.unwrap().refresh_token.unwrap();
    fixture.issuer.add_fault(Fault::WrongSubject);
    let error = party.refresh(&refresh_token, ADA, &fixture.clock).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("expected a token about the subject `{ADA}`, found `999999999999999999999`")
    );
    assert!(!error.is_invalid_grant());
}

#[tokio::test]
async fn only_invalid_grant_is_a_reason_to_forget_a_refresh_token() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let refresh_token = fixture.sign_in(&party).await.unwrap().refresh_token.unwrap();
    for (fault, is_final) in [
        (Fault::TokenFailing { status: 500 }, false),
        (Fault::TokenFailing { status: 400 }, false),
        (Fault::NoIdToken, false),
        (Fault::JwksFailing { status: 500 }, false),
        (Fault::BadSignature, false),
        (Fault::RefreshRevoked, true),
    ] {
        // Each with keys not yet fetched, and with a refresh token not yet spent.
        let party = fixture.party().await;
        let refresh_token = fixture.sign_in(&fixture.party().await).await.unwrap().refresh_token;
        fixture.issuer.add_fault(fault.clone());
        let error = party.refresh(&refresh_token.unwrap(), ADA, &fixture.clock).await.unwrap_err();
        fixture.issuer.clear_faults();
        assert_eq!(error.is_invalid_grant(), is_final, "{fault:?}: {error}");
    }
    let unknown = Secret::new("canary-of-nobody");
    let error = party.refresh(&unknown, ADA, &fixture.clock).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    assert_eq!(error.hint().unwrap(), "sign in again: `fed-cli login`");
    assert!(party.revoke(&refresh_token).await.unwrap());
    let error = party.refresh(&refresh_token, ADA, &fixture.clock).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}
