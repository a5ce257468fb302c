//! Denials explained, each with its mend.

use super::*;

const TOKEN: &str = r#"{"iss": "https://accounts.google.com", "aud": "client",
    "azp": "client", "sub": "113632458324056836621", "email": "ada@example.com"}"#;

fn told(conditions: &str) -> String {
    explained_with(conditions, TOKEN)
}

fn explained_with(conditions: &str, token: &str) -> String {
    let trust = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\",\n\
         \"Principal\": {{\"Federated\": \"accounts.google.com\"}},\n\
         \"Action\": \"sts:AssumeRoleWithWebIdentity\",\n\"Condition\": {conditions}}}]}}"
    );
    let trust = Policy::parse(&trust, PolicyKind::Trust).unwrap();
    let role: RoleArn = "arn:aws:iam::278805249149:role/google-oidc-role".parse().unwrap();
    let claims = Claims::from_json(token.as_bytes()).unwrap();
    let explanation = explained(&trust, &role, &claims, "ada").unwrap();
    show::text(&explanation, &role, &claims)
}

#[test]
fn an_admitted_token_is_told_with_every_condition() {
    assert_eq!(
        told(r#"{"StringEquals": {"accounts.google.com:aud": "client"}}"#),
        "allowed: the trust policy admits `ada@example.com` to \
         `arn:aws:iam::278805249149:role/google-oidc-role`

statement 1 (line 1), Allow: applies
  met      Principal
  met      Action
  met      StringEquals accounts.google.com:aud (line 4)
             asked for: client
             token has: client
"
    );
}

#[test]
fn another_subject_is_told_beside_the_one_asked_for() {
    let text = told(
        "{\"StringEquals\": {\"accounts.google.com:aud\": \"client\",\n\
         \"accounts.google.com:sub\": \"42\"}}",
    );
    assert!(text.starts_with("denied: the trust policy does not admit `ada@example.com`"));
    assert!(
        text.contains(
            "  not met  StringEquals accounts.google.com:sub (line 5)\n             asked for: \
             42\n             token has: 113632458324056836621\n"
        ),
        "{text}"
    );
    assert!(
        text.ends_with(
            "to admit it: on line 5, add `113632458324056836621` to `accounts.google.com:sub`\n"
        ),
        "{text}"
    );
}

#[test]
fn a_wildcard_that_is_none_is_named() {
    let text = told(r#"{"StringEquals": {"accounts.google.com:sub": "1136*"}}"#);
    assert!(text.contains("takes `*` and `?` literally"), "{text}");
}

#[test]
fn a_key_that_google_never_gives_is_named() {
    let text = told(r#"{"StringEquals": {"accounts.google.com:email": "ada@example.com"}}"#);
    assert!(text.contains("token has: nothing"), "{text}");
    assert!(text.contains("the token has no `accounts.google.com:email`"), "{text}");
}

#[test]
fn another_issuer_is_not_the_principal() {
    let token = TOKEN.replace("https://accounts.google.com", "https://issuer.example");
    let text = explained_with(r#"{"StringEquals": {"issuer.example:aud": "client"}}"#, &token);
    assert!(text.contains("  not met  Principal\n"), "{text}");
    assert!(text.contains("name the token's issuer under `Principal`"), "{text}");
}
