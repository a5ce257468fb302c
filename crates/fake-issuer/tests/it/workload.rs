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

async fn issuer_of(preset: Preset) -> Issuer {
    Issuer::start(IssuerConfig::new(preset, Clock::fixed(NOW))).await.unwrap()
}

/// The token's header, and the first key that is published at the place it is found at.
async fn header_and_key(issuer: &Issuer, token: &str) -> (Value, Value) {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let document: Value = reqwest::get(issuer.discovery_url()).await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], issuer.issuer());
    let keys: Value =
        reqwest::get(document["jwks_uri"].as_str().unwrap()).await.unwrap().json().await.unwrap();
    (serde_json::from_slice(&header).unwrap(), keys["keys"][0].clone())
}

fn is_hexadecimal(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[tokio::test]
async fn githubs_tokens_live_five_minutes_and_each_has_a_name() {
    let issuer = issuer_of(Preset::GithubActions).await;
    let token = issuer.sign(&TokenRequest::default()).unwrap();
    let told = claims(&token);
    let moments = ["nbf", "iat", "exp"].map(|name| told[name].as_i64().unwrap() - NOW);
    assert_eq!(moments, [-600, 0, 300]);
    let another = claims(&issuer.sign(&TokenRequest::default()).unwrap());
    assert_ne!(told["jti"], another["jti"]);
    assert_eq!(told["jti"].as_str().unwrap().len(), 36);
    let (header, key) = header_and_key(&issuer, &token).await;
    let kid = header["kid"].as_str().unwrap();
    assert!(is_hexadecimal(kid) && kid == kid.to_uppercase(), "{kid}");
    let digest = URL_SAFE_NO_PAD.decode(header["x5t"].as_str().unwrap()).unwrap();
    let digits: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!((kid, key["kid"].as_str()), (digits.as_str(), Some(kid)));
}

#[tokio::test]
async fn gitlab_jobs_have_their_claims() {
    let issuer = issuer_of(Preset::Gitlab).await;
    let token = issuer.sign(&TokenRequest::default()).unwrap();
    let told = claims(&token);
    assert_eq!((&told["iss"], &told["project_id"]), (&"https://gitlab.com".into(), &"20".into()));
    let moments = ["nbf", "iat", "exp"].map(|name| told[name].as_i64().unwrap() - NOW);
    assert_eq!(moments, [-5, 0, 3600]);
    let (header, key) = header_and_key(&issuer, &token).await;
    assert_eq!(header["kid"], key["kid"]);
    assert_eq!(key["kid"].as_str().unwrap().len(), 43, "a thumbprint");
}

#[tokio::test]
async fn a_clusters_tokens_are_for_a_list_and_live_a_day() {
    let issuer = issuer_of(Preset::Eks).await;
    let token = issuer.sign(&TokenRequest::default()).unwrap();
    let told = claims(&token);
    assert_eq!(told["aud"], serde_json::json!(["sts.amazonaws.com"]));
    assert_eq!(told["sub"], "system:serviceaccount:default:default");
    for of_a_person in ["email", "azp", "name"] {
        assert_eq!(told.get(of_a_person), None);
    }
    let moments = ["nbf", "iat", "exp"].map(|name| told[name].as_i64().unwrap() - NOW);
    assert_eq!(moments, [0, 0, 86_400]);
    let (header, key) = header_and_key(&issuer, &token).await;
    assert_eq!(header.get("typ"), None);
    assert!(is_hexadecimal(key["kid"].as_str().unwrap()));
    // Below the path of its name, too.
    let path = "/id/D6F1B2C3A4E5968778695A4B3C2D1E0F/.well-known/openid-configuration";
    let answer = reqwest::get(format!("{}{path}", issuer.url())).await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["issuer"], issuer.issuer());
}

/// Whoever comes by the provider's name is told the provider's addresses.
#[tokio::test]
async fn by_its_name_it_is_where_the_provider_is() {
    let http = reqwest::Client::new();
    for (preset, host, path, expected) in [
        (Preset::Google, "accounts.google.com", "", "https://www.googleapis.com/oauth2/v3/certs"),
        (
            Preset::GithubActions,
            "token.actions.githubusercontent.com",
            "",
            "https://token.actions.githubusercontent.com/.well-known/jwks",
        ),
        (Preset::Gitlab, "gitlab.com", "", "https://gitlab.com/oauth/discovery/keys"),
        (
            Preset::Eks,
            "oidc.eks.us-east-1.amazonaws.com",
            "/id/D6F1B2C3A4E5968778695A4B3C2D1E0F",
            "https://oidc.eks.us-east-1.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F/keys",
        ),
    ] {
        let issuer = issuer_of(preset).await;
        let at = |path: &str| format!("{}{path}", issuer.url());
        let discovery = at(&format!("{path}/.well-known/openid-configuration"));
        let answer = http.get(discovery).header("host", host).send().await.unwrap();
        let document: Value = answer.json().await.unwrap();
        assert_eq!(document["jwks_uri"], expected);
        let keys = expected.split_once("//").unwrap().1.split_once('/').unwrap().1;
        let answer = http.get(at(&format!("/{keys}"))).header("host", host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{keys}");
        if preset == Preset::Google {
            let told = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"];
            let told = told.map(|name| document[name].as_str().unwrap().to_owned());
            assert_eq!(
                told,
                [
                    "https://accounts.google.com/o/oauth2/v2/auth",
                    "https://oauth2.googleapis.com/token",
                    "https://openidconnect.googleapis.com/v1/userinfo",
                ]
            );
        }
    }
}

#[tokio::test]
async fn a_workflow_run_has_tokens_of_its_own() {
    let issuer = issuer_of(Preset::GithubActions).await;
    let http = reqwest::Client::new();
    let runs = format!("{}/_control/runs", issuer.url());
    let claims_of = serde_json::json!({ "claims": {
        "sub": "repo:acme/app:pull_request", "repository_owner": "acme", "ref": null,
    }});
    let run: Value = http.post(&runs).json(&claims_of).send().await.unwrap().json().await.unwrap();
    let url = run["url"].as_str().unwrap();
    let ask = |url: String, token: &str| http.get(url).bearer_auth(token.to_owned()).send();
    let token = run["token"].as_str().unwrap();
    let answer: Value = ask(url.to_owned(), token).await.unwrap().json().await.unwrap();
    let told = claims(answer["value"].as_str().unwrap());
    assert_eq!(told["sub"], "repo:acme/app:pull_request");
    assert_eq!((told.get("ref"), &told["aud"]), (None, &"https://github.com/acme".into()));
    let for_sts = format!("{url}&audience=sts.amazonaws.com");
    let answer: Value = ask(for_sts, token).await.unwrap().json().await.unwrap();
    assert_eq!(claims(answer["value"].as_str().unwrap())["aud"], "sts.amazonaws.com");
    // The first run's tokens are what they were, and nobody else has a run.
    let (_, first) = issuer.github_actions_request();
    let answer: Value = ask(url.to_owned(), &first).await.unwrap().json().await.unwrap();
    let told = claims(answer["value"].as_str().unwrap());
    assert_eq!(told["sub"], "repo:octo-org/octo-repo:ref:refs/heads/main");
    assert_eq!(ask(url.to_owned(), "").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let google = Fixture::start().await;
    assert_eq!(google.control("runs", r#"{"claims": {}}"#).await.0, StatusCode::NOT_FOUND);
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

/// By which Google's client libraries find out where they are.
#[tokio::test]
async fn the_metadata_server_says_what_it_is_and_who_the_machine_is() {
    let fixture = Fixture::start().await;
    let root = fixture.get("/").await;
    assert_eq!(
        (root.status(), &root.headers()["metadata-flavor"]),
        (StatusCode::OK, &"Google".parse().unwrap())
    );
    let url = fixture.at("/computeMetadata/v1/instance/service-accounts/default/?recursive=true");
    let bare = fixture.http.get(&url).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
    let sent = fixture.http.get(&url).header("Metadata-Flavor", "Google").send().await.unwrap();
    let machine: Value = sent.json().await.unwrap();
    assert_eq!(machine["email"], "123456789012-compute@developer.gserviceaccount.com");

    let github = issuer_of(Preset::GithubActions).await;
    for path in ["/", "/computeMetadata/v1/instance/service-accounts/default/", "/oauth2/v1/certs"]
    {
        let answer = reqwest::get(format!("{}{path}", github.url())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
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
