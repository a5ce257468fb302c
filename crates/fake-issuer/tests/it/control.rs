//! The control endpoints.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_issuer::TokenRequest;
use serde_json::{Value, json};

use crate::fixture::{ADA, Fixture, NOW, WEB, changed};

async fn asked(fixture: &Fixture, request: Value) -> String {
    let (status, answer) = fixture.control("token", &request.to_string()).await;
    assert_eq!(status.as_u16(), 200, "{answer}");
    answer["id_token"].as_str().unwrap().to_owned()
}

/// Header, claims and signature, unverified.
fn parts(id_token: &str) -> (Value, Value, Vec<u8>) {
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let parts: Vec<&str> = id_token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let json = |part: &str| serde_json::from_slice(&decoded(part)).unwrap();
    (json(parts[0]), json(parts[1]), decoded(parts[2]))
}

#[tokio::test]
async fn a_token_for_the_asking_is_a_sign_ins() {
    let fixture = Fixture::start().await;
    for body in ["", "{}"] {
        let (_, answer) = fixture.control("token", body).await;
        let claims = fixture.verified(answer["id_token"].as_str().unwrap()).await.unwrap();
        assert_eq!((&claims["sub"], &claims["aud"]), (&ADA.into(), &WEB.into()));
        assert_eq!((&claims["iat"], &claims["exp"]), (&NOW.into(), &(NOW + 3600).into()));
        assert_eq!(claims["iss"], "https://accounts.google.com");
    }
    let direct = fixture.issuer.sign(&TokenRequest::default()).unwrap();
    assert_eq!(fixture.verified(&direct).await.unwrap()["sub"], ADA);
}

#[tokio::test]
async fn claims_and_header_are_as_asked() {
    let fixture = Fixture::start().await;
    let request = json!({
        "claims": {"sub": "someone", "email": null, "aud": ["a", "b"], "iat": NOW - 7},
        "header": {"typ": null, "x": 1},
        "expires_in": -60,
    });
    let id_token = asked(&fixture, request).await;
    let (header, claims, _) = parts(&id_token);
    assert_eq!((header.get("typ"), &header["x"]), (None, &json!(1)));
    assert_eq!((&claims["sub"], claims.get("email")), (&"someone".into(), None));
    assert_eq!((&claims["aud"], &claims["iat"]), (&json!(["a", "b"]), &(NOW - 7).into()));
    assert_eq!(claims["exp"], NOW - 60);
    fixture.verified(&id_token).await.unwrap();
}

#[tokio::test]
async fn each_key_signs_as_it_should() {
    let fixture = Fixture::start().await;
    let current = asked(&fixture, json!({"key": "current"})).await;
    let previous = asked(&fixture, json!({"key": "previous"})).await;
    let unknown = asked(&fixture, json!({"key": "unknown"})).await;
    fixture.verified(&current).await.unwrap();
    fixture.verified(&previous).await.unwrap();
    assert_ne!(parts(&current).0["kid"], parts(&previous).0["kid"]);
    assert_eq!(fixture.verified(&unknown).await.unwrap_err(), "no such kid");

    // The unknown key under the current key's name: the signature gives it away.
    let kid = parts(&current).0["kid"].clone();
    let disguised = asked(&fixture, json!({"key": "unknown", "header": {"kid": kid}})).await;
    assert_eq!(fixture.verified(&disguised).await.unwrap_err(), "InvalidSignature");

    let (header, _, signature) = parts(&asked(&fixture, json!({"key": "none"})).await);
    assert_eq!((&header["alg"], signature.len()), (&"none".into(), 0));

    let confused = asked(&fixture, json!({"key": "hs256"})).await;
    let (header, _, signature) = parts(&confused);
    assert_eq!((&header["alg"], signature.len()), (&"HS256".into(), 32));
    let pem = fixture.issuer.public_key_pem().unwrap();
    let key = jsonwebtoken::DecodingKey::from_secret(pem.as_bytes());
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    jsonwebtoken::decode::<Value>(&confused, &key, &rules).unwrap();
    assert_eq!(fixture.verified(&confused).await.unwrap_err(), "InvalidAlgorithm");
}

#[tokio::test]
async fn two_rotations_retire_a_key() {
    let fixture = Fixture::start().await;
    let old = asked(&fixture, json!({})).await;
    let (_, first) = fixture.control("rotate", "").await;
    fixture.verified(&old).await.unwrap();
    let new = asked(&fixture, json!({})).await;
    assert_eq!(parts(&new).0["kid"], first["kid"]);
    fixture.control("rotate", "").await;
    assert_eq!(fixture.verified(&old).await.unwrap_err(), "no such kid");
    fixture.verified(&new).await.unwrap();
}

#[tokio::test]
async fn the_clock_moves_what_is_issued() {
    let fixture = Fixture::start().await;
    let (_, answer) = fixture.control("clock", r#"{"offset_seconds": -7200}"#).await;
    assert_eq!(answer, json!({"offset_seconds": -7200, "now": NOW - 7200}));
    let (_, claims, _) = parts(&asked(&fixture, json!({})).await);
    assert_eq!(claims["iat"], NOW - 7200);
    fixture.control("clock", r#"{"offset_seconds": 0}"#).await;
    assert_eq!(fixture.issuer.clock().now(), NOW);
}

#[tokio::test]
async fn malformed_requests_change_nothing() {
    let fixture = Fixture::start().await;
    for (path, body, message) in [
        ("token", "{", "EOF while parsing"),
        ("token", r#"{"claim": {}}"#, "unknown field `claim`"),
        ("token", r#"{"key": "rs256"}"#, "unknown variant `rs256`"),
        ("clock", "{}", "missing field `offset_seconds`"),
        ("clock", r#"{"offset_seconds": "1"}"#, "invalid type: string"),
        ("faults", r#"{"fault": "jwks_on_fire"}"#, "unknown variant `jwks_on_fire`"),
        (
            "faults",
            r#"{"faults": [{"fault": "jwks_empty"}, {"fault": "x"}]}"#,
            "unknown variant `x`",
        ),
        ("faults", "[]", "could not read the request"),
    ] {
        let (status, answer) = fixture.control(path, body).await;
        assert_eq!(status.as_u16(), 400, "{path} {body}");
        let text = answer["error"].as_str().unwrap();
        assert!(text.contains(message), "{path} {body}: {text}");
    }
    assert_eq!(fixture.issuer.clock().now(), NOW);
    let faults: Value = fixture.get("/_control/faults").await.json().await.unwrap();
    assert_eq!(faults, json!({"faults": []}));
}

#[tokio::test]
async fn mistakes_can_be_asked_for_and_cleared() {
    let fixture = Fixture::start().await;
    fixture.authorize(&changed(Fixture::good_request(), &[("state", "")])).await;
    let path = format!("/_control/mistakes?client_id={WEB}");
    let answer: Value = fixture.get(&path).await.json().await.unwrap();
    let expected =
        json!({"mistakes": [{"mistake": "missing_state", "client_id": WEB, "count": 1}]});
    assert_eq!(answer, expected);
    let others: Value =
        fixture.get("/_control/mistakes?client_id=other").await.json().await.unwrap();
    assert_eq!(others, json!({"mistakes": []}));
    fixture.http.delete(fixture.at("/_control/mistakes")).send().await.unwrap();
    assert_eq!(fixture.issuer.mistakes(None), []);
}

/// A page that a person has open, a name that was made to mean this machine, a form.
#[tokio::test]
async fn nobody_steers_it_from_a_web_page() {
    let fixture = Fixture::start().await;
    let own = fixture.issuer.url().trim_start_matches("http://").to_owned();
    let port = own.rsplit(':').next().unwrap().to_owned();
    let rebound = format!("attacker.example:{port}");
    let page = "https://attacker.example".to_owned();
    let own_page = format!("http://{own}");
    let json = "application/json";
    let host = "expected the Host header to be the issuer's own address";
    let origin = "expected no Origin header but the issuer's own";
    let content_type = "expected the content type application/json";
    let localhost = format!("localhost:{port}");
    let another_port = "127.0.0.1:1".to_owned();
    let nobody = "null".to_owned();
    for (named, from, sent, status, error) in [
        (&own, None, Some(json), 200, ""),
        (&own, None, Some("application/json; charset=utf-8"), 200, ""),
        (&localhost, None, Some(json), 200, ""),
        (&own, Some(&own_page), Some(json), 200, ""),
        (&rebound, None, Some(json), 403, host),
        (&another_port, None, Some(json), 403, host),
        (&"accounts.google.com".to_owned(), None, Some(json), 403, host),
        (&own, Some(&page), Some(json), 403, origin),
        (&own, Some(&nobody), Some(json), 403, origin),
        (&own, None, None, 415, content_type),
        (&own, None, Some("text/plain"), 415, content_type),
        (&own, None, Some("application/x-www-form-urlencoded"), 415, content_type),
        (&own, None, Some("text/plain; a=application/json"), 415, content_type),
    ] {
        let mut request = fixture.http.post(fixture.at("/_control/clock")).header("host", named);
        for (name, value) in [("origin", from.map(String::as_str)), ("content-type", sent)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = request.body(r#"{"offset_seconds": 5}"#).send().await.unwrap();
        assert_eq!(answer.status(), status, "{named} {from:?} {sent:?}");
        let told: Value = answer.json().await.unwrap();
        assert_eq!(told["error"].as_str().unwrap_or_default(), error);
        let moved = if status == 200 { 5 } else { 0 };
        assert_eq!(fixture.issuer.clock().offset_seconds(), moved, "{named} {from:?} {sent:?}");
        fixture.issuer.clock().set_offset_seconds(0);
    }
    for path in ["mistakes", "faults"] {
        let url = fixture.at(&format!("/_control/{path}"));
        let answer = fixture.http.delete(&url).header("origin", &page).send().await.unwrap();
        assert_eq!(answer.status(), 403);
        let answer = fixture.http.get(&url).header("host", &rebound).send().await.unwrap();
        assert_eq!(answer.status(), 403);
    }
}

#[tokio::test]
async fn every_answer_tells_the_issuers_time() {
    let fixture = Fixture::start().await;
    fixture.issuer.clock().set_offset_seconds(-4000);
    for path in ["/.well-known/openid-configuration", "/_control/health", "/nothing"] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.headers()["date"], "Fri, 15 Jan 2027 06:53:20 GMT", "{path}");
    }
}

#[tokio::test]
async fn clients_of_every_type_are_added_by_a_call() {
    let fixture = Fixture::start().await;
    for body in [
        r#"{"client_id": "new-tv", "type": "tv", "client_secret": "s"}"#,
        r#"{"installed": {"client_id": "new-desktop", "client_secret": "s", "project_id": "p"}}"#,
        r#"{"client_id": "new-public", "type": "desktop"}"#,
    ] {
        assert_eq!(fixture.control("clients", body).await.0, 200, "{body}");
    }
    let list: Value = fixture.get("/_control/clients").await.json().await.unwrap();
    let text = list.to_string();
    for described in [
        r#"{"client_id":"new-tv","public":false,"type":"tv"}"#,
        r#"{"client_id":"new-desktop","public":false,"type":"desktop"}"#,
        r#"{"client_id":"new-public","public":true,"type":"desktop"}"#,
        r#"{"client_id":"web-client","public":false,"type":"web"}"#,
    ] {
        assert!(text.contains(described), "{described}: {text}");
    }
    let device = [("client_id", "new-tv"), ("scope", "openid")];
    assert_eq!(fixture.post("/device/code", &device).await.status(), 200);
    let device = [("client_id", "new-desktop"), ("scope", "openid")];
    assert_eq!(fixture.post("/device/code", &device).await.status(), 401);
    let (status, answer) = fixture.control("clients", r#"{"client_id": "a", "type": "web"}"#).await;
    let error = "could not read the client: a client of type `web` needs `redirect_uris`";
    assert_eq!((status.as_u16(), answer["error"].as_str()), (400, Some(error)));
}

#[tokio::test]
async fn health_says_ready() {
    let fixture = Fixture::start().await;
    let health: Value = fixture.get("/_control/health").await.json().await.unwrap();
    assert_eq!(health, json!({"status": "ready", "issuer": "https://accounts.google.com"}));
}
