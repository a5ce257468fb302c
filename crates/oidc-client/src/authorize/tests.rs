//! What is in the URL, and what is not.

use std::collections::HashMap;

use serde_json::json;

use super::*;
use crate::issuer::Issuer;

fn provider(issuer: &str, scopes: &[&str]) -> ProviderMetadata {
    let base = Url::parse("https://idp.example.com/").unwrap();
    ProviderMetadata {
        issuer: Issuer::parse(issuer).unwrap(),
        authorization_endpoint: Some(base.join("authorize?tenant=1").unwrap()),
        token_endpoint: Some(base.join("token").unwrap()),
        jwks_uri: base.join("keys").unwrap(),
        userinfo_endpoint: None,
        device_authorization_endpoint: None,
        revocation_endpoint: None,
        token_endpoint_auth_methods: Vec::new(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        names_issuer_in_redirect: false,
        server_date: None,
    }
}

fn query(
    provider: &ProviderMetadata,
    options: &AuthorizationOptions,
) -> (AuthorizationRequest, HashMap<String, String>) {
    let client = Client {
        client_id: "client".into(),
        client_secret: Some(Secret::new("canary-client-secret")),
    };
    let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
    let request = AuthorizationRequest::new(provider, &client, &redirect_uri, options).unwrap();
    let query = request.url.query_pairs().into_owned().collect();
    (request, query)
}

#[test]
fn the_url_binds_state_nonce_and_challenge() {
    let google = provider("https://accounts.google.com", &[]);
    let (request, query) = query(&google, &AuthorizationOptions::standard());
    assert_eq!(query["tenant"], "1", "the endpoint's own query stays");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], "client");
    assert_eq!(query["redirect_uri"], "http://127.0.0.1:3000/auth/google/callback");
    assert_eq!(query["scope"], "openid email profile");
    assert_eq!(query["state"], request.state.expose());
    assert_eq!(query["nonce"], request.nonce.expose());
    assert_eq!(query["code_challenge_method"], "S256");
    let verifier = PkceCodeVerifier::new(request.code_verifier.expose().to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    assert_eq!(query["code_challenge"], challenge.as_str());
    for absent in ["login_hint", "hd", "access_type", "prompt"] {
        assert!(!query.contains_key(absent), "{absent}");
    }
}

#[test]
fn neither_secret_nor_verifier_is_in_the_url_or_debug() {
    let google = provider("https://accounts.google.com", &[]);
    let (request, _) = query(&google, &AuthorizationOptions::standard());
    assert!(!request.url.as_str().contains("canary"));
    assert!(!request.url.as_str().contains(request.code_verifier.expose()));
    assert!(!format!("{request:?}").contains(request.code_verifier.expose()));
}

#[test]
fn two_requests_share_nothing() {
    let google = provider("https://accounts.google.com", &[]);
    let (one, _) = query(&google, &AuthorizationOptions::standard());
    let (other, _) = query(&google, &AuthorizationOptions::standard());
    assert!(one.state != other.state && one.nonce != other.nonce && one.state != one.nonce);
    assert!(one.code_verifier != other.code_verifier);
    assert!(one.code_verifier.expose().len() >= 43, "RFC 7636 section 4.1");
}

#[test]
fn offline_is_asked_for_in_the_issuers_own_way() {
    let google = provider("https://accounts.google.com", &["openid"]);
    let other = provider("https://idp.example.com", &["openid", "offline_access"]);
    let without = provider("https://idp.example.com", &["openid"]);
    let options = |offline| AuthorizationOptions { offline, ..AuthorizationOptions::standard() };
    for (provider, offline, expected) in [
        (
            &google,
            Offline::Wanted,
            json!({ "scope": "openid email profile", "access_type": "offline", "prompt": null }),
        ),
        (
            &google,
            Offline::WithConsent,
            json!({ "scope": "openid email profile", "access_type": "offline", "prompt": "consent" }),
        ),
        (
            &other,
            Offline::Wanted,
            json!({ "scope": "openid email profile offline_access", "access_type": null, "prompt": null }),
        ),
        (
            &other,
            Offline::No,
            json!({ "scope": "openid email profile", "access_type": null, "prompt": null }),
        ),
        (
            &without,
            Offline::Wanted,
            json!({ "scope": "openid email profile", "access_type": null, "prompt": null }),
        ),
    ] {
        let (_, query) = query(provider, &options(offline));
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(query.get(name).map(String::as_str), value.as_str(), "{name}");
        }
    }
}

#[test]
fn account_domain_and_choice_are_asked_for() {
    let google = provider("https://accounts.google.com", &[]);
    let options = AuthorizationOptions {
        account: Some("ana@example.com".into()),
        hosted_domain: Some("example.com".into()),
        prompt: Prompt::SelectAccount,
        offline: Offline::WithConsent,
        scopes: vec!["email".into(), "openid".into()],
    };
    let (_, query) = query(&google, &options);
    assert_eq!(query["login_hint"], "ana@example.com");
    assert_eq!(query["hd"], "example.com");
    assert_eq!(query["prompt"], "select_account consent");
    assert_eq!(query["scope"], "openid email");
}
