//! Expectations.

use super::*;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
    "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringEquals": {"accounts.google.com:aud": "client", "accounts.google.com:sub": "1"}}}}"#;

fn read(file: &str) -> Result<String, String> {
    match file {
        "trust.json" => Ok(TRUST.to_owned()),
        "broken.json" => Ok("{".to_owned()),
        _ => Err("no such file".to_owned()),
    }
}

fn run(text: &str) -> Report {
    Expectations::parse(text).unwrap().run(&mut read).unwrap()
}

const YAML: &str = "
trust_policy_file: trust.json
role_arn: arn:aws:iam::278805249149:role/google-oidc-role
tests:
  - name: the engineer may
    token: {iss: https://accounts.google.com, aud: client, sub: \"1\"}
    expect: allowed
  - name: another person may not
    token: {iss: https://accounts.google.com, aud: client, sub: \"2\"}
    expect: implicitly-denied
  - name: GitHub may not
    token: {iss: https://token.actions.githubusercontent.com, aud: client, sub: \"1\"}
    expect: denied
  - name: no tags may be brought
    token:
      iss: https://accounts.google.com
      aud: client
      sub: \"1\"
      https://aws.amazon.com/tags: {principal_tags: {team: [red]}}
    expect: denied
  - name: wrongly expected
    token: {iss: https://accounts.google.com, aud: client, sub: \"1\"}
    expect: explicitly-denied
  - name: \"no <subject>\"
    token: {iss: https://accounts.google.com, aud: client}
    expect: denied
";

#[test]
fn a_trust_policy_is_tested() {
    let expectations = Expectations::parse(YAML).unwrap();
    assert_eq!(expectations.files().collect::<Vec<_>>(), ["trust.json"]);
    let report = expectations.run(&mut read).unwrap();
    assert_eq!((report.passed(), report.failed()), (4, 2));
    assert_eq!(
        report.text(),
        "ok      the engineer may
ok      another person may not
ok      GitHub may not
ok      no tags may be brought
FAILED  wrongly expected: expected explicitly-denied, found Allowed
FAILED  no <subject>: Missing a required claim: sub
4 passed, 2 failed
"
    );
    let junit = report.junit("trust \"a\"");
    assert!(junit.contains(
        "<testsuite name=\"trust &quot;a&quot;\" tests=\"6\" failures=\"2\" errors=\"0\">"
    ));
    assert!(junit.contains("name=\"no &lt;subject&gt;\"><failure message=\"Missing a required claim: sub\"/></testcase>"));
}

#[test]
fn json_and_identity_policies() {
    let report = run(r#"{"identity_policies": [{"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:username}/*",
         "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}}}],
      "tests": [
        {"name": "own", "principal": "arn:aws:iam::278805249149:user/alice", "action": "s3:GetObject",
         "resource": "arn:aws:s3:::alice/x", "context": {"aws:TagKeys": ["a"]}, "expect": "allowed"},
        {"name": "others", "principal": "arn:aws:iam::278805249149:user/alice", "action": "s3:GetObject",
         "resource": "arn:aws:s3:::bob/x", "context": {"aws:TagKeys": ["a"]}, "expect": "denied"},
        {"name": "no action", "principal": "arn:aws:iam::278805249149:user/alice", "expect": "denied"},
        {"name": "nobody", "expect": "denied"},
        {"name": "a token", "token": {"iss": "x"}, "expect": "denied"}]}"#);
    let failures: Vec<_> = report.outcomes.iter().map(TestOutcome::failure).collect();
    let reason = |text: &str| Some(text.to_owned());
    assert_eq!(
        failures,
        [
            None,
            None,
            reason("a test with a principal needs an `action`"),
            reason("expected either `token` or `principal`"),
            reason("a test with a token needs a trust policy to test"),
        ]
    );
}

#[test]
fn a_role_is_assumed_by_a_principal() {
    let report = run(
        r#"{"trust_policy": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::278805249149:user/alice"}}},
      "role_arn": "arn:aws:iam::278805249149:role/r",
      "tests": [
        {"name": "alice", "principal": "arn:aws:iam::278805249149:user/alice", "action": "sts:AssumeRole", "expect": "allowed"},
        {"name": "bob", "principal": "arn:aws:iam::278805249149:user/bob", "action": "sts:AssumeRole", "expect": "denied"},
        {"name": "whoever", "principal": "who", "action": "sts:AssumeRole", "expect": "denied"}]}"#,
    );
    assert_eq!((report.passed(), report.failed()), (2, 1));
}

#[test]
fn files_that_hold_no_expectations() {
    let parse = |text: &str| Expectations::parse(text).unwrap_err().to_string();
    assert!(parse("{\"tests\": 1}").starts_with("expected a file of expectations: invalid type"));
    assert!(parse("tests: []\nextra: 1\n").contains("unknown field"));
    assert!(
        parse("{\"tests\": [{\"name\": \"a\", \"expect\": \"maybe\"}]}")
            .contains("unknown variant")
    );
    assert_eq!(
        parse(&"#".repeat(MAX_EXPECTATIONS_BYTES + 1)),
        "expected at most 1048576 bytes of expectations, found 1048577"
    );
    let run =
        |text: &str| Expectations::parse(text).unwrap().run(&mut read).unwrap_err().to_string();
    assert_eq!(
        run("tests: []"),
        "expected a trust policy or an identity-based policy to test, found neither"
    );
    assert_eq!(
        run("{\"trust_policy_file\": \"a\", \"trust_policy\": {}, \"tests\": []}"),
        "expected `trust_policy_file` or `trust_policy`, found both"
    );
    assert_eq!(
        run("{\"trust_policy_file\": \"missing.json\", \"tests\": []}"),
        "cannot read `missing.json`: no such file"
    );
    assert_eq!(
        run("{\"identity_policy_files\": [\"broken.json\"], \"tests\": []}"),
        "the policy `broken.json` is malformed, line 1, column 2: the `{` at line 1, column 1 is not closed, found the end of the text"
    );
}
