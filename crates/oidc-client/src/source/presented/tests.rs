//! The mistakes people make, one row each.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const NOW: UnixTime = UnixTime::from_seconds(1_795_428_000);

fn jwt(payload: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.canary", part(r#"{"alg":"RS256"}"#), part(payload))
}

fn variable() -> Origin {
    Origin::Variable("ID_TOKEN".into())
}

fn refused(text: &str) -> (String, Option<String>) {
    let error = accept(text, &variable(), Some("sts.amazonaws.com"), NOW).unwrap_err();
    assert!(!format!("{error:?} {error} {:?}", error.hint()).contains("canary"), "{error}");
    (error.to_string(), error.hint().map(|hint| hint.to_string()))
}

#[test]
fn a_token_for_us_is_taken() {
    let token = jwt(r#"{"sub":"a","aud":"sts.amazonaws.com","exp":1795428000}"#);
    let accepted = accept(&format!("{token}\n"), &variable(), Some("sts.amazonaws.com"), NOW);
    assert_eq!(accepted.unwrap().web_identity_token().expose(), token);
    accept(&jwt(r#"{"sub":"a","aud":["x","y"]}"#), &variable(), Some("y"), NOW).unwrap();
    accept(&jwt(r#"{"sub":"a","aud":"x"}"#), &variable(), None, NOW).unwrap();
    let marked = format!("\u{feff}{}\r\n", jwt(r#"{"sub":"a","aud":"x"}"#));
    accept(&marked, &variable(), None, NOW).expect("a byte-order mark");
}

// Long: a table of cases.
#[test]
fn each_mistake_is_named() {
    for (text, message) in [
        (" \n", "the variable `ID_TOKEN` is empty"),
        (
            "ya29.canary",
            "the variable `ID_TOKEN` holds a Google access token, expected an ID token (a JWT)",
        ),
        (
            "ghs_canary",
            "the variable `ID_TOKEN` holds a GitHub access token (`GITHUB_TOKEN`), expected an ID token (a JWT)",
        ),
        (
            "glcbt-64_canary",
            "the variable `ID_TOKEN` holds a GitLab job token (`CI_JOB_TOKEN`), expected an ID token (a JWT)",
        ),
        (
            r#"{"token":"canary"}"#,
            "the variable `ID_TOKEN` holds JSON, expected an ID token (a JWT)",
        ),
        (
            "GOCSPX-canary",
            "the variable `ID_TOKEN` holds a Google client secret, expected an ID token (a JWT)",
        ),
        ("canary", "the variable `ID_TOKEN` holds no ID token"),
        ("canary.canary.canary", "the variable `ID_TOKEN` holds no ID token"),
        (
            "Bearer eyJcanary",
            "the variable `ID_TOKEN` holds an `Authorization` header, expected an ID token (a JWT)",
        ),
        (
            "export TOKEN=\"eyJcanary",
            "the variable `ID_TOKEN` holds an assignment (`NAME=…`), expected an ID token (a JWT)",
        ),
        (
            "$env:ID_TOKEN = 'eyJcanary",
            "the variable `ID_TOKEN` holds an assignment (`NAME=…`), expected an ID token (a JWT)",
        ),
        (
            "eyJcanary.a.b\neyJcanary.c.d",
            "the variable `ID_TOKEN` holds several words, expected an ID token (a JWT)",
        ),
        (
            &jwt(r#"{"iss":"https://vstoken.actions.githubusercontent.com","scp":"canary"}"#),
            "the variable `ID_TOKEN` holds the request token of GitHub Actions, expected the ID token",
        ),
        (
            &jwt(r#"{"aud":"sts.amazonaws.com"}"#),
            "the variable `ID_TOKEN` holds a JWT without `sub`, expected an ID token",
        ),
        (
            &jwt(r#"{"sub":""}"#),
            "the variable `ID_TOKEN` holds a JWT without `sub`, expected an ID token",
        ),
        (
            &jwt(r#"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:a:b"}"#),
            "the variable `ID_TOKEN` holds a Kubernetes service account token without expiry",
        ),
        (
            &jwt(r#"{"sub":"a","aud":"sts.amazonaws.com","exp":1795427700}"#),
            "the variable `ID_TOKEN` holds an ID token that expired at 2026-11-23T09:55:00Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            &jwt(r#"{"sub":"a","aud":["https://kubernetes.default.svc","b"],"exp":1795431600}"#),
            "the variable `ID_TOKEN` holds an ID token for `https://kubernetes.default.svc`, `b`, expected one for `sts.amazonaws.com`",
        ),
    ] {
        assert_eq!(refused(text).0, message);
    }
}

#[test]
fn hints_say_what_to_do() {
    assert_eq!(
        refused("ya29.canary").1.unwrap(),
        "`gcloud auth print-identity-token --audiences=AUDIENCE` prints an ID token"
    );
    assert_eq!(
        refused("glcbt-canary").1.unwrap(),
        "add `id_tokens: { ID_TOKEN: { aud: sts.amazonaws.com } }` to the job and use that variable"
    );
    for (text, hint) in [
        ("bearer canary", "leave out what stands before the token: it begins with `eyJ`"),
        ("T=eyJcanary", "leave out the name and the `=`: the token begins with `eyJ`"),
        ("eyJcanary eyJcanary", "keep one token in it, and nothing else"),
    ] {
        assert_eq!(refused(text).1.unwrap(), hint);
    }
}
