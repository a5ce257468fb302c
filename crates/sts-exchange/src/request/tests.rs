//! Requests that are not sent.

use super::*;

fn request() -> ExchangeRequest {
    ExchangeRequest {
        token: WebIdentityToken::new("e30.e30.x"),
        role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".parse().unwrap(),
        session_name: "google-oidc-session".parse().unwrap(),
        duration: None,
        session_policy: SessionPolicy::default(),
        chain: Vec::new(),
    }
}

#[test]
fn limits_are_kept_before_the_call() {
    let role = request().role_arn;
    let long_role: RoleArn =
        format!("arn:aws:iam::278805249149:role/{}/r", "x".repeat(2048)).parse().unwrap();
    let twelve: SessionDuration = "12h".parse().unwrap();
    let policy = |text: String| SessionPolicy { document: Some(text), arns: Vec::new() };
    for (request, message) in [
        (
            ExchangeRequest { token: WebIdentityToken::new("abc"), ..request() },
            "expected an ID token of 4 to 20000 characters, found 3",
        ),
        (
            ExchangeRequest { token: WebIdentityToken::new(&"x".repeat(20_001)), ..request() },
            "expected an ID token of 4 to 20000 characters, found 20001",
        ),
        (
            ExchangeRequest { role_arn: long_role.clone(), ..request() },
            "expected a role ARN of 20 to 2048 characters, found 2081",
        ),
        (
            ExchangeRequest { chain: vec![long_role], ..request() },
            "expected a role ARN of 20 to 2048 characters, found 2081",
        ),
        (
            ExchangeRequest {
                session_policy: SessionPolicy { document: None, arns: vec![String::new(); 11] },
                ..request()
            },
            "expected at most 10 session policy ARNs, found 11",
        ),
        (
            ExchangeRequest { session_policy: policy(String::new()), ..request() },
            "expected a session policy of 1 to 2048 characters, found 0",
        ),
        (
            ExchangeRequest { session_policy: policy("x".repeat(2049)), ..request() },
            "expected a session policy of 1 to 2048 characters, found 2049",
        ),
        (
            ExchangeRequest { duration: Some(twelve), chain: vec![role], ..request() },
            "expected at most 3600 s for a role chain, found 43200 s",
        ),
    ] {
        assert_eq!(request.check().unwrap_err().to_string(), message);
    }
    assert_eq!(request().check(), Ok(()));
    assert_eq!(ExchangeRequest { duration: Some(twelve), ..request() }.check(), Ok(()));
    let ten = SessionPolicy { document: None, arns: vec![String::new(); 10] };
    assert_eq!(ExchangeRequest { session_policy: ten, ..request() }.check(), Ok(()));
    let hour = Some(SessionDuration::LONGEST_IN_CHAIN);
    let chain = vec![request().role_arn];
    assert_eq!(ExchangeRequest { duration: hour, chain, ..request() }.check(), Ok(()));
}

#[test]
fn a_token_that_is_too_long_is_told_from_one_that_is_none() {
    let hint = |length: usize| {
        let token = WebIdentityToken::new(&"x".repeat(length));
        ExchangeRequest { token, ..request() }.check().unwrap_err().hint().unwrap()
    };
    assert_eq!(
        hint(40_000),
        "STS takes no longer token: have the issuer put less into it, such as fewer groups"
    );
    assert_eq!(hint(3), "pass an ID token, not an access token");
}

fn at(region: &str) -> StsEndpoint {
    StsEndpoint {
        region: region.into(),
        endpoint_url: None,
        proxies: Proxies::none(),
        certificate_authorities: None,
    }
}

#[test]
fn a_region_cannot_become_another_host() {
    for region in ["", "ap northeast", "evil.example/", "a@b", "AP-NORTHEAST-2", "-a", "a.b"] {
        let endpoint = at(region);
        assert_eq!(
            endpoint.check().unwrap_err().to_string(),
            format!("expected a region like `ap-northeast-2`, found `{region}`")
        );
    }
    let endpoint = at("ap-northeast-2");
    assert_eq!(endpoint.check(), Ok(()));
}

#[test]
fn debug_shows_no_token() {
    let request = ExchangeRequest { token: WebIdentityToken::new("canary"), ..request() };
    assert!(!format!("{request:?}").contains("canary"));
}
