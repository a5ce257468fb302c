//! What is in the URL, and what is not.

use std::collections::HashMap;

use serde_json::json;

use super::*;
use crate::discovery::MtlsEndpoints;
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
        revocation_endpoint_auth_methods: Vec::new(),
        mtls_endpoints: MtlsEndpoints::default(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        names_issuer_in_redirect: false,
        server_date: None,
    }
}

fn query(
    provider: &ProviderMetadata,
    options: &AuthorizationOptions,
) -> (AuthorizationRequest, HashMap<String, String>) {
    let client = Client::new("client", Some(Secret::new("canary-client-secret")));
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
        ..AuthorizationOptions::standard()
    };
    let (_, query) = query(&google, &options);
    assert_eq!(query["login_hint"], "ana@example.com");
    assert_eq!(query["hd"], "example.com");
    assert_eq!(query["prompt"], "select_account consent");
    assert_eq!(query["scope"], "openid email");
}

#[test]
fn what_the_issuer_wants_beside_goes_with_it_and_nothing_of_ours_can_be_replaced() {
    let issuer = provider("https://idp.example.com", &[]);
    let with = |parameters: &[(&str, &str)]| AuthorizationOptions {
        account: Some("ana@example.com".into()),
        login_hint: Some("CORP\\ana".into()),
        acr_values: vec!["urn:gold".into(), "urn:silver".into()],
        max_age: Some(std::time::Duration::from_secs(900)),
        parameters: parameters.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
        ..AuthorizationOptions::standard()
    };
    let (_, query) = query(&issuer, &with(&[("audience", "https://api"), ("kc_idp_hint", "a b")]));
    assert_eq!(query["login_hint"], "CORP\\ana");
    assert_eq!(query["acr_values"], "urn:gold urn:silver");
    assert_eq!(query["max_age"], "900");
    assert_eq!((query["audience"].as_str(), query["kc_idp_hint"].as_str()), ("https://api", "a b"));
    let client = Client::new("client", None);
    let redirect_uri = "http://127.0.0.1:3000/".parse().unwrap();
    for name in [
        "response_type",
        "response_mode",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "login_hint",
        "hd",
        "acr_values",
        "max_age",
        "prompt",
        "access_type",
        "tenant",
        "",
    ] {
        let options = with(&[(name, "canary")]);
        let error = AuthorizationRequest::new(&issuer, &client, &redirect_uri, &options);
        assert_eq!(
            error.unwrap_err().to_string(),
            format!("the authorization parameter `{name}` cannot be given: it is set already")
        );
    }
    let twice = with(&[("audience", "a"), ("audience", "b")]);
    assert_eq!(
        AuthorizationRequest::new(&issuer, &client, &redirect_uri, &twice).unwrap_err(),
        AuthorizationError::SetAlready("audience".into())
    );
}

#[test]
fn an_issuer_that_does_not_say_its_scopes_is_asked_for_offline_access() {
    let options =
        AuthorizationOptions { offline: Offline::Wanted, ..AuthorizationOptions::standard() };
    let silent = provider("https://idp.example.com", &[]);
    let google = provider("https://accounts.google.com", &[]);
    assert_eq!(query(&silent, &options).1["scope"], "openid email profile offline_access");
    assert_eq!(query(&google, &options).1["scope"], "openid email profile");
}
