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
  - name: nor one in a claim of its own
    token:
      iss: https://accounts.google.com
      aud: client
      sub: \"1\"
      https://aws.amazon.com/tags/principal_tags/team: red
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
    assert_eq!((report.passed(), report.failed()), (5, 2));
    assert_eq!(
        report.text(),
        "ok      the engineer may
ok      another person may not
ok      GitHub may not
ok      no tags may be brought
ok      nor one in a claim of its own
FAILED  wrongly expected: expected explicitly-denied, found allowed
FAILED  no <subject>: expected denied, found refused: Missing a required claim: sub
5 passed, 2 failed
"
    );
    let junit = report.junit("trust \"a\"");
    assert!(junit.contains(
        "<testsuite name=\"trust &quot;a&quot;\" tests=\"7\" failures=\"2\" errors=\"0\">"
    ));
    assert!(junit.contains("name=\"no &lt;subject&gt;\"><failure message=\"expected denied, found refused: Missing a required claim: sub\"/></testcase>"));
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
        "expected a trust policy, an identity-based policy or a resource-based policy to test, found none"
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

/// How each test of a file came out: nothing where as expected.
fn failures(text: &str) -> Vec<String> {
    let report = run(text);
    report
        .outcomes
        .iter()
        .filter_map(|it| Some(format!("{}: {}", it.name, it.failure()?)))
        .collect()
}

/// Each policy type limits: with it the action is denied that is allowed without.
#[test]
fn policies_of_every_type_limit() {
    let everything = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let s3_alone = everything.replace("\"Action\": \"*\"", "\"Action\": \"s3:*\"");
    let no_sqs = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}}"#;
    let no_sqs_by_scp = no_sqs.replace("\"Principal\": \"*\", ", "");
    let queue = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}}"#;
    let everything_rcp =
        everything.replace("\"Effect\": \"Allow\"", "\"Effect\": \"Allow\", \"Principal\": \"*\"");
    for (field, denial) in [
        (format!("\"permissions_boundary\": {s3_alone}"), "ImplicitlyDenied"),
        (format!("\"session_policies\": [{s3_alone}]"), "implicitly-denied"),
        (
            format!(
                "\"service_control_policies\": [[{everything}], [{everything}, {no_sqs_by_scp}]]"
            ),
            "ExplicitlyDenied",
        ),
        (
            format!("\"service_control_policies\": [[{everything}], [{s3_alone}]]"),
            "ImplicitlyDenied",
        ),
        (
            format!("\"resource_control_policies\": [[{everything_rcp}, {no_sqs}]]"),
            "explicitly-denied",
        ),
        (format!("\"resource_policy\": {queue}"), "ExplicitlyDenied"),
    ] {
        let file = format!(
            r#"{{"identity_policies": [{everything}], {field}, "tests": [
                {{"name": "s3", "principal": "arn:aws:iam::278805249149:user/u", "action": "s3:GetObject", "expected": "Allowed"}},
                {{"name": "sqs", "principal": "arn:aws:iam::278805249149:user/u", "action": "sqs:SendMessage", "expect": "{denial}"}}]}}"#
        );
        assert_eq!(failures(&file), [""; 0], "{field}");
    }
    // From files as well.
    let file = r#"{"trust_policy_file": "trust.json", "service_control_policy_files": [["broken.json"]], "tests": []}"#;
    let expectations = Expectations::parse(file).unwrap();
    assert_eq!(expectations.files().collect::<Vec<_>>(), ["trust.json", "broken.json"]);
    let error = expectations.run(&mut read).unwrap_err().to_string();
    assert!(error.starts_with("the policy `broken.json` is malformed"), "{error}");
}

/// AWS's list of services for them grows: what they deny elsewhere is no answer.
#[test]
fn resource_control_policies_of_an_unlisted_service_leave_it_open() {
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": ["ec2:*", "s3:*", "sns:*"],
        "Resource": "*"}"#;
    let test = |action: &str, expect: &str| {
        failures(&format!(
            r#"{{"identity_policies": [{{"Version": "2012-10-17", "Statement":
                {{"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"}}}}],
              "resource_control_policies": [[{{"Version": "2012-10-17", "Statement": {deny}}}]],
              "tests": [{{"name": "it", "principal": "arn:aws:iam::278805249149:user/u",
                "action": "{action}", "expect": "{expect}"}}]}}"#
        ))
    };
    assert_eq!(test("s3:ListAllMyBuckets", "explicitly-denied"), [""; 0]);
    let [open] = test("ec2:DescribeInstances", "denied").try_into().unwrap();
    assert!(open.starts_with("it: cannot tell: resource control policies forbid"), "{open}");
    // What nothing allows is denied all the same.
    assert_eq!(test("sns:ListTopics", "denied"), [""; 0]);
}

/// Of the caller of a call with a token nothing is known that the test does not say.
#[test]
fn keys_of_a_tokens_caller_are_given_or_not_known() {
    let trust = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
        {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "278805249149"}}}}"#;
    let test = |context: &str, expect: &str| {
        failures(&format!(
            r#"{{"trust_policy": {trust}, "role_arn": "arn:aws:iam::278805249149:role/r", "tests": [{{"name": "it", "token": {{"iss":
                "https://accounts.google.com", "aud": "a", "sub": "1"}}, "context": {{{context}}},
                "expect": "{expect}"}}]}}"#
        ))
    };
    assert_eq!(test("", "denied"), ["it: what `aws:principalaccount` is in the request"]);
    assert_eq!(test(r#""aws:PrincipalAccount": "278805249149""#, "allowed"), [""; 0]);
    assert_eq!(test(r#""aws:PrincipalAccount": "anonymous""#, "denied"), [""; 0]);
}

#[test]
fn what_sts_asks_beside_the_policies_is_tested_too() {
    let token = r#""token": {"iss": "https://gitlab.com", "aud": "AUD", "sub": "1"}"#;
    let trust = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated":
        "arn:aws:iam::278805249149:oidc-provider/gitlab.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"gitlab.com:sub": "1"}}}}"#;
    let with = |providers: &str, aud: &str, more: &str, expect: &str| {
        let token = token.replace("AUD", aud);
        let file = format!(
            r#"{{"trust_policy": {trust}, "role_arn": "arn:aws:iam::278805249149:role/r", {providers}
                "max_session_duration": 7200, "tests": [{{"name": "t", {token}, {more} "expect": "{expect}"}}]}}"#
        );
        failures(&file)
    };
    let providers = r#""providers": [{"url": "https://gitlab.com", "client_ids": ["a"]}],"#;
    let none = [""; 0];
    assert_eq!(with("", "anything", "", "allowed"), none);
    assert_eq!(with(providers, "a", "", "allowed"), none);
    assert_eq!(with(providers, "b", "", "refused"), none);
    assert_eq!(
        with(providers, "b", "", "denied"),
        ["t: expected denied, found refused: Incorrect token audience"]
    );
    assert_eq!(with("\"providers\": [],", "a", "", "refused"), none);
    assert_eq!(with(providers, "a", "\"duration\": 7200,", "allowed"), none);
    assert_eq!(with(providers, "a", "\"duration\": 7201,", "refused"), none);
    let told = with(providers, "a", "\"session_tags\": {\"a\": \"b\"},", "allowed");
    assert!(told[0].contains("are claims of the token"), "{told:?}");
    // The organization limits roles as it does other resources.
    let rcp = r#""resource_control_policies": [[{"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*",
         "Condition": {"StringNotEquals": {"gitlab.com:sub": "2"}}}]}]],"#;
    assert_eq!(with(rcp, "a", "", "explicitly-denied"), none);
}

#[test]
fn a_role_is_assumed_with_tags_identity_and_external_id() {
    let test = |more: &str, expect: &str| {
        let file = format!(
            r#"{{"trust_policy": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {{"AWS": "arn:aws:iam::111122223333:root"}},
                "Condition": {{"StringEquals": {{"sts:ExternalId": "xy", "aws:RequestTag/team": "blue"}}}}}}]}},
              "identity_policies": [{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}}}],
              "role_arn": "arn:aws:iam::278805249149:role/r",
              "tests": [{{"name": "t", "principal": "arn:aws:iam::111122223333:user/a", "action": "sts:AssumeRole", {more} "expect": "{expect}"}}]}}"#
        );
        failures(&file)
    };
    let whole = r#""external_id": "xy", "session_tags": {"team": "blue"},"#;
    let none = [""; 0];
    assert_eq!(test(whole, "allowed"), none);
    assert_eq!(test(r#""external_id": "xy","#, "implicitly-denied"), none);
    assert_eq!(test(r#""external_id": "yz", "session_tags": {"team": "blue"},"#, "denied"), none);
    assert_eq!(test(&format!("{whole} \"source_identity\": \"ada\","), "denied"), none);
    assert_eq!(test(&format!("{whole} \"transitive_tag_keys\": [\"no\"],"), "refused"), none);
    assert_eq!(test(&format!("{whole} \"duration\": 60,"), "refused"), none);
}

mod asked;
mod open;
