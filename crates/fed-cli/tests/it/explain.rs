//! `explain`, with a trust policy from a file and from an account.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

/// A token with these claims beside the times, and a signature nobody asks for here.
fn token(claims: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let payload = format!("{{{claims},\"iat\":{now},\"exp\":{}}}", now + 3600);
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.AAAA", encode(r#"{"alg":"RS256"}"#), encode(&payload))
}

const CLAIMS: &str = r#""iss":"https://accounts.google.com","azp":"client","aud":"client",
    "sub":"42","email":"eve@example.com""#;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Google",
      "Effect": "Allow",
      "Principal": {"Federated": "accounts.google.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "accounts.google.com:aud": "client",
          "accounts.google.com:sub": "113632458324056836621"
        }
      }
    }
  ]
}
"#;

fn sealed() -> Sealed {
    let sealed = Sealed::with_config(
        "[profile.google]\nissuer = 'https://accounts.google.com'\nsource = 'file'\n\
         token_file = 'token'\nrole_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'\n",
    );
    sealed.file(".config/fed/token", &token(CLAIMS));
    sealed.file("trust.json", TRUST);
    sealed
}

#[test]
fn a_denial_names_the_condition_and_the_mend() {
    let sealed = sealed();
    let words = ["explain", "--trust-policy-file", "trust.json"];
    insta::assert_snapshot!("explain-denied", sealed.transcript(&words));
    let words = ["explain", "--trust-policy-file", "trust.json", "--output", "json"];
    insta::assert_snapshot!("explain-denied-json", sealed.transcript(&words));
}

/// What the trust policy admits, but nobody has looked at the signature: no yes.
#[test]
fn a_token_and_a_policy_alone_are_no_yes() {
    let sealed = sealed();
    let mended = TRUST.replace("\"113632458324056836621\"", "[\"113632458324056836621\", \"42\"]");
    sealed.file("trust.json", &mended);
    let words = ["explain", "--trust-policy-file", "trust.json"];
    insta::assert_snapshot!(sealed.transcript(&words));
}

/// A document of one line is printed with lines that the causes refer to; what stops the token
/// before the policy is told as STS tells it.
#[test]
fn checks_before_the_policy_are_told() {
    let sealed = sealed();
    let compact: String = TRUST.split_whitespace().collect();
    sealed.file("trust.json", &compact.replace("accounts.google.com", "gitlab.com"));
    let claims = r#""iss":"https://gitlab.com","aud":"other","sub":"project_path:a/b""#;
    sealed.file(".config/fed/token", &token(claims));
    let words = ["explain", "--trust-policy-file", "trust.json", "--provider-client-id", "client"];
    insta::assert_snapshot!("explain-audience", sealed.transcript(&words));
    let words = ["explain", "--trust-policy-file", "trust.json"];
    insta::assert_snapshot!("explain-provider", sealed.transcript(&words));
}

#[test]
fn the_whole_answer_to_get_role_is_read() {
    let sealed = sealed();
    sealed.file("trust.json", &format!(r#"{{"Role": {{"AssumeRolePolicyDocument": {TRUST}}}}}"#));
    let words = ["explain", "--trust-policy-file", "trust.json"];
    let transcript = sealed.transcript(&words);
    assert!(transcript.contains("denied: STS does not let"), "{transcript}");
}

#[test]
fn nothing_is_put_without_a_terminal_or_yes() {
    let sealed = sealed();
    let words = ["explain", "--trust-policy-file", "trust.json", "--apply"];
    insta::assert_snapshot!("explain-apply-file", sealed.transcript(&words));
}

#[test]
fn a_malformed_trust_policy_is_no_explanation() {
    let sealed = sealed();
    sealed.file("trust.json", &TRUST.replace('[', ""));
    let words = ["explain", "--trust-policy-file", "trust.json"];
    insta::assert_snapshot!(sealed.transcript(&words));
}

#[test]
fn a_role_that_is_not_there_is_the_explanation() {
    let aws = Aws::answering(404, &query_error("NoSuchEntity", "cannot be found"));
    let sealed = sealed()
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator");
    insta::assert_snapshot!(sealed.transcript(&["explain"]));
}
