//! `policy lint`, `simulate` and `test`, whole.

use crate::sealed::Sealed;

/// The trust policy as the tutorial publishes it: the bracket after `Statement` is missing.
const TUTORIAL: &str = r#"{
  "Version": "2012-10-17",
  "Statement":
    {
      "Effect": "Allow",
      "Principal": {"Federated": "accounts.google.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {"StringEquals": {"accounts.google.com:aud": "client.apps.googleusercontent.com"}}
    }
  ]
}
"#;

const PINNED: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Federated": "accounts.google.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "accounts.google.com:aud": "client.apps.googleusercontent.com",
          "accounts.google.com:sub": "113632458324056836621"
        }
      }
    }
  ]
}
"#;

#[test]
fn the_tutorials_malformed_trust_policy_is_told_and_mended() {
    let sealed = Sealed::new();
    sealed.file("trust.json", TUTORIAL);
    insta::assert_snapshot!(sealed.transcript(&["policy", "lint", "trust.json"]));
}

#[test]
fn mend_prints_a_file_that_lint_accepts() {
    let sealed = Sealed::new();
    sealed.file("trust.json", TUTORIAL);
    let mended = sealed.run(&["policy", "lint", "--mend", "trust.json"]);
    assert_eq!(mended.status, 3);
    sealed.file("mended.json", &mended.stdout);
    let again = sealed.run(&["policy", "lint", "--output", "json", "mended.json"]);
    assert_eq!(again.status, 0, "{}", again.stdout);
}

#[test]
fn a_pinned_trust_policy_passes() {
    let sealed = Sealed::new();
    sealed.file("trust.json", PINNED);
    insta::assert_snapshot!(sealed.transcript(&[
        "policy",
        "lint",
        "--deny-warnings",
        "trust.json"
    ]));
}

#[test]
fn lint_reports_to_programs() {
    let sealed = Sealed::new();
    sealed.file("identity.json", r#"{"Statement": {"Effect": "Alow", "Action": "ec2:*"}}"#);
    insta::assert_snapshot!(sealed.transcript(&[
        "policy",
        "lint",
        "--output",
        "json",
        "identity.json"
    ]));
}

#[test]
fn lint_explains_the_code_of_a_finding() {
    let sealed = Sealed::new();
    insta::assert_snapshot!(sealed.transcript(&["policy", "lint", "--explain", "absent-mfa"]));
    insta::assert_snapshot!(sealed.transcript(&[
        "policy",
        "lint",
        "--explain",
        "missing-brackets"
    ]));
    insta::assert_snapshot!(sealed.transcript(&["policy", "lint", "--explain", "E0308"]));
    insta::assert_snapshot!(sealed.transcript(&[
        "policy",
        "lint",
        "--explain",
        "absent-mfa",
        "trust.json"
    ]));
}

const CASES: &str = concat!(
    r#"{"name": "as expected", "request": {"principal": "arn:aws:iam::278805249149:user/a", "action": "ec2:DescribeInstances", "resource": "*"}, "expected": "ImplicitlyDenied"}"#,
    "\n\n",
    r#"{"name": "not as expected", "request": {"principal": "arn:aws:iam::278805249149:user/a", "action": "ec2:DescribeInstances", "resource": "*"}, "expected": "Allowed"}"#,
    "\n",
);

#[test]
fn simulate_marks_what_is_not_as_expected() {
    let sealed = Sealed::new();
    sealed.file("cases.jsonl", CASES);
    insta::assert_snapshot!(sealed.transcript(&["policy", "simulate", "--cases", "cases.jsonl"]));
}

#[test]
fn simulate_sets_aside_what_is_disputed_by_that_very_decision() {
    let sealed = Sealed::new();
    sealed.file("cases.jsonl", CASES);
    let simulate = ["policy", "simulate", "--cases", "cases.jsonl", "--disputed", "disputed.jsonl"];
    for (decision, status, said) in [
        ("ImplicitlyDenied", 0, "2 cases, 1 disputed, 0 not as expected\n"),
        ("ExplicitlyDenied", 3, "2 cases, 0 disputed, 1 not as expected\n"),
    ] {
        let entry = format!(
            r#"{{"name": "not as expected", "decision": "{decision}", "page": "p", "because": "b"}}"#
        );
        sealed.file("disputed.jsonl", &entry);
        let output = sealed.command(&simulate).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), said);
        assert_eq!(output.status.code(), Some(status));
    }
}

#[test]
fn simulate_names_the_line_that_disputes_without_a_source() {
    let sealed = Sealed::new();
    sealed.file("cases.jsonl", CASES);
    sealed.file("disputed.jsonl", r#"{"name": "not as expected", "decision": "ImplicitlyDenied"}"#);
    insta::assert_snapshot!(sealed.transcript(&[
        "policy",
        "simulate",
        "--cases",
        "cases.jsonl",
        "--disputed",
        "disputed.jsonl"
    ]));
}

#[test]
fn simulate_names_the_line_that_is_no_case() {
    let sealed = Sealed::new();
    sealed.file("cases.jsonl", "\n{\"name\": \"x\"}\n");
    insta::assert_snapshot!(sealed.transcript(&["policy", "simulate", "--cases", "cases.jsonl"]));
}

#[test]
fn simulate_goes_on_after_a_line_that_is_no_case_and_takes_either_vocabulary() {
    let sealed = Sealed::new();
    let lower = CASES
        .replace("\"Allowed\"", "\"allowed\"")
        .replace("\"ImplicitlyDenied\"", "\"implicitly-denied\"");
    assert_ne!(lower, CASES);
    sealed.file("cases.jsonl", &format!("{{\n{lower}"));
    let whole = sealed.run(&["policy", "simulate", "--cases", "cases.jsonl"]);
    sealed.file("cases.jsonl", CASES);
    let without = sealed.run(&["policy", "simulate", "--cases", "cases.jsonl"]);
    let (first, rest) = whole.stdout.split_once('\n').unwrap();
    assert!(first.starts_with("line 1 is no case: "), "{first}");
    assert_eq!(rest, without.stdout);
    assert_eq!(whole.stderr, without.stderr.replace("expected\n", "expected, 1 not to be read\n"));
    assert_eq!(whole.status, 3);
    sealed.file("cases.jsonl", "{");
    assert_eq!(sealed.run(&["policy", "simulate", "--cases", "cases.jsonl"]).status, 5);
}

/// Without the policy of the role or the key an allow is marked, and no yes yet.
#[test]
fn simulate_marks_what_lacks_the_policy_that_must_allow_as_well() {
    let sealed = Sealed::new();
    let case = |name: &str, action: &str, more: &str| {
        format!(
            r#"{{"name": "{name}", "request": {{"principal": "arn:aws:iam::278805249149:user/u", "action": "{action}", "resource": "*"}}, "identity_policies": [{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}]{more}}}"#
        )
    };
    let key = r#", "resource_policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::278805249149:root"}, "Action": "kms:*", "Resource": "*"}}"#;
    let cases = [
        case("key", "kms:Decrypt", ""),
        case("role", "sts:AssumeRole", ""),
        case("with its policy", "kms:Decrypt", key),
        case("another", "s3:GetObject", ""),
    ];
    sealed.file("cases.jsonl", &cases.join("\n"));
    let output =
        sealed.command(&["policy", "simulate", "--cases", "cases.jsonl"]).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let marked: Vec<bool> = stdout
        .lines()
        .map(|line| {
            assert!(line.contains(r#""decision":"Allowed""#), "{line}");
            line.ends_with(r#","lacks":"resource_policy"}"#)
        })
        .collect();
    assert_eq!(marked, [true, true, false, false]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "note: 2 allowed without the policy of the role or key itself, which AWS asks as well: \
         give it as `resource_policy`\n4 cases, 0 not as expected\n"
    );
}

const EXPECTATIONS: &str = "trust_policy_file: trust.json
role_arn: arn:aws:iam::278805249149:role/google-oidc-role
tests:
  - name: the engineer may assume the role
    token: {iss: https://accounts.google.com, aud: client.apps.googleusercontent.com, sub: '113632458324056836621'}
    expect: allowed
  - name: another Google user may not
    token: {iss: https://accounts.google.com, aud: client.apps.googleusercontent.com, sub: '42'}
    expect: denied
";

#[test]
fn expectations_run_like_tests() {
    let sealed = Sealed::new();
    sealed.file("policies/trust.json", PINNED);
    sealed.file("policies/expectations.yaml", EXPECTATIONS);
    let words = ["policy", "test", "--junit", "report.xml", "policies/expectations.yaml"];
    insta::assert_snapshot!(sealed.transcript(&words));
    let report = std::fs::read_to_string(sealed.home().join("report.xml")).unwrap();
    assert!(report.contains("tests=\"2\" failures=\"0\""), "{report}");
}

#[test]
fn an_expectation_that_fails_ends_with_status_3() {
    let sealed = Sealed::new();
    sealed.file("trust.json", &PINNED.replace("113632458324056836621", "7"));
    sealed.file("expectations.yaml", EXPECTATIONS);
    insta::assert_snapshot!(sealed.transcript(&["policy", "test", "expectations.yaml"]));
    let words = ["policy", "test", "expectations.yaml", "--output", "json"];
    insta::assert_snapshot!("expectations-json", sealed.transcript(&words));
}

#[test]
fn expectations_about_a_missing_policy_cannot_be_run() {
    let sealed = Sealed::new();
    sealed.file("expectations.yaml", EXPECTATIONS);
    insta::assert_snapshot!(sealed.transcript(&["policy", "test", "expectations.yaml"]));
}
