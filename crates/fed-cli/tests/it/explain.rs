//! `explain`, with a trust policy from a file and from an account.

use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

/// `{"alg":"RS256"}` . `{"iss":"https://accounts.google.com","azp":"client","aud":"client",
/// "sub":"42","email":"eve@example.com","exp":4070908800}` . a signature nobody asks for here.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJhenAiOiJjbGllbnQiLCJhdWQiOiJjbGllbnQiLCJzdWIiOiI0MiIsImVtYWlsIjoiZXZlQGV4YW1wbGUuY29tIiwiZXhwIjo0MDcwOTA4ODAwfQ.AAAA";

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
    sealed.file(".config/fed/token", TOKEN);
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

#[test]
fn the_mend_admits_the_token() {
    let sealed = sealed();
    let mended = TRUST.replace("\"113632458324056836621\"", "[\"113632458324056836621\", \"42\"]");
    sealed.file("trust.json", &mended);
    let words = ["explain", "--trust-policy-file", "trust.json"];
    insta::assert_snapshot!(sealed.transcript(&words));
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
