//! `explain error`: what AWS says, as people paste it.

use std::io::Write as _;
use std::process::Stdio;

use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

const DENIED: &str = "An error occurred (AccessDenied) when calling the CreateUser operation: User: \
    arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: iam:CreateUser on \
    resource: arn:aws:iam::278805249149:user/bob because no identity-based policy allows the \
    iam:CreateUser action";

fn explained(text: &str) -> String {
    Sealed::new().transcript(&["explain", "error", text])
}

#[test]
fn a_denial_is_taken_apart() {
    insta::assert_snapshot!("denied", explained(DENIED));
    let sealed = Sealed::new();
    let words = ["--profile", "ci", "explain", "error", DENIED, "--output", "json"];
    insta::assert_snapshot!("denied-json", sealed.transcript(&words));
    let by_organization = DENIED.replace(
        "because no identity-based policy allows the iam:CreateUser action",
        "with an explicit deny in a service control policy: \
         arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd",
    );
    insta::assert_snapshot!("organization", explained(&by_organization));
}

#[test]
fn what_sts_says_of_a_token_is_taken_apart() {
    insta::assert_snapshot!(
        "token",
        explained(
            "Error: Could not assume role with OIDC: Not authorized to perform \
             sts:AssumeRoleWithWebIdentity"
        )
    );
    insta::assert_snapshot!(
        "provider",
        explained(
            "operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, \
             RequestID: r, InvalidIdentityToken: No OpenIDConnect provider found in your account \
             for https://token.actions.githubusercontent.com"
        )
    );
}

#[test]
fn the_text_may_come_from_a_file_or_a_pipe() {
    let sealed = Sealed::new();
    sealed.file("error.txt", DENIED);
    let whole = sealed.run(&["explain", "error", DENIED]);
    let of_file = sealed.run(&["explain", "error", "--file", "error.txt"]);
    assert_eq!((of_file.status, &of_file.stdout), (0, &whole.stdout));
    let mut piped = sealed.command(&["explain", "error"]);
    let mut child = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(DENIED.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), whole.stdout);
}

#[test]
fn what_is_no_error_of_aws_is_said_to_be_none() {
    insta::assert_snapshot!("unknown", explained("the printer is on fire"));
    let sealed = Sealed::new();
    let words = ["explain", "error", "--file", "nowhere.txt"];
    insta::assert_snapshot!("no-file", sealed.transcript(&words));
    sealed.file("large.txt", &"a".repeat(300 * 1024));
    let words = ["explain", "error", "--file", "large.txt"];
    insta::assert_snapshot!("too-large", sealed.transcript(&words));
}

/// The text is anybody's: it must not command the terminal, nor the shell it is pasted into.
#[test]
fn a_hostile_text_is_shown_harmless() {
    let text = "User: arn:aws:iam::278805249149:user/u\u{1b}]0;owned\u{7} is not authorized to \
        perform: s3:GetObject on resource: \"arn:aws:s3:::b/$(touch x)'; rm -rf ~ #\u{202e}\" \
        because no identity-based policy allows the s3:GetObject action";
    let told = |text: &str| Sealed::new().run(&["explain", "error", text]).stdout;
    let shown = told(text);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    assert!(shown.contains("on        arn:aws:s3:::b/$(touch x)'; rm -rf ~ #\u{fffd}"), "{shown}");
    assert!(!shown.contains("to look further"), "a command of what cannot be shown: {shown}");
    let printable = text.replace("\u{1b}]0;owned\u{7}", "").replace('\u{202e}', "");
    let shown = told(&printable);
    let command = shown.lines().find(|line| line.contains("fed-cli explain --action")).unwrap();
    assert!(command.ends_with("'arn:aws:s3:::b/$(touch x)'\\''; rm -rf ~ #'"), "{command}");
}

fn decoding(sealed: Sealed, aws: &Aws) -> Sealed {
    sealed
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
}

#[test]
fn an_encoded_message_is_decoded_where_the_keys_allow_it() {
    let message = r#"{"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[{"statementId":"NoBigOnes","effect":"DENY"}]},"failures":{"items":[]},"context":{"principal":{"id":"AIDA","arn":"arn:aws:iam::278805249149:user/u"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:us-east-1:278805249149:instance/*","conditions":{"items":[{"key":"ec2:InstanceType","values":{"items":[{"value":"m5.24xlarge"}]}}]}}}"#;
    let answer = format!(
        "<DecodeAuthorizationMessageResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <DecodeAuthorizationMessageResult><DecodedMessage>{}</DecodedMessage>\
         </DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>",
        message.replace('"', "&quot;")
    );
    let encoded = "aB-_".repeat(40);
    let text = format!(
        "You are not authorized to perform this operation. Encoded authorization failure message: \
         {encoded}"
    );
    let aws = Aws::answering_by_action(&[("DecodeAuthorizationMessage", 200, answer)]);
    let sealed = decoding(Sealed::new(), &aws);
    insta::assert_snapshot!("decoded", sealed.transcript(&["explain", "error", &encoded]));
    let told = sealed.transcript(&["explain", "error", &text]);
    assert!(told.contains("what      ec2:RunInstances"), "{told}");
    let denied = query_error(
        "AccessDenied",
        "User: arn:aws:iam::278805249149:user/u is not authorized to perform: \
         sts:DecodeAuthorizationMessage because no identity-based policy allows the \
         sts:DecodeAuthorizationMessage action",
    );
    let aws = Aws::answering(403, &denied);
    let sealed = decoding(Sealed::new(), &aws);
    insta::assert_snapshot!("not-decoded", sealed.transcript(&["explain", "error", &text]));
}

/// The decoded message says whether a statement denied, where the sentence does not.
#[test]
fn what_is_decoded_says_whether_it_was_denied_or_not_allowed() {
    let encoded = "aB-_".repeat(40);
    let text = format!(
        "User: arn:aws:iam::278805249149:user/u is not authorized to perform: ec2:RunInstances on \
         resource: arn:aws:ec2:us-east-1:278805249149:instance/i-1. Encoded authorization failure \
         message: {encoded}"
    );
    for (explicit, denial, meaning) in [
        (true, "explicit", "applies: no Allow helps, it must no longer apply"),
        (false, "implicit", "no statement denies it, and none that must allow it does"),
    ] {
        let message = format!(
            r#"{{"allowed":false,"explicitDeny":{explicit},"matchedStatements":{{"items":[]}},"failures":{{"items":[]}},"context":{{"principal":{{"arn":"arn:aws:iam::278805249149:user/u"}},"action":"ec2:RunInstances","resource":"arn:aws:ec2:us-east-1:278805249149:instance/i-1","conditions":{{"items":[]}}}}}}"#
        );
        let answer = format!(
            "<DecodeAuthorizationMessageResponse><DecodeAuthorizationMessageResult><DecodedMessage>\
             {}</DecodedMessage></DecodeAuthorizationMessageResult>\
             </DecodeAuthorizationMessageResponse>",
            message.replace('"', "&quot;")
        );
        let aws = Aws::answering_by_action(&[("DecodeAuthorizationMessage", 200, answer)]);
        let sealed = decoding(Sealed::new(), &aws);
        for pasted in [&text, &message] {
            let told = sealed.transcript(&["explain", "error", pasted]);
            assert!(told.contains(&format!("denial    {denial}")), "{told}");
            let means = told.lines().find(|line| line.starts_with("it means: ")).unwrap();
            assert!(means.ends_with(meaning), "{told}");
            let json = sealed.run(&["explain", "error", pasted, "--output", "json"]).stdout;
            assert!(json.contains(&format!("\"denial\": \"{denial}\"")), "{json}");
        }
    }
}

#[test]
fn several_errors_are_taken_apart_one_after_the_other() {
    let expired = "An error occurred (ExpiredToken) when calling the PutObject operation: The \
                   security token included in the request is expired";
    let text = format!("\u{1b}[31m{DENIED}\u{1b}[0m\n{expired}\nError: the disk is full");
    insta::assert_snapshot!("several", explained(&text));
    let sealed = Sealed::new();
    let outcome = sealed.run(&["explain", "error", &text, "--output", "json"]);
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(
        (&json["code"], &json["more"][0]["code"]),
        (&"AccessDenied".into(), &"ExpiredToken".into())
    );
}

/// The metadata service is asked last on any machine: that it is not there explains nothing.
#[test]
fn without_credentials_nothing_is_said_of_the_metadata_service() {
    let sealed = Sealed::new().env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1");
    let outcome = sealed.run(&["explain", "error", &"aB-_".repeat(40)]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(
        outcome.stdout.ends_with(
            "\nnote: there are no AWS credentials to have AWS decode the message with\n"
        ),
        "{}",
        outcome.stdout
    );
}
