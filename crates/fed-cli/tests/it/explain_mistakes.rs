//! What `explain` says to tokens, policies and credentials that are no use.

use crate::aws::{Aws, query_error};
use crate::explain::{CLAIMS, TRUST, sealed, signed, token, with_administrator};

const FILE: [&str; 3] = ["explain", "--trust-policy-file", "trust.json"];

#[test]
fn an_opaque_token_is_none() {
    let sealed = sealed();
    sealed.file(".config/fed/token", "ya29.canary-opaque-access-token");
    let text = sealed.transcript(&FILE);
    insta::assert_snapshot!("mistake-opaque", text);
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn an_expired_token_is_told_before_anything_is_asked() {
    let sealed = sealed();
    let long_ago = signed(&format!("{{{CLAIMS},\"iat\":1000000000,\"exp\":1000003600}}"));
    sealed.file(".config/fed/token", &long_ago);
    let outcome = sealed.run(&FILE);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""), "{}", outcome.stderr);
    let head = "error: the file `[HOME]/.config/fed/token` holds an ID token that expired at \
                2001-09-09T02:46:40Z, and it is ";
    assert!(outcome.stderr.starts_with(head), "{}", outcome.stderr);
}

/// One of the things that lint says of the same file, with its line.
#[test]
fn a_policy_that_cannot_be_read_is_told_as_lint_tells_it() {
    let sealed = sealed();
    for (name, text) in [
        ("unclosed", TRUST.replacen("\"Statement\": [", "\"Statement\": {", 1)),
        ("comma", TRUST.replacen("\"Effect\": \"Allow\",", "\"Effect\": \"Allow\"", 1)),
        ("element", TRUST.replacen("\"Effect\"", "\"Efect\"", 1)),
        ("empty", String::new()),
    ] {
        sealed.file("trust.json", &text);
        let lint = sealed.run(&["policy", "lint", "trust.json", "--output", "json"]);
        let findings: serde_json::Value = serde_json::from_str(&lint.stdout).unwrap();
        let said: Vec<String> = findings[0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let message = it["message"].as_str().unwrap();
                format!("caused by: line {}, column {}: {message}\n", it["line"], it["column"])
            })
            .collect();
        let outcome = sealed.run(&FILE);
        assert_eq!(outcome.status, 5, "{name}: {}", outcome.stderr);
        let is_told = said.iter().any(|one| outcome.stderr.contains(one.as_str()));
        assert!(is_told, "{name}: {said:?}\n{}", outcome.stderr);
    }
}

#[test]
fn a_list_of_policies_is_none() {
    let sealed = sealed();
    sealed.file("trust.json", &format!("[{TRUST}, {TRUST}]"));
    insta::assert_snapshot!("mistake-list", sealed.transcript(&FILE));
    sealed.file("p.json", &format!("[{TRUST}]"));
    let words = ["explain", "--action", "ec2:DescribeInstances", "--policy-file", "p.json"];
    insta::assert_snapshot!("mistake-list-action", sealed.transcript(&words));
}

/// Both forms that the aws CLI prints a role in, also with the document still percent-encoded.
#[test]
fn the_answer_to_get_role_may_be_pasted_whole() {
    let plain = sealed().transcript(&FILE);
    assert!(plain.ends_with("--- exit status 3"), "{plain}");
    let encoded: String = TRUST.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for answer in [
        format!(r#"{{"Role": {{"RoleName": "r", "AssumeRolePolicyDocument": {TRUST}}}}}"#),
        format!(r#"{{"RoleName": "r", "AssumeRolePolicyDocument": {TRUST}}}"#),
        format!(r#"{{"Role": {{"AssumeRolePolicyDocument": "{encoded}"}}}}"#),
    ] {
        let sealed = sealed();
        sealed.file("trust.json", &answer);
        let text = sealed.transcript(&FILE);
        let cause = "`accounts.google.com:sub`: StringEquals asks for `113632458324056836621`, the \
                     token has `42`";
        assert!(text.contains(cause) && text.ends_with("--- exit status 3"), "{text}");
    }
}

#[test]
fn a_role_that_may_not_be_read_is_no_answer() {
    let message =
        "User: arn:aws:iam::278805249149:user/a is not authorized to perform: iam:GetRole";
    let aws = Aws::answering(403, &query_error("AccessDenied", message));
    let text = with_administrator(sealed(), &aws).transcript(&["explain"]);
    insta::assert_snapshot!("mistake-forbidden", text);
}

#[test]
fn a_role_of_another_account_is_not_explained_by_one_of_the_same_name() {
    let trust: String = TRUST.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let role = format!(
        "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>google-oidc-role</RoleName>\
         <RoleId>AROA</RoleId><Arn>arn:aws:iam::111122223333:role/google-oidc-role</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>{trust}\
         </AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
    );
    let refused = query_error("AccessDenied", "no");
    let aws = Aws::answering_by_action(&[("GetRole", 200, role), ("", 403, refused)]);
    let text = with_administrator(sealed(), &aws).transcript(&["explain"]);
    insta::assert_snapshot!("mistake-account", text);
}

/// Nothing is said of an instance's metadata service, which nobody here has.
#[test]
fn without_credentials_it_is_said_which_command_gives_them() {
    let sealed = || sealed().env("AWS_EC2_METADATA_DISABLED", "true");
    insta::assert_snapshot!("mistake-credentials", sealed().transcript(&["explain"]));
    for words in [
        &["explain", "--action", "ec2:DescribeInstances"][..],
        &["explain", "--action", "ec2:DescribeInstances", "--principal", "caller"],
    ] {
        let outcome = sealed().run(words);
        assert_eq!(outcome.status, 5, "{words:?}: {}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with("error: there are no AWS credentials to "),
            "{outcome:?}"
        );
        assert!(outcome.stderr.contains("`aws configure list-profiles`"), "{outcome:?}");
        assert!(!outcome.stderr.contains("IMDS"), "{outcome:?}");
    }
}

#[test]
fn a_token_that_is_presented_for_an_issuer_that_is_none() {
    let sealed = sealed();
    sealed.file(".config/fed/token", &token(&CLAIMS.replace("https://accounts", "accounts.evil.")));
    let outcome = sealed.run(&FILE);
    assert_eq!(outcome.status, 3, "{}", outcome.stderr);
    assert!(
        outcome.stdout.contains("InvalidIdentityToken (400): Issuer must be a valid URL"),
        "{}",
        outcome.stdout
    );
}

/// The answer around a policy is read by its keys: one that is there twice says nothing.
#[test]
fn an_answer_with_a_key_twice_is_not_read() {
    let sealed = sealed();
    let role =
        |more: &str| format!("{{\"Role\": {{\"AssumeRolePolicyDocument\": {TRUST}{more}}}}}");
    sealed.file("trust.json", &role(""));
    assert_eq!(sealed.run(&FILE).status, 3);
    for more in [
        ",\n\"AssumeRolePolicyDocument\": {}".to_owned(),
        format!(
            ",\n\"AssumeRolePolicyDocument\": {}",
            TRUST.replace("113632458324056836621", "42")
        ),
    ] {
        sealed.file("trust.json", &role(&more));
        let outcome = sealed.run(&FILE);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (5, ""), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("`AssumeRolePolicyDocument`"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("line 19, column 1"), "{}", outcome.stderr);
    }
}
