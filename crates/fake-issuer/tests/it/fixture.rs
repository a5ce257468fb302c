//! An issuer with one client of each kind, and a client that does as told.

use std::collections::BTreeMap;

use fake_issuer::{Client, Clock, Issuer, IssuerConfig, Mistake, Redirects, RefreshRotation};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Response, StatusCode};
use serde_json::Value;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const WEB: &str = "web-client";
pub(crate) const DESKTOP: &str = "desktop-client";
pub(crate) const DEVICE: &str = "device-client";
pub(crate) const PUBLIC: &str = "public-client";
pub(crate) const SECRET: &str = "a secret/with=odd&letters";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:3000/auth/google/callback";
pub(crate) const ADA: &str = "113632458324056836621";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) type Pairs<'a> = Vec<(&'a str, &'a str)>;

pub(crate) struct Fixture {
    pub(crate) issuer: Issuer,
    pub(crate) http: reqwest::Client,
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::with(RefreshRotation::Rotate).await
    }

    pub(crate) async fn with(refresh_rotation: RefreshRotation) -> Self {
        let client = |client_id: &str, secret: Option<&str>, redirect_uris| Client {
            client_id: client_id.into(),
            client_secret: secret.map(str::to_owned),
            redirect_uris,
        };
        let mut config = IssuerConfig::google(Clock::fixed(NOW));
        config.refresh_rotation = refresh_rotation;
        config.clients = vec![
            Client::web(WEB, SECRET, REDIRECT),
            client(DESKTOP, Some(SECRET), Redirects::AnyLoopbackPort),
            client(DEVICE, Some(SECRET), Redirects::DeviceOnly),
            client(PUBLIC, None, Redirects::AnyLoopbackPort),
        ];
        let issuer = Issuer::start(config).await.unwrap();
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { issuer, http }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.url())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.at(path)).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.at(path)).form(form).send().await.unwrap()
    }

    pub(crate) async fn control(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let url = self.at(&format!("/_control/{path}"));
        let request = self.http.post(url).header("content-type", "application/json");
        let response = request.body(body.to_owned()).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    /// The web client's good request, which signs Ada in at once.
    pub(crate) fn good_request() -> Pairs<'static> {
        vec![
            ("client_id", WEB),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "a state"),
            ("nonce", "a-nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("login_hint", "ada@example.com"),
        ]
    }

    pub(crate) async fn authorize(&self, parameters: &[(&str, &str)]) -> Response {
        let url = self.at("/o/oauth2/v2/auth");
        self.http.get(url).query(parameters).send().await.unwrap()
    }

    /// The parameters of the authorization response to `parameters`.
    pub(crate) async fn authorized(&self, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
        redirected(&self.authorize(parameters).await)
    }

    pub(crate) async fn code(&self, parameters: &[(&str, &str)]) -> String {
        self.authorized(parameters).await.remove("code").unwrap()
    }

    /// The web client's good exchange of `code`.
    pub(crate) fn good_exchange(code: &str) -> Pairs<'_> {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", WEB),
            ("client_secret", SECRET),
        ]
    }

    pub(crate) async fn token(&self, parameters: &[(&str, &str)]) -> (u16, Value) {
        let response = self.post("/token", parameters).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Signs Ada in with `changes` to the good request: the token answer.
    pub(crate) async fn sign_in(&self, changes: &[(&'static str, &'static str)]) -> Value {
        let request = changed(Self::good_request(), changes);
        let code = self.code(&request).await;
        let (status, answer) = self.token(&Self::good_exchange(&code)).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The verified claims of `id_token`, by the published key set alone.
    pub(crate) async fn verified(&self, id_token: &str) -> Result<Value, String> {
        let jwks: Value = self.get("/oauth2/v3/certs").await.json().await.unwrap();
        let header = decode_header(id_token).map_err(|error| error.to_string())?;
        let key = jwks["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"].as_str() == header.kid.as_deref())
            .ok_or("no such kid")?;
        let text = |name: &str| key[name].as_str().unwrap();
        let key = DecodingKey::from_rsa_components(text("n"), text("e")).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_aud = false;
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        decode::<Value>(id_token, &key, &rules)
            .map(|token| token.claims)
            .map_err(|error| error.to_string())
    }

    /// How often each mistake was made by `client_id`.
    pub(crate) fn mistakes(&self, client_id: &str) -> Vec<(Mistake, u64)> {
        let mistakes = self.issuer.mistakes(Some(client_id));
        mistakes.into_iter().map(|counted| (counted.mistake, counted.count)).collect()
    }
}

/// `pairs` with `changes` put in; an empty value takes a parameter out.
pub(crate) fn changed<'a>(mut pairs: Pairs<'a>, changes: &[(&'a str, &'a str)]) -> Pairs<'a> {
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    pairs
}

pub(crate) fn redirected(response: &Response) -> BTreeMap<String, String> {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let location = response.headers()["location"].to_str().unwrap();
    let url = reqwest::Url::parse(location).unwrap();
    url.query_pairs().into_owned().collect()
}

/// An error answer of an OAuth endpoint: status, `error`, `error_description`.
pub(crate) fn refusal(answer: &(u16, Value)) -> (u16, &str, &str) {
    let text = |name: &str| answer.1[name].as_str().unwrap_or("absent");
    (answer.0, text("error"), text("error_description"))
}

/// Changes to a good request, then the status, the error and (part of) the
/// explanation it is refused with.
pub(crate) type RefusalCase<'a> = (&'a [(&'a str, &'a str)], u16, &'a str, &'a str);
