//! `setup` from nothing to credentials, by a person at a terminal of 80 columns.
#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt as _;

use fake_issuer::{Client, Clock, Issuer, IssuerConfig};

use crate::aws::{ASSUMED, Aws, query_error};
use crate::issuer::redirected;
use crate::pty::{Pty, no_line_is_wider};
use crate::sealed::Sealed;

const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";

const CALLER: &str = "<GetCallerIdentityResponse \
xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:sts::\
278805249149:assumed-role/r/ada@example.com</Arn><UserId>AROAEXAMPLE:ada</UserId><Account>\
278805249149</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId>\
</ResponseMetadata></GetCallerIdentityResponse>";

/// Google's file for a Web client, as a browser saves it.
fn client_file() -> String {
    format!(
        r#"{{"web": {{"client_id": "client", "client_secret": "canary-secret",
        "redirect_uris": ["{REDIRECT_URI}"]}}}}"#
    )
}

/// What was there before.
const BEFORE: &str = "# mine\n[default]\nregion = eu-west-1\n\n[profile google] ; keep\n# this one\n\
                      output = json\n\n[profile other]\nregion = x\n";

// Long: the whole conversation.
#[test]
fn from_nothing_to_credentials() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut config = IssuerConfig::google(Clock::system());
    config.clients = vec![Client::web("client", "canary-secret", REDIRECT_URI)];
    let issuer = runtime.block_on(Issuer::start(config)).unwrap();
    let aws = Aws::answering_by_action(&[
        ("AssumeRoleWithWebIdentity", 200, ASSUMED.to_owned()),
        ("GetCallerIdentity", 200, CALLER.to_owned()),
        ("", 403, query_error("AccessDenied", "no")),
    ]);
    let sealed = Sealed::new();
    let file = sealed.file("my downloads/client secret.json", &client_file());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let aws_config = sealed.file(".aws/config", BEFORE);
    std::fs::set_permissions(&aws_config, std::fs::Permissions::from_mode(0o640)).unwrap();
    let mut person = Pty::run(
        &sealed,
        &format!(
            "setup --source paste --account ada@example.com --discovery-url {} --endpoint-url {}",
            issuer.discovery_url(),
            aws.url()
        ),
    );
    person
        .sees("issuer's https:// address: ")
        .types("gogle")
        .sees("there is no file `gogle`, and no issuer of that name")
        .sees("issuer's https:// address: ")
        .types("'my downloads/client secret.json'")
        .sees("AWS region, such as eu-central-1: ")
        .types("Seoul/1")
        .sees("expected a region like `ap-northeast-2`, found `Seoul/1`")
        .sees("AWS region, such as eu-central-1: ")
        .types("us-east-1")
        .sees("(its ARN, or ACCOUNT/NAME): ")
        .types("google")
        .sees("(its ARN, or ACCOUNT/NAME): ")
        .types("278805249149/r")
        .sees("or `-` for none: ")
        .types("")
        .sees("Paste that address here:");
    let address = redirected(&person.seen).unwrap();
    person.types(&address);
    let (status, seen) = person.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(!seen.contains("canary"), "{seen}");
    no_line_is_wider(&seen.replace(&sealed.home().display().to_string(), "~"));
    assert!(
        seen.contains(
            "it works; AWS says that you are\n  \
             arn:aws:sts::278805249149:assumed-role/r/ada@example.com\n"
        ),
        "{seen}"
    );
    assert!(seen.contains("warning: others can read"), "{seen}");
    let written = std::fs::read_to_string(sealed.home().join(".config/fed/config.toml")).unwrap();
    for line in [
        "[profile.google]",
        "issuer = \"https://accounts.google.com\"",
        "client_id = \"client\"",
        "redirect_uri = \"http://127.0.0.1:3000/auth/google/callback\"",
        "role_arn = \"arn:aws:iam::278805249149:role/r\"",
        "region = \"us-east-1\"",
    ] {
        assert!(written.lines().any(|found| found == line), "{line}: {written}");
    }
    assert!(!written.contains("canary"), "{written}");
    let used = sealed.run(&["credential-process"]);
    assert_eq!(used.status, 0, "{}", used.stderr);
    let after = std::fs::read_to_string(&aws_config).unwrap();
    let (head, rest) = BEFORE.split_once("# this one").unwrap();
    let (before, ours) = after.split_once("credential_process = ").unwrap();
    assert_eq!(before, head, "what stands before stays");
    assert!(ours.ends_with(&format!("# this one{rest}")), "what stands after stays: {after}");
    assert!(ours.contains("fed-cli credential-process --profile google\nregion = us-east-1\n"));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    let kept = sealed.home().join(".aws/config.before");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), BEFORE);
    assert_eq!((mode(&aws_config) & 0o777, mode(&kept) & 0o777), (0o640, 0o640));
    runtime.block_on(issuer.stop());
}

#[test]
fn whoever_leaves_has_written_nothing() {
    let sealed = Sealed::new();
    let mut person = Pty::run(&sealed, "setup --no-sign-in");
    person.sees("issuer's https:// address: ").types("keycloak");
    person.sees("realms/staff: ").types("https://sso.example.com/");
    person.sees("expected `…/realms/NAME`, found `https://sso.example.com`").types("\u{4}");
    let (status, seen) = person.ends();
    assert_eq!(status, 2, "{seen}");
    assert!(seen.contains("error: setup was not finished; nothing is written"), "{seen}");
    assert!(!sealed.home().join(".config/fed/config.toml").exists());
}

#[test]
fn an_issuer_that_does_not_answer_is_told_at_once() {
    let sealed = Sealed::new();
    let mut person = Pty::run(&sealed, "setup");
    person.sees("issuer's https:// address: ").types("https://127.0.0.1:9");
    person.sees("127.0.0.1:9").sees("hint: ").sees("issuer's https:// address: ").types("\u{4}");
    assert_eq!(person.ends().0, 2);
}

#[test]
fn a_role_is_chosen_from_a_list_by_number() {
    let aws = Aws::answering(200, ASSUMED);
    // {"iss":"i","sub":"s","exp":4070908800}
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";
    let roles: Vec<String> = (0..30)
        .map(|i| format!("'arn:aws:iam::{i:012}:role/team/{}-{i}'", "long-name".repeat(6)))
        .collect();
    let sealed = Sealed::with_config(&format!(
        "[profile.company-with-a-long-name]\nsource = 'env'\ntoken_env = 'TOK'\n\
         region = 'us-east-1'\nendpoint_url = '{}'\nroles = [{}]\n",
        aws.url(),
        roles.join(", ")
    ))
    .env("TOK", token);
    let mut person = Pty::run(&sealed, "exec -- sh -c 'echo got $AWS_ACCESS_KEY_ID'");
    person.sees("Number, or a part of the name: ").types("000000000017");
    let (status, seen) = person.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("got ASIAEXAMPLE"), "{seen}");
    no_line_is_wider(&seen);
    assert!(aws.requests()[0].contains("long-name-17"), "{:?}", aws.requests());
}

#[test]
fn a_command_that_gets_the_token_can_talk_to_the_person() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = Sealed::with_config(&format!(
        "[profile.key]\nsource = 'command'\nregion = 'us-east-1'\nendpoint_url = '{}'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\n\
         token_command = ['sh', '-c', 'echo touch your key >&2; read done; echo $TOK']\n",
        aws.url()
    ))
    .env("TOK", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x");
    let mut person = Pty::run(&sealed, "exec -- sh -c 'echo got $AWS_ACCESS_KEY_ID'");
    person.sees("touch your key").types("");
    let (status, seen) = person.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("got ASIAEXAMPLE"), "{seen}");
}
