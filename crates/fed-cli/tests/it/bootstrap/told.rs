//! What `bootstrap` says where it does not do what it was asked, or not all of it.

use crate::account::Provider;
use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

use super::{APPLY, APPLY_USER, PROFILE, SUBJECT, account, sealed, sealed_for, with_role};

/// Half of it is there: what was done is said, and what to do.
#[test]
fn what_was_done_before_it_stopped_is_said() {
    let told = |words: &[&str]| {
        let account = account();
        account.deny(Some("CreateUser"));
        sealed(&account).transcript(words)
    };
    insta::assert_snapshot!("half-way", told(&APPLY_USER));
    let json = [&APPLY_USER[..], &["--output", "json"]].concat();
    insta::assert_snapshot!("half-way-json", told(&json));
    let account = with_role(true);
    account.deny(Some("DeleteRole"));
    let words = ["bootstrap", "destroy", "--yes"];
    insta::assert_snapshot!("half-way-destroyed", sealed(&account).transcript(&words));
    let words = ["bootstrap", "destroy", "--yes", "--output", "json"];
    let outcome = sealed(&account).run(&words);
    assert!(outcome.stdout.contains("\"not_done\": ["), "{}", outcome.stdout);
}

#[test]
fn a_provider_that_others_made_is_not_changed() {
    const ARN: &str = "arn:aws:iam::278805249149:oidc-provider/gitlab.com";
    let account = account();
    let provider = Provider { client_ids: ["other".to_owned()].into(), ..Provider::default() };
    account.state().providers.insert(ARN.to_owned(), provider);
    let words = [
        "bootstrap",
        "apply",
        "--yes",
        "--issuer",
        "https://gitlab.com",
        "--audience",
        "https://gitlab.com",
        "--subject",
        "project_path:acme/app:ref_type:branch:ref:main",
    ];
    insta::assert_snapshot!(sealed(&account).transcript(&words));
    assert_eq!(account.changes(), [""; 0]);
    let adopted = sealed(&account).run(&[&words[..], &["--adopt"]].concat());
    assert_eq!(adopted.status, 0, "{}", adopted.stderr);
    assert_eq!(account.state().providers[ARN].client_ids.len(), 2);
}

#[test]
fn a_profile_that_is_none_is_told() {
    let sealed = Sealed::with_config(PROFILE)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_PROFILE", "admni");
    sealed.file(".aws/config", "[profile admin]\nregion = us-east-1\n[sso-session s]\n");
    sealed.file(".aws/credentials", "[default]\n");
    let words = ["bootstrap", "plan", "--subject", SUBJECT];
    insta::assert_snapshot!("no-profile", sealed.transcript(&words));
    let other = sealed.env("AWS_PROFILE", "somebody");
    let outcome = other.run(&words);
    assert!(
        outcome.stderr.ends_with("\n\nhint: there are `admin`, `default`\n"),
        "{}",
        outcome.stderr
    );
    // One that is there is not spoken of.
    let outcome = other.env("AWS_PROFILE", "default").run(&words);
    assert!(
        outcome.stderr.starts_with("error: there are no AWS credentials"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn why_aws_does_not_answer_is_told() {
    let told = |status, body: &str| {
        let aws = Aws::answering(status, body);
        sealed_for(aws.url()).transcript(&["bootstrap", "destroy"])
    };
    let skewed = "Signature not yet current: 20261128T190000Z is still later than 20261128T183500Z \
                  (20261128T183000Z + 5 min.)";
    let clock = query_error("SignatureDoesNotMatch", skewed);
    insta::assert_snapshot!("clock", told(403, &clock));
    let expired = "The security token included in the request is expired";
    insta::assert_snapshot!("expired", told(403, &query_error("ExpiredToken", expired)));
    insta::assert_snapshot!(
        "not-aws",
        told(403, "<html><body>Sign in to the network</body></html>")
    );
    let page = told(200, "<html><body>Sign in to the network</body></html>");
    assert!(page.contains("found status 200 with `text/xml`"), "{page}");
}

#[test]
fn what_iam_refuses_for_its_form_is_refused_before_aws_is_asked() {
    let account = account();
    let told = |words: &[&str]| sealed(&account).transcript(&[&APPLY[..], words].concat());
    let long = format!("arn:aws:iam::278805249149:role/{}", "r".repeat(65));
    insta::assert_snapshot!("long-name", told(&["--role-arn", &long]));
    insta::assert_snapshot!("user-name", told(&["--no-policy-user=a b"]));
    let many: Vec<String> = (0..26).map(|n| format!("--policy-arn=P{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(told(&many).contains("IAM takes at most 25 managed policies for a role, found 26"));
    assert_eq!(account.calls(), [""; 0]);
}

/// Each form has the user; who makes its key, and what no tool adds, is said.
#[test]
fn what_an_export_does_not_do_is_said() {
    let export = |format: &str| {
        Sealed::new().run(&[
            "bootstrap",
            "export",
            "--issuer",
            "https://token.actions.githubusercontent.com",
            "--role-arn",
            "arn:aws:iam::278805249149:role/deploy",
            "--subject",
            "repo:acme/app:pull_request",
            "--no-policy-user=robot",
            "--format",
            format,
        ])
    };
    let key = "note: it makes the user `robot` and no access key, whose secret would be in what the \
               tool keeps: `aws iam create-access-key --user-name robot` makes one\n";
    let audience = "note: where the account has the issuer's provider already, that must accept the \
                    audience `sts.amazonaws.com`: the tool adds none to it, `aws iam \
                    add-client-id-to-open-id-connect-provider` does\n";
    for (format, notes) in [
        ("cloudformation", format!("{key}{audience}")),
        ("terraform", format!("{key}{audience}")),
        ("json", key.to_owned()),
        ("aws-cli", String::new()),
    ] {
        let outcome = export(format);
        assert_eq!((outcome.status, outcome.stderr), (0, notes), "{format}");
        assert!(outcome.stdout.contains("robot"), "{}", outcome.stdout);
    }
}
