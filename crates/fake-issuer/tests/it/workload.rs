//! Tokens for machines.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_issuer::{Clock, Issuer, IssuerConfig, IssuerError, Preset, TokenRequest};
use reqwest::StatusCode;
use serde_json::Value;

use crate::fixture::{Fixture, NOW};

fn claims(id_token: &str) -> Value {
    let payload = id_token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn github_answers_its_own_request_token_only() {
    let config = IssuerConfig::new(Preset::GithubActions, Clock::fixed(NOW));
    let issuer = Issuer::start(config).await.unwrap();
    let (url, token) = issuer.github_actions_request();
    let url = format!("{url}&audience=sts.amazonaws.com");
    let http = reqwest::Client::new();
    let answer: Value =
        http.get(&url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let told = claims(answer["value"].as_str().unwrap());
    assert_eq!(told["iss"], "https://token.actions.githubusercontent.com");
    assert_eq!(told["aud"], "sts.amazonaws.com");
    assert_eq!(told["sub"], "repo:octo-org/octo-repo:ref:refs/heads/main");

    let wrong = http.get(&url).bearer_auth("made-up").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let metadata =
        format!("{}/computeMetadata/v1/instance/service-accounts/default/identity", issuer.url());
    let answer = http.get(metadata).header("Metadata-Flavor", "Google").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn gitlab_jobs_have_their_claims() {
    let config = IssuerConfig::new(Preset::Gitlab, Clock::fixed(NOW));
    let issuer = Issuer::start(config).await.unwrap();
    let told = claims(&issuer.sign(&TokenRequest::default()).unwrap());
    assert_eq!((&told["iss"], &told["project_id"]), (&"https://gitlab.com".into(), &"20".into()));
}

#[tokio::test]
async fn the_metadata_server_wants_its_header_and_an_audience() {
    let fixture = Fixture::start().await;
    let url = |query: &str| {
        fixture
            .at(&format!("/computeMetadata/v1/instance/service-accounts/default/identity{query}"))
    };
    let get = |url: String| fixture.http.get(url).header("Metadata-Flavor", "Google").send();
    let response = get(url("?audience=me&format=full")).await.unwrap();
    assert_eq!(response.headers()["metadata-flavor"], "Google");
    let told = claims(&response.text().await.unwrap());
    assert_eq!((&told["aud"], &told["azp"]), (&"me".into(), &told["sub"]));
    assert_eq!(told["email_verified"], true);
    let brief = get(url("?audience=me")).await.unwrap().text().await.unwrap();
    assert!(claims(&brief).get("email").is_none());

    assert_eq!(get(url("")).await.unwrap().status(), StatusCode::BAD_REQUEST);
    let bare = fixture.http.get(url("?audience=me")).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
    assert_eq!(fixture.get("/actions/id-token").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_taken_port_and_an_empty_picker_are_errors() {
    let fixture = Fixture::start().await;
    let port: u16 = fixture.issuer.url().rsplit(':').next().unwrap().parse().unwrap();
    let mut config = IssuerConfig::google(Clock::fixed(NOW));
    config.port = Some(port);
    let error = Issuer::start(config).await.unwrap_err();
    assert_eq!(error.to_string(), format!("could not listen on `127.0.0.1:{port}`"));
    assert!(error.hint().unwrap().contains("use a free one"));

    let mut config = IssuerConfig::google(Clock::fixed(NOW));
    config.accounts.clear();
    let issuer = Issuer::start(config).await.unwrap();
    let error = issuer.sign(&TokenRequest::default()).unwrap_err();
    assert!(matches!(error, IssuerError::NoAccount), "{error}");
}
