//! `explain`, with a trust policy from a file and from an account.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

/// A token with these claims beside the times, and a signature nobody asks for here.
pub(crate) fn token(claims: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    signed(&format!("{{{claims},\"iat\":{now},\"exp\":{}}}", now + 3600))
}

/// A token of this payload, with such a signature.
pub(crate) fn signed(payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.AAAA", encode(r#"{"alg":"RS256"}"#), encode(payload))
}

pub(crate) const CLAIMS: &str = r#""iss":"https://accounts.google.com","azp":"client","aud":"client",
    "sub":"42","email":"eve@example.com""#;

pub(crate) const TRUST: &str = r#"{
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

/// Reads the account with an administrator's key.
pub(crate) fn with_administrator(sealed: Sealed, aws: &Aws) -> Sealed {
    sealed
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
}

pub(crate) fn sealed() -> Sealed {
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

/// What the role's organization says bears on who assumes it.
#[test]
fn resource_control_policies_that_are_given_are_judged() {
    let sealed = sealed();
    sealed.file("trust.json", &TRUST.replace("\"113632458324056836621\"", "\"42\""));
    let policy =
        |statement: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"accounts.google.com:sub": "SUB"}}}"#;
    let full = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    sealed.file("rcp.json", &policy(full));
    sealed.file("own.json", &policy(&deny.replace("SUB", "42")));
    sealed.file("other.json", &policy(&deny.replace("SUB", "113632458324056836621")));
    let told = |more: &[&str]| {
        let words = ["explain", "--trust-policy-file", "trust.json"];
        sealed.run(&[&words[..], more].concat())
    };
    let is_open =
        |outcome: &crate::sealed::Outcome| outcome.stdout.contains("resource control polic");
    let alone = told(&[]);
    assert!(is_open(&alone), "{}", alone.stdout);
    for (file, status) in [("rcp.json", 6), ("own.json", 6), ("other.json", 3)] {
        let outcome = told(&["--resource-control-policy-file", file]);
        assert_eq!(outcome.status, status, "{file}: {}", outcome.stdout);
        assert_eq!(is_open(&outcome), status == 3, "{file}: {}", outcome.stdout);
    }
    let outcome = told(&["--resource-control-policy-file", "nowhere.json"]);
    assert_eq!(outcome.status, 5, "{}", outcome.stderr);
    // Organizations takes none that allows what somebody chose.
    sealed.file("allow.json", &policy(&full.replace("\"*\", \"Res", "\"sts:*\", \"Res")));
    let outcome = told(&["--resource-control-policy-file", "allow.json"]);
    assert_eq!(outcome.status, 5, "{}", outcome.stdout);
    let why = "expected `Effect` to be `Deny` in a resource control policy";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
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

/// The role must be read; beside it there are two questions more, at the same time: the
/// providers, and whether an organization's policies bear on the account.
#[test]
fn three_questions_tell_all_that_sts_would_look_at() {
    let trust: String = TRUST.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let role = format!(
        "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>google-oidc-role</RoleName>\
         <RoleId>AROA</RoleId><Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>{trust}\
         </AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
    );
    let none = "<ListOpenIDConnectProvidersResponse><ListOpenIDConnectProvidersResult>\
        <OpenIDConnectProviderList/></ListOpenIDConnectProvidersResult>\
        </ListOpenIDConnectProvidersResponse>";
    let organization = r#"{"__type": "AWSOrganizationsNotInUseException"}"#;
    let aws = Aws::answering_by_action(&[
        ("GetRole", 200, role),
        ("ListOpenIDConnectProviders", 200, none.to_owned()),
        ("DescribeOrganization", 400, organization.to_owned()),
    ]);
    let sealed = sealed()
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
        // Nobody answers for the issuer.
        .env("HTTPS_PROXY", "http://127.0.0.1:9");
    let outcome = sealed.run(&["explain"]);
    assert_eq!(outcome.status, 3, "{}", outcome.stderr);
    let action = |request: &String| {
        let form = request.split('&').find_map(|part| part.strip_prefix("Action="));
        form.map_or_else(|| "DescribeOrganization".to_owned(), str::to_owned)
    };
    let mut asked: Vec<String> = aws.requests().iter().map(action).collect();
    asked.sort();
    assert_eq!(asked, ["DescribeOrganization", "GetRole", "ListOpenIDConnectProviders"]);
}

/// A mend that lint has something to say of says it.
#[test]
fn a_mend_for_pull_requests_is_noted() {
    let sealed = sealed();
    let github = "token.actions.githubusercontent.com";
    let trust = TRUST
        .replace(
            "\"accounts.google.com\"",
            &format!("\"arn:aws:iam::278805249149:oidc-provider/{github}\""),
        )
        .replace("accounts.google.com", github)
        .replace("\"client\"", "\"sts.amazonaws.com\"")
        .replace("113632458324056836621", "repo:acme/app:ref:refs/heads/main");
    sealed.file("trust.json", &trust);
    let claims = format!(
        r#""iss":"https://{github}","aud":"sts.amazonaws.com","sub":"repo:acme/app:pull_request""#
    );
    sealed.file(".config/fed/token", &token(&claims));
    let words = ["explain", "--trust-policy-file", "trust.json"];
    let text = sealed.run(&words).stdout;
    let (_, mend) = text.split_once("to admit it: ").unwrap();
    assert!(mend.contains("note: ") && mend.contains("pull request"), "{text}");
    let json = sealed.run(&[&words[..], &["--output", "json"]].concat()).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["mends"][0]["notes"][0].as_str().unwrap().contains("pull request"), "{json}");
}
