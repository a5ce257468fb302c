//! What is kept is given to nobody but whose it is: an AWS that knows Ada's token, and every
//! other token that a machine may present in its place.

use std::io::Write as _;
use std::process::Stdio;

use crate::aws::{ASSUMED, Aws, query_error};
use crate::sealed::{Outcome, Sealed};

const HEADER: &str = "eyJhbGciOiJub25lIn0";

/// `"aud":"client"`, and good for decades.
const ADA: &str = "eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJhdWQiOiJjbGllbnQiLCJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSIsImV4cCI6NDA3MDkwODgwMH0";

/// The same subject, `"aud":"another","azp":"another"`.
const ANOTHER: &str = "eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJhdWQiOiJhbm90aGVyIiwiYXpwIjoiYW5vdGhlciIsImV4cCI6NDA3MDkwODgwMH0";

/// As Ada's, but its `exp` is in 2001.
const OVER: &str = "eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJhdWQiOiJjbGllbnQiLCJleHAiOjEwMDAwMDAwMDB9";

/// The token that AWS accepts.
fn ada() -> String {
    format!("{HEADER}.{ADA}.ada")
}

/// What is not Ada's token, why, and what it ends with.
fn others(over: i32) -> Vec<(&'static str, String, i32)> {
    vec![
        ("another audience", format!("{HEADER}.{ANOTHER}.other"), 3),
        ("another signature", format!("{HEADER}.{ADA}.other"), 3),
        ("over", format!("{HEADER}.{OVER}.over"), over),
        ("no token", "nonsense".to_owned(), 5),
        ("nothing", String::new(), 5),
    ]
}

fn aws() -> Aws {
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    Aws::answering_by_action(&[(".ada", 200, ASSUMED.to_owned()), ("", 403, no)])
}

fn sealed(aws: &Aws, source: &str) -> Sealed {
    Sealed::with_config(&format!(
        "[profile.ci]\n{source}\nrole_arn = 'arn:aws:iam::278805249149:role/r'\n\
         region = 'us-east-1'\nendpoint_url = '{}'\n",
        aws.url()
    ))
}

/// Runs with a variable, and with `input` at standard input.
fn run(sealed: &Sealed, words: &[&str], variable: (&str, &str), input: &str) -> Outcome {
    let mut command = sealed.command(words);
    command.env(variable.0, variable.1).env("PATH", "/usr/bin:/bin").stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Whoever reads no standard input closes it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Ada's token gets credentials twice with one exchange; then each other token gets none, and
/// Ada's gets hers again.
fn only_ada_is_given(run: impl Fn(&str) -> Outcome, aws: &Aws) {
    only_ada(run, aws, 4);
}

/// A token whose time is over ends with status `over`.
fn only_ada(run: impl Fn(&str) -> Outcome, aws: &Aws, over: i32) {
    for _ in 0..2 {
        let outcome = run(&ada());
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.contains("ASIAEXAMPLE"), "{}", outcome.stdout);
    }
    assert_eq!(aws.requests().len(), 1, "the second time from the store");
    for (why, token, status) in others(over) {
        let outcome = run(&token);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (status, ""), "{why}");
        assert!(outcome.stderr.starts_with("error: "), "{why}: {}", outcome.stderr);
    }
    let requests = aws.requests().len();
    assert!(run(&ada()).stdout.contains("ASIAEXAMPLE"));
    assert_eq!(aws.requests().len(), requests, "hers are still kept");
}

#[test]
fn exec_with_a_token_from_standard_input() {
    let aws = aws();
    let sealed = sealed(&aws, "");
    let words =
        ["exec", "--web-identity-token-file", "-", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"];
    // What comes by standard input AWS judges, its time too.
    only_ada(|token| run(&sealed, &words, ("UNUSED", ""), token), &aws, 3);
}

#[test]
fn credential_process_with_the_token_file_of_the_environment() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'file'");
    let with = |name: &str, token: &str| {
        let path = sealed.file(name, token);
        let path = path.to_str().unwrap().to_owned();
        run(&sealed, &["credential-process"], ("AWS_WEB_IDENTITY_TOKEN_FILE", &path), "")
    };
    // The same file each time, and another one for each token.
    only_ada_is_given(|token| with("token", token), &aws);
    let aws = self::aws();
    let sealed = self::sealed(&aws, "source = 'file'");
    let with = |name: &str, token: &str| {
        let path = sealed.file(name, token);
        let path = path.to_str().unwrap().to_owned();
        run(&sealed, &["credential-process"], ("AWS_WEB_IDENTITY_TOKEN_FILE", &path), "")
    };
    only_ada_is_given(|token| with(&format!("token-{}", token.len()), token), &aws);
    let words = ["credential-process"];
    let gone = run(&sealed, &words, ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent"), "");
    assert_eq!((gone.status, gone.stdout.as_str()), (5, ""));
    assert!(gone.stderr.starts_with("error: cannot read the token file `/nonexistent`"));
}

#[test]
fn credential_process_with_a_token_in_a_variable() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'env'\ntoken_env = 'TOK'");
    only_ada_is_given(|token| run(&sealed, &["credential-process"], ("TOK", token), ""), &aws);
}

#[test]
fn env_with_a_token_file_that_is_replaced() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'file'\ntoken_file = 'token'");
    let with = |token: &str| {
        sealed.file(".config/fed/token", token);
        run(&sealed, &["env"], ("UNUSED", ""), "")
    };
    only_ada_is_given(with, &aws);
}

#[test]
fn credential_process_in_a_job_of_gitlab() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'gitlab'").env("GITLAB_CI", "true");
    only_ada_is_given(|token| run(&sealed, &["credential-process"], ("ID_TOKEN", token), ""), &aws);
}

#[test]
fn a_command_that_prints_another_token() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'command'\ntoken_command = ['cat', 'token']");
    for (token, status) in [(ada(), 0), (ada(), 0), (format!("{HEADER}.{ANOTHER}.other"), 3)] {
        sealed.file("token", &token);
        let outcome = run(&sealed, &["credential-process"], ("UNUSED", ""), "");
        assert_eq!(outcome.status, status, "{}", outcome.stderr);
    }
    assert_eq!(aws.requests().len(), 2);
    let gone = sealed.home().join("token");
    std::fs::remove_file(gone).unwrap();
    assert_eq!(run(&sealed, &["credential-process"], ("UNUSED", ""), "").stdout, "");
}

#[test]
fn what_aws_denies_once_is_kept_no_longer() {
    let aws = aws();
    let sealed = sealed(&aws, "source = 'env'\ntoken_env = 'TOK'");
    let token = ada();
    let words = ["credential-process"];
    assert_eq!(run(&sealed, &words, ("TOK", &token), "").status, 0);
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    aws.answers_from_now_on(&[("", 403, no)]);
    let denied = run(&sealed, &["assume"], ("TOK", &token), "");
    assert_eq!(denied.status, 3, "assume asks AWS each time");
    let after = run(&sealed, &words, ("TOK", &token), "");
    assert_eq!((after.status, after.stdout.as_str()), (3, ""));
}

#[test]
fn logout_forgets_the_profiles_own_and_no_others() {
    let aws = aws();
    let sealed = Sealed::new().env("TOK", ada());
    let profile = |name: &str| {
        format!(
            "[profile.{name}]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
             role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
            aws.url()
        )
    };
    sealed.file(".config/fed/config.toml", &format!("{}{}", profile("a"), profile("b")));
    for words in [
        ["credential-process", "--profile", "a", "--duration", "1h"],
        ["credential-process", "--profile", "a", "--duration", "2h"],
        ["credential-process", "--profile", "b", "--duration", "1h"],
    ] {
        assert_eq!(sealed.run(&words).status, 0);
    }
    assert_eq!(aws.requests().len(), 3);
    assert_eq!(sealed.run(&["logout", "--profile", "a"]).status, 0);
    let left: serde_json::Value =
        serde_json::from_str(&sealed.run(&["status", "--output", "json"]).stdout).unwrap();
    let left: Vec<&str> =
        left.as_array().unwrap().iter().filter_map(|entry| entry["profile"].as_str()).collect();
    assert_eq!(left, ["b"]);
}
