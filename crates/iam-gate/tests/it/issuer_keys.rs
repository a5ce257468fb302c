//! Whose tokens are trusted, and how their keys are had.

use crate::issuer::Keys;
use crate::lab::{GOOGLE, Lab, claims};

const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_are_rotated() {
    let lab = Lab::start().await;
    for _ in 0..3 {
        lab.assume(&lab.keys.rs256(&claims()), &[]).await.allowed();
    }
    assert_eq!(lab.issuer.fetches(), 1);
    let next = Keys::generate("next");
    lab.issuer.publish(&[&next]);
    lab.assume(&next.rs256(&claims()), &[]).await.allowed();
    assert_eq!(lab.issuer.fetches(), 2);
}

#[tokio::test]
async fn unknown_keys_do_not_hammer_the_issuer() {
    let lab = Lab::start().await;
    let foreign = Keys::generate("foreign");
    let jwt = foreign.es256(&claims());
    for _ in 0..60 {
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    }
    assert!(lab.issuer.fetches() < 40, "{}", lab.issuer.fetches());
}

#[tokio::test]
async fn an_issuer_without_usable_keys_is_refused() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    lab.issuer.pads(1024 * 1024);
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    lab.issuer.pads(0);
    lab.issuer.claims_to_be("https://issuer.example");
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    lab.issuer.claims_to_be(GOOGLE);
    lab.assume(&jwt, &[]).await.allowed();
}

#[tokio::test]
async fn an_issuer_that_is_silent_is_not_waited_for() {
    let lab = Lab::impatient().await;
    lab.issuer.falls_silent();
    let jwt = lab.keys.rs256(&claims());
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
}
