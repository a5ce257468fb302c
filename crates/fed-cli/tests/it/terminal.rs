//! What comes from outside is shown, and commands no terminal: an answer of AWS, a foreign
//! policy, a token, an issuer.

use crate::aws::{Aws, query_error};
use crate::sealed::{Outcome, Sealed};

/// Escape, C1's introducer, a change of direction: after each a text that is to be seen.
const HOSTILE: &str = "\u{1b}]0;seen\u{7}\u{9b}31mseen\u{202e}seen";

fn shows_and_obeys_nothing(outcome: &Outcome) {
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(all.contains("seen"), "{all}");
    for bad in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'] {
        assert!(!all.contains(bad), "{bad:?} in {all:?}");
    }
}

#[test]
fn an_answer_of_sts() {
    // What XML cannot hold comes as the rest.
    let message = "seen\u{9b}31mseen\u{202e}seen";
    let aws = Aws::answering(403, &query_error("Denied\u{9b}seen", message));
    let sealed = Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ));
    // {"iss":"i","sub":"s","exp":4070908800}
    let sealed = sealed
        .env("TOK", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x");
    shows_and_obeys_nothing(&sealed.run(&["assume"]));
    shows_and_obeys_nothing(&sealed.run(&["credential-process"]));
    // What is remembered of it is shown again.
    shows_and_obeys_nothing(&sealed.run(&["status"]));
    shows_and_obeys_nothing(&sealed.run(&["status", "--output", "json"]));
}

#[test]
fn a_foreign_policy() {
    let action = serde_json::Value::from(format!("ec2:{HOSTILE}"));
    let sealed = Sealed::new();
    sealed.file(
        "policy.json",
        &format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", \
             \"Action\": {action}, \"Resource\": \"*\"}}]}}"
        ),
    );
    shows_and_obeys_nothing(&sealed.run(&["policy", "lint", "policy.json"]));
    shows_and_obeys_nothing(&sealed.run(&["policy", "lint", "--output", "json", "policy.json"]));
}

#[test]
fn a_configuration_and_an_issuer() {
    let name = format!(
        "[profile.ci]\nissuer = {}\nclient_id = 'c'\n",
        serde_json::Value::from(format!("https://issuer.example/{HOSTILE}"),)
    );
    let sealed = Sealed::with_config(&name);
    shows_and_obeys_nothing(&sealed.run(&["doctor", "--offline"]));
    shows_and_obeys_nothing(&sealed.run(&["token", "--no-browser"]));
    shows_and_obeys_nothing(&sealed.run(&["doctor", "--offline", "--output", "json"]));
}
