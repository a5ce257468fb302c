//! Whose tokens are trusted, and how their keys are had.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

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
    lab.issuer.claims_to_be("https://issuer.example");
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    lab.issuer.claims_to_be(GOOGLE);
    lab.issuer.publish(&[]);
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    for garbage in [json!("<html>"), json!({ "keys": "none" }), json!({ "keys": [7, {}] })] {
        lab.issuer.publish_what(garbage);
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    }
    lab.issuer.publish(&[&lab.keys]);
    lab.assume(&jwt, &[]).await.allowed();
}

#[tokio::test]
async fn a_key_set_of_a_hundred_megabytes_is_not_read_to_its_end() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    let length = 100 * 1024 * 1024;
    lab.issuer.pads(length);
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    // Beyond the bound, what the sockets hold.
    assert!(lab.issuer.padded() < length / 4, "{}", lab.issuer.padded());
    lab.issuer.pads(0);
    lab.assume(&jwt, &[]).await.allowed();
}

#[tokio::test]
async fn an_issuer_that_is_down_may_come_back() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    lab.issuer.server().kill().await;
    for _ in 0..3 {
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    }
    lab.issuer.server().revive().await;
    lab.assume(&jwt, &[]).await.allowed();
    // The keys are known by now.
    lab.issuer.server().kill().await;
    lab.assume(&jwt, &[]).await.allowed();
}

#[tokio::test]
async fn an_issuer_that_is_silent_is_waited_for_once_and_by_those_alone_who_need_it() {
    let lab = Arc::new(Lab::impatient().await);
    let jwt = lab.keys.rs256(&claims());
    lab.assume(&jwt, &[]).await.allowed();
    lab.issuer.is_silent(true);
    let foreign = Keys::generate("foreign").rs256(&claims());
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (lab, foreign) = (Arc::clone(&lab), foreign.clone());
        waiting.spawn(async move { lab.assume(&foreign, &[]).await });
    }
    for _ in 0..20 {
        lab.assume(&jwt, &[]).await.allowed();
    }
    // A second for all of them, not for each.
    let all = tokio::time::timeout(Duration::from_secs(10), waiting.join_all()).await.unwrap();
    for answer in all {
        answer.refused(400, "InvalidIdentityToken", NO_KEY);
    }
}

#[tokio::test]
async fn an_issuers_redirects_are_not_followed() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    for (redirected, status) in [
        ("/.well-known/openid-configuration", 302),
        ("/.well-known/openid-configuration", 307),
        ("/keys", 301),
        ("/keys", 308),
    ] {
        lab.issuer.redirects(Some((redirected, status)));
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    }
    lab.issuer.redirects(None);
    lab.assume(&jwt, &[]).await.allowed();
}
