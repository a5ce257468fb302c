//! `explain --action` on what may be another account's: its organization's policies bear on it,
//! and its own policy must allow.

use crate::aws::Aws;

use super::live::{ROLE, all_powerful, role_with};
use super::omitted::{hangs_on, status};
use super::{EVERYTHING, explain, explain_alone, sealed};
use crate::explain::with_administrator;
use crate::sealed::Sealed;

const OWN: &str = "278805249149";
const BUCKET: [&str; 2] = ["--resource-policy-file", "bucket.json"];

fn account() -> Aws {
    all_powerful(&[("GetRole", 200, role_with(EVERYTHING))])
}

/// A bucket's policy: this principal may do everything.
fn admits(sealed: &Sealed, principal: &str) {
    let statement = format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "s3:*",
            "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}}"#
    );
    sealed
        .file("bucket.json", &format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#));
}

#[test]
fn resource_control_policies_bear_on_who_assumes_a_role() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal":
            {{"AWS": "{ROLE}"}}, "Action": "sts:*"}}}}"#
    );
    sealed.file("trust.json", &trust);
    let words = ["--resource", ROLE, "--policy-file", "p.json"];
    let given = ["--resource-policy-file", "trust.json", "--service-control-policy-file", "p.json"];
    for action in ["sts:AssumeRole", "STS:TagSession", "sts:SetSourceIdentity"] {
        let text = explain_alone(&sealed, action, &[&words[..], &given].concat());
        assert_eq!(hangs_on(&text), ["a resource control policy"], "{text}");
        status(&text, 6);
        status(&explain(&sealed, action, &[&words[..], &given].concat()), 0);
    }
}

/// This account is in no organization; the other's may be.
#[test]
fn another_accounts_organization_may_deny() {
    let sealed = with_administrator(sealed(), &account());
    let queue = |account: &str| format!("arn:aws:sqs:us-east-1:{account}:q");
    for (account, open, expected) in
        [("111122223333", &["a resource control policy"][..], 6), (OWN, &[], 0)]
    {
        let queue = queue(account);
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{ROLE}"}}, "Action": "sqs:*",
                "Resource": "{queue}"}}"#
        );
        let policy = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        sealed.file("queue.json", &policy);
        let words = ["--resource", &queue, "--resource-policy-file", "queue.json"];
        let text = explain_alone(&sealed, "sqs:SendMessage", &words);
        assert_eq!(hangs_on(&text), open, "{text}");
        status(&text, expected);
    }
}

/// A bucket's ARN names no account; who could read its policy is in the bucket's.
#[test]
fn a_bucket_may_be_of_another_organization() {
    let sealed = with_administrator(sealed(), &account());
    admits(&sealed, ROLE);
    let words = [&["--resource", "arn:aws:s3:::b/k"], &BUCKET[..]].concat();
    let told = |more: &[&str]| explain_alone(&sealed, "s3:GetObject", &[&words[..], more].concat());
    let text = told(&[]);
    assert_eq!(hangs_on(&text), ["a resource control policy"], "{text}");
    status(&text, 6);
    status(&told(&["--context", "aws:ResourceAccount=278805249149"]), 0);
    status(&told(&["--context", "aws:ResourceAccount=111122223333"]), 6);
    status(&told(&["--no-other-policies"]), 0);
}

/// Within the account the role's own policy suffices; across accounts the bucket's must allow.
#[test]
fn a_bucket_of_nobody_knows_which_account_must_allow_by_itself() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    let words =
        [&["--resource", "arn:aws:s3:::b/k", "--policy-file", "p.json"], &BUCKET[..]].concat();
    let told = |more: &[&str]| explain(&sealed, "s3:GetObject", &[&words[..], more].concat());
    admits(&sealed, "arn:aws:iam::278805249149:user/another");
    let text = told(&[]);
    assert_eq!(hangs_on(&text), ["aws:ResourceAccount"], "{text}");
    assert!(text.contains("`--context aws:ResourceAccount=VALUE`"), "{text}");
    status(&text, 6);
    status(&told(&["--context", "aws:ResourceAccount=278805249149"]), 0);
    let text = told(&["--context", "AWS:resourceaccount=111122223333"]);
    assert!(text.contains("no resource-based policy allows"), "{text}");
    status(&text, 3);
    for principal in [ROLE, "arn:aws:iam::278805249149:root"] {
        admits(&sealed, principal);
        status(&told(&[]), 0);
    }
    // An ARN that names an account is believed.
    sealed.file(
        "queue.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny",
        "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*"}}"#,
    );
    let queue = "arn:aws:sqs:us-east-1:111122223333:q";
    let words = ["--resource", queue, "--policy-file", "p.json", "--resource-policy-file"];
    let given = ["queue.json", "--context", "aws:ResourceAccount=278805249149"];
    status(&explain(&sealed, "sqs:SendMessage", &[&words[..], &given].concat()), 3);
}

/// A queue's policy may name the session itself, whatever the role's own policies say.
#[test]
fn a_resources_policy_that_was_not_read_may_allow() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    sealed.file("s3.json", &EVERYTHING.replace(r#""*", "R"#, r#""s3:*", "R"#));
    let queue = "arn:aws:sqs:us-east-1:278805249149:q";
    let told = |action: &str, more: &[&str]| explain_alone(&sealed, action, more);
    let narrow = ["--policy-file", "s3.json"];
    let bounded = ["--policy-file", "p.json", "--permissions-boundary-file", "s3.json"];
    let session = ["--policy-file", "p.json", "--session-policy-file", "s3.json"];
    for by in [&narrow[..], &bounded, &session] {
        let text = told("sqs:SendMessage", &[by, &["--resource", queue]].concat());
        assert!(hangs_on(&text).contains(&"the resource's own policy".to_owned()), "{text}");
        status(&text, 6);
        let alone = [by, &["--resource", queue, "--no-other-policies"]].concat();
        status(&told("sqs:SendMessage", &alone), 3);
        // Asked of none in particular, and of what has no policy of its own.
        status(&told("sqs:SendMessage", by), 3);
        let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
        status(&told("ec2:StopInstances", &[by, &["--resource", instance]].concat()), 3);
    }
    // What is denied stays so.
    sealed.file("deny.json", &EVERYTHING.replace("Allow", "Deny"));
    status(&told("sqs:SendMessage", &["--policy-file", "deny.json", "--resource", queue]), 3);
    let control = ["--policy-file", "p.json", "--service-control-policy-file", "s3.json"];
    status(&told("sqs:SendMessage", &[&control[..], &["--resource", queue]].concat()), 3);
}
