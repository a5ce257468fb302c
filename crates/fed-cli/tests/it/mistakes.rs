//! Every mistake a person can make with the configuration and the command line.

use std::io::Read as _;
use std::process::Stdio;

use fake_issuer::Fault;

use crate::aws::{ASSUMED, Aws};
use crate::issuer::Provider;
use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]
issuer = \"https://accounts.google.com\"
client_id = \"client.apps.googleusercontent.com\"
role_arn = \"arn:aws:iam::278805249149:role/google-oidc-role\"
region = \"ap-northeast-2\"
";

fn assume(config: &str, words: &[&str]) -> String {
    let sealed = Sealed::with_config(config);
    sealed.transcript(&[&["assume"], words].concat())
}

#[test]
fn usage_mistakes() {
    let sealed = Sealed::new();
    insta::assert_snapshot!("usage-no-command", sealed.transcript(&[]));
    insta::assert_snapshot!("usage-unknown-command", sealed.transcript(&["asume"]));
    insta::assert_snapshot!("usage-unknown-option", sealed.transcript(&["assume", "--rolearn"]));
    insta::assert_snapshot!(
        "usage-login-timeout",
        sealed.transcript(&["assume", "--login-timeout", "soon"])
    );
    insta::assert_snapshot!("usage-exec-without-command", sealed.transcript(&["exec"]));
}

#[test]
fn configuration_mistakes() {
    insta::assert_snapshot!("config-unknown-key", assume("[profile.google]\nrole = 'x'\n", &[]));
    insta::assert_snapshot!(
        "config-nearest-key",
        assume("[profile.google]\nclientid = 'x'\n", &[])
    );
    insta::assert_snapshot!("config-no-toml", assume("[profile.google\n", &[]));
    insta::assert_snapshot!("config-wrong-type", assume("[profile.google]\nchain = 'x'\n", &[]));
    insta::assert_snapshot!("config-no-such-profile", assume(PROFILE, &["--profile", "gogle"]));
    insta::assert_snapshot!("config-several-profiles", assume("[profile.a]\n[profile.b]\n", &[]));
    insta::assert_snapshot!(
        "config-no-such-file",
        Sealed::new().transcript(&["assume", "--config", "elsewhere.toml"])
    );
}

#[test]
fn settings_that_are_missing_or_wrong() {
    insta::assert_snapshot!("setting-no-role", Sealed::new().transcript(&["assume"]));
    insta::assert_snapshot!("setting-role", assume(PROFILE, &["--role-arn", "google-oidc-role"]));
    let no_region = PROFILE.replace("region = ", "# region = ");
    insta::assert_snapshot!("setting-no-region", assume(&no_region, &[]));
    insta::assert_snapshot!("setting-region", assume(PROFILE, &["--region", "Seoul/1"]));
    insta::assert_snapshot!(
        "setting-endpoint",
        assume(PROFILE, &["--endpoint-url", "localhost:4566"])
    );
    insta::assert_snapshot!(
        "setting-session-policy",
        assume(PROFILE, &["--session-policy-file", "missing.json"])
    );
}

/// Asks for the token of a profile with these lines.
fn token(lines: &str, words: &[&str]) -> String {
    let sealed = Sealed::with_config(&format!("[profile.ci]\n{lines}\n")).env("PATH", "/bin");
    sealed.file(".config/fed/empty", "\n");
    sealed.file(".config/fed/access", "ya29.canary");
    sealed.file(
        ".config/fed/client.json",
        r#"{"installed": {"client_id": "other", "client_secret": "canary"}}"#,
    );
    let transcript = sealed.transcript(&[&["token", "--raw"], words].concat());
    assert!(!transcript.contains("canary"), "{transcript}");
    transcript
}

#[test]
fn sources_that_give_no_token() {
    for (name, lines) in [
        ("unknown", "source = 'github'"),
        ("two", "source = 'env'\ntoken_env = 'A'\ntoken_file = 'b'"),
        ("file-not-named", "source = 'file'"),
        ("file-missing", "source = 'file'\ntoken_file = 'missing'"),
        ("file-empty", "source = 'file'\ntoken_file = 'empty'"),
        ("file-access-token", "source = 'file'\ntoken_file = 'access'"),
        ("env-not-named", "source = 'env'"),
        ("env-not-set", "source = 'env'\ntoken_env = 'ID_TOKEN'"),
        ("command-not-named", "source = 'command'"),
        ("command-missing", "source = 'command'\ntoken_command = ['no-such-command']"),
        (
            "command-fails",
            "source = 'command'\ntoken_command = ['sh', '-c', 'echo no >&2; exit 3']",
        ),
        ("github-elsewhere", "source = 'github-actions'"),
        ("gitlab-elsewhere", "source = 'gitlab'"),
    ] {
        insta::assert_snapshot!(format!("source-{name}"), token(lines, &[]));
    }
}

#[test]
fn client_secrets_that_cannot_be_had() {
    let client = "issuer = 'https://accounts.google.com'\nclient_id = 'client'\n";
    for (name, lines) in [
        ("two", "client_secret_env = 'A'\nclient_secret_file = 'b'"),
        ("file-missing", "client_secret_file = 'missing'"),
        ("file-empty", "client_secret_file = 'empty'"),
        ("file-of-another-client", "client_secret_file = 'client.json'"),
        ("env-not-set", "client_secret_env = 'SECRET'"),
        ("command-missing", "client_secret_command = ['no-such-command']"),
        ("command-fails", "client_secret_command = ['sh', '-c', 'exit 3']"),
    ] {
        let lines = format!("{client}{lines}");
        insta::assert_snapshot!(format!("client-secret-{name}"), token(&lines, &[]));
    }
}

#[test]
fn a_client_that_the_issuer_does_not_take_is_a_mistake_of_configuration() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    // As Google says it where no secret is sent at all.
    for (error, description) in [
        ("invalid_request", "client_secret is missing."),
        ("invalid_client", "The provided client secret is invalid."),
        ("unauthorized_client", "Unauthorized"),
    ] {
        let body = serde_json::json!({ "error": error, "error_description": description });
        let fault = Fault::TokenAnswer { status: 400, body: body.to_string() };
        provider.fault(fault, Some(1));
        let seen = provider.ada(&["login"]);
        assert_eq!(seen.status, 5, "{error}: {}", seen.stderr);
        assert!(seen.stderr.contains(description), "{}", seen.stderr);
        assert!(seen.stderr.contains("\nhint: "), "{}", seen.stderr);
    }
    provider.stop();
}

#[test]
fn issuers_and_redirects_that_cannot_be_used() {
    let client = "client_id = 'client'\n";
    for (name, lines) in [
        ("no-issuer", ""),
        ("issuer-without-scheme", "issuer = 'accounts.google.com'"),
        ("issuer-insecure", "issuer = 'http://issuer.example'"),
        ("issuer-unreachable", "issuer = 'http://127.0.0.1:9'"),
        ("redirect-no-url", "issuer = 'http://127.0.0.1:9'\nredirect_uri = 'callback'"),
        ("discovery-no-url", "issuer = 'http://127.0.0.1:9'\ndiscovery_url = 'document'"),
    ] {
        insta::assert_snapshot!(name, token(&format!("{client}{lines}"), &["--no-browser"]));
    }
}

#[test]
fn options_outrank_the_environment_and_that_the_profile() {
    let told = |sealed: Sealed, words: &[&str]| {
        let outcome = sealed.run(&[&["assume"], words].concat());
        outcome.stderr.lines().next().unwrap_or_default().to_owned()
    };
    let config = PROFILE.replace("arn:aws:iam::278805249149:role/google-oidc-role", "profile");
    let sealed = || Sealed::with_config(&config);
    assert!(told(sealed(), &[]).ends_with("found `profile`"));
    assert!(told(sealed().env("FED_ROLE_ARN", "environment"), &[]).ends_with("`environment`"));
    let words = ["--role-arn", "option"];
    assert!(told(sealed().env("FED_ROLE_ARN", "environment"), &words).ends_with("`option`"));
}

#[test]
fn exit_statuses_are_as_documented() {
    assert_eq!(Sealed::new().run(&["--version"]).status, 0);
    assert_eq!(Sealed::new().run(&["asume"]).status, 2);
    assert_eq!(Sealed::new().run(&["assume"]).status, 5);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sealed = Sealed::new();
    let line = "{\"name\": \"x\", \"request\": {\"principal\": \"arn:aws:iam::278805249149:user/a\", \
                \"action\": \"ec2:DescribeInstances\", \"resource\": \"*\"}}\n";
    sealed.file("cases.jsonl", &line.repeat(20_000));
    let mut child = sealed
        .command(&["policy", "simulate", "--cases", "cases.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
