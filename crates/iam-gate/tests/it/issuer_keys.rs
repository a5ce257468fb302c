//! Whose tokens are trusted, and how their keys are had.

use serde_json::json;

use crate::emulator::{details, role, user};
use crate::issuer::Keys;
use crate::lab::{GOOGLE, Lab, SUBJECT, claims, claims_with};

const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";
const DENIED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

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

/// An account with an IAM OIDC provider for an issuer of its own.
async fn registered() -> Lab {
    let lab = Lab::start().await;
    let arn = "arn:aws:iam::278805249149:oidc-provider/issuer.example/a";
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": arn },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { "issuer.example/a:sub": SUBJECT } },
        }],
    });
    lab.emulator.holds(details(
        &[user("someone", &[], &[])],
        &[],
        &[role("google-oidc-role", &trust.to_string(), &[])],
    ));
    lab.emulator.answers(
        "ListOpenIDConnectProviders",
        &format!("<OpenIDConnectProviderList><member><Arn>{arn}</Arn></member></OpenIDConnectProviderList>"),
    );
    lab.emulator.answers(
        "GetOpenIDConnectProvider",
        "<Url>issuer.example/a</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>",
    );
    lab
}

#[tokio::test]
async fn a_registered_issuer_is_trusted_for_its_client_ids_alone() {
    let lab = registered().await;
    // Its keys cannot be had: the address is not one of this machine.
    let own = json!({ "iss": "https://issuer.example/a", "aud": "sts.amazonaws.com", "azp": null });
    let jwt = lab.keys.rs256(&claims_with(own));
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    for iss in ["https://issuer.example/a/", "https://issuer.example/A", "https://issuer.example"] {
        let jwt = lab.keys.rs256(&claims_with(json!({ "iss": iss })));
        let message = format!("No OpenIDConnect provider found in your account for {iss}");
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", &message);
    }
    // Google's tokens do not pass for those of the registered issuer.
    lab.assume(&lab.keys.rs256(&claims()), &[]).await.refused(403, "AccessDenied", DENIED);
}
