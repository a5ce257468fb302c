//! A role for a service account of Google.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::account::Account;
use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]
issuer = 'https://accounts.google.com'
client_id = 'client'
role_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'
region = 'ap-northeast-2'
source = 'file'
token_file = 'token'
";

/// A file can say anything: nobody verified its token. Its token names itself as `azp`: its audience is what `:oaud` must be.
#[test]
fn a_service_account_is_named_and_not_taken_from_a_file() {
    let account = Account::start(&[]);
    let sealed = Sealed::with_config(PROFILE)
        .env("AWS_ENDPOINT_URL", account.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator");
    let claims = r#"{"iss":"https://accounts.google.com","azp":"100018646976219416293","aud":"https://aws.example","sub":"100018646976219416293","iat":1700000000,"exp":4000000000}"#;
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.AAAA", encode(r#"{"alg":"RS256"}"#), encode(claims));
    sealed.file(".config/fed/token", &token);
    for command in ["plan", "apply", "export"] {
        let mut words = vec!["bootstrap", command];
        words.extend((command == "apply").then_some("--yes"));
        words.extend((command == "export").then_some("--format=json"));
        let outcome = sealed.run(&words);
        assert_eq!(outcome.status, 5, "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with(
                "error: no subject is named, and the token of the source `file` is not verified \
                 here\n\nhint: name who may assume the role with `--subject`"
            ),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(account.changes(), [""; 0]);
    let own = "100018646976219416293";
    let outcome = sealed.run(&[
        "bootstrap",
        "apply",
        "--yes",
        "--subject",
        own,
        "--audience",
        own,
        "--original-audience",
        "https://aws.example",
    ]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let trust = account.state().roles["google-oidc-role"].trust.clone();
    let trust: serde_json::Value = serde_json::from_str(&trust).unwrap();
    assert_eq!(
        trust["Statement"][0]["Condition"]["StringEquals"],
        serde_json::json!({
            "accounts.google.com:aud": "100018646976219416293",
            "accounts.google.com:oaud": "https://aws.example",
            "accounts.google.com:sub": "100018646976219416293",
        })
    );
}
