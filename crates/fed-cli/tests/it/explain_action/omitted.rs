//! `explain --action` says no yes while there may be policies that nobody read.

use crate::aws::Aws;

use super::live::{ROLE, all_powerful, role_with};
use super::{EVERYTHING, explain_alone, no_organization, sealed};
use crate::explain::with_administrator;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:278805249149:function:f";
const INSTANCE: &str = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
const TABLE: &str = "arn:aws:dynamodb:us-east-1:278805249149:table/t";
const NO_TAGS: &str = "<DescribeTagsResponse><tagSet/></DescribeTagsResponse>";

pub(super) fn status(text: &str, status: i32) {
    assert!(text.ends_with(&format!("--- exit status {status}")), "{status}: {text}");
}

/// What the answer hangs on, as it is told.
pub(super) fn hangs_on(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("it hangs on `"));
    let line = line.and_then(|line| line.strip_suffix('`')).unwrap_or_default();
    line.split("`, `").filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// An account whose role may do everything.
fn account(more: &[(&'static str, u16, String)]) -> Aws {
    let mut answers = vec![("GetRole", 200, role_with(EVERYTHING))];
    answers.extend(more.iter().cloned());
    all_powerful(&answers)
}

#[test]
fn a_policy_file_alone_is_no_yes() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    let file = ["--policy-file", "p.json"];
    let told =
        |action: &str, more: &[&str]| explain_alone(&sealed, action, &[&file[..], more].concat());
    for (action, resource, open) in [
        ("ec2:DescribeInstances", None, &["a service control policy"][..]),
        ("s3:ListAllMyBuckets", None, &["a service control policy"]),
        ("ec2:StopInstances", Some(INSTANCE), &["a service control policy"]),
        (
            "lambda:InvokeFunction",
            Some(FUNCTION),
            &["the resource's own policy", "a service control policy"],
        ),
        (
            "s3:GetObject",
            None,
            &["the resource's own policy", "a service control policy", "a resource control policy"],
        ),
    ] {
        let words: Vec<&str> = resource.into_iter().flat_map(|arn| ["--resource", arn]).collect();
        let text = told(action, &words);
        assert_eq!(hangs_on(&text), open, "{text}");
        assert!(text.contains("\nthe policies that were read allow it\n"), "{text}");
        status(&text, 6);
        let text = told(action, &[&words[..], &["--no-other-policies"]].concat());
        assert!(text.contains("allowed: "), "{text}");
        status(&text, 0);
    }
    // A no is a no, whatever else there is.
    sealed.file("p.json", &EVERYTHING.replace("Allow", "Deny"));
    status(&told("ec2:DescribeInstances", &[]), 3);
    sealed.file("p.json", &EVERYTHING.replace(r#""Action": "*""#, r#""Action": "s3:*""#));
    status(&told("ec2:DescribeInstances", &[]), 3);
}

#[test]
fn policies_of_an_organization_that_are_given_are_judged() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    sealed.file("no-s3.json", &EVERYTHING.replace(r#""*", "R"#, r#""ec2:*", "R"#));
    let control = |effect: &str, action: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", "Principal": "*",
               "Action": "{action}", "Resource": "*"}}}}"#
        )
    };
    sealed.file("rcp.json", &control("Allow", "*"));
    sealed.file("rcp-no-s3.json", &control("Deny", "s3:*"));
    let told = |service: &str, resource: &str| {
        let words = ["--policy-file", "p.json", "--resource", "arn:aws:s3:::b/k"];
        let files = ["--resource-policy-file", "bucket.json"];
        let control =
            ["--service-control-policy-file", service, "--resource-control-policy-file", resource];
        explain_alone(&sealed, "s3:GetObject", &[&words[..], &files, &control].concat())
    };
    sealed.file(
        "bucket.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
            {"AWS": "arn:aws:iam::278805249149:root"}, "Action": "s3:*", "Resource": "*"}}"#,
    );
    status(&told("p.json", "rcp.json"), 0);
    status(&told("no-s3.json", "rcp.json"), 3);
    let text = told("p.json", "rcp-no-s3.json");
    assert!(text.contains("with an explicit deny in a resource control policy"), "{text}");
    status(&text, 3);
}

#[test]
fn an_account_tells_whether_it_is_in_an_organization() {
    let organization = |management: &str, features: &str| {
        let organization = format!(
            r#"{{"Id": "o-a", "MasterAccountId": "{management}", "FeatureSet": "{features}"}}"#
        );
        ("DescribeOrganization", 200, format!(r#"{{"Organization": {organization}}}"#))
    };
    let refused = r#"{"__type": "AccessDeniedException", "message": "m"}"#;
    let page = "<html/>".to_owned();
    for (answer, expected, note) in [
        (no_organization(), 0, ""),
        (organization("278805249149", "ALL"), 0, ""),
        (organization("111122223333", "CONSOLIDATED_BILLING"), 0, ""),
        (
            organization("111122223333", "ALL"),
            6,
            "`278805249149` is a member of `o-a`, whose policies its management account \
             `111122223333` can read",
        ),
        (
            ("DescribeOrganization", 400, refused.to_owned()),
            6,
            "`DescribeOrganization` was answered `AccessDeniedException`",
        ),
        (("DescribeOrganization", 200, page), 6, "`DescribeOrganization` is not answered in JSON"),
        (("DescribeOrganization", 200, "{}".to_owned()), 6, "is not answered as it should be"),
    ] {
        let sealed = with_administrator(sealed(), &account(std::slice::from_ref(&answer)));
        let text = explain_alone(&sealed, "ec2:DescribeInstances", &[]);
        assert!(text.contains(note), "{answer:?}: {text}");
        let open: &[&str] = if expected == 6 { &["a service control policy"] } else { &[] };
        assert_eq!(hangs_on(&text), open, "{text}");
        // A member has some.
        let is_advised = text.contains("or say with `--no-other-policies`");
        assert_eq!(is_advised, expected == 6 && !note.contains("is a member"), "{text}");
        status(&text, expected);
        let text = explain_alone(&sealed, "ec2:DescribeInstances", &["--no-other-policies"]);
        status(&text, 0);
    }
}

/// What this does not know how to read can deny all the same.
#[test]
fn a_service_whose_policies_are_not_read_is_no_yes() {
    let sealed =
        with_administrator(sealed(), &account(&[("DescribeTags", 200, NO_TAGS.to_owned())]));
    let told = |action: &str, resource: &str, more: &[&str]| {
        explain_alone(&sealed, action, &[&["--resource", resource], more].concat())
    };
    for (action, resource) in [
        ("lambda:InvokeFunction", FUNCTION),
        ("ecr:PutImage", "arn:aws:ecr:us-east-1:278805249149:repository/r"),
        ("events:PutEvents", "arn:aws:events:us-east-1:278805249149:event-bus/b"),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:278805249149:log-group:g:log-stream:s"),
        (
            "elasticfilesystem:ClientMount",
            "arn:aws:elasticfilesystem:us-east-1:278805249149:file-system/fs-1",
        ),
    ] {
        let text = told(action, resource, &[]);
        assert_eq!(hangs_on(&text), ["the resource's own policy"], "{text}");
        let note = format!("note: a policy of `{resource}` itself was not read");
        assert!(text.contains(&note), "{text}");
        status(&text, 6);
    }
    status(&told("ec2:StopInstances", INSTANCE, &[]), 0);
    let policy = |effect: &str| {
        let statement = format!(
            r#"{{"Effect": "{effect}", "Principal": {{"AWS": "{ROLE}"}},
               "Action": "lambda:InvokeFunction", "Resource": "{FUNCTION}"}}"#
        );
        format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)
    };
    for (effect, expected) in [("Allow", 0), ("Deny", 3)] {
        sealed.file("function.json", &policy(effect));
        let more = ["--resource-policy-file", "function.json"];
        status(&told("lambda:InvokeFunction", FUNCTION, &more), expected);
    }
}

#[test]
fn the_policy_of_a_table_is_read() {
    let policy = |effect: &str| {
        let statement = format!(
            r#"{{"Effect": "{effect}", "Principal": "*", "Action": "dynamodb:Query",
               "Resource": "{TABLE}"}}"#
        );
        let policy = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        serde_json::json!({ "Policy": policy }).to_string()
    };
    let error = |code: &str| format!(r#"{{"__type": "com.amazonaws.dynamodb.v20120810#{code}"}}"#);
    for (answer, action, resource, expected) in [
        ((200, policy("Allow")), "dynamodb:Query", TABLE, 0),
        ((200, policy("Deny")), "dynamodb:Query", TABLE, 3),
        ((400, error("PolicyNotFoundException")), "dynamodb:Query", TABLE, 0),
        ((400, error("ResourceNotFoundException")), "dynamodb:Query", TABLE, 6),
        ((200, "{}".to_owned()), "dynamodb:Query", TABLE, 6),
    ] {
        let aws = account(&[("GetResourcePolicy", answer.0, answer.1.clone())]);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain_alone(&sealed, action, &["--resource", resource]);
        assert!(text.ends_with(&format!("--- exit status {expected}")), "{answer:?}: {text}");
    }
}

#[test]
fn a_session_may_have_been_narrowed() {
    let session = "arn:aws:sts::278805249149:assumed-role/google-oidc-role/ada";
    let sealed = with_administrator(sealed(), &account(&[]));
    sealed.file("narrow.json", &EVERYTHING.replace(r#""*", "R"#, r#""s3:*", "R"#));
    sealed.file("wide.json", EVERYTHING);
    let told = |principal: &str, more: &[&str]| {
        let words = [&["--principal", principal], more].concat();
        explain_alone(&sealed, "ec2:DescribeInstances", &words)
    };
    let text = told(session, &[]);
    assert_eq!(hangs_on(&text), ["a policy of the session"], "{text}");
    assert!(text.contains("`--session-policy-file FILE`"), "{text}");
    status(&text, 6);
    status(&told(session, &["--no-other-policies"]), 0);
    // The role itself is asked about as a session that is made without one, or with these.
    status(&told(ROLE, &[]), 0);
    for principal in [session, ROLE] {
        status(&told(principal, &["--session-policy-file", "wide.json"]), 0);
        status(&told(principal, &["--session-policy-file", "narrow.json"]), 3);
    }
    let user = "arn:aws:iam::278805249149:user/ada";
    let text = told(user, &["--session-policy-file", "narrow.json"]);
    assert!(text.contains(&format!("no session policy narrows the user `{user}`")), "{text}");
    status(&text, 2);
}

/// Managed session policies that no file gives may allow what the others do not.
#[test]
fn session_policies_that_are_only_named_settle_nothing() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    sealed.file("narrow.json", &EVERYTHING.replace(r#""*", "R"#, r#""s3:*", "R"#));
    let named = ["--session-policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"];
    let told = |policy: &str, more: &[&str]| {
        let words = [&["--policy-file", policy], more, &named].concat();
        explain_alone(&sealed, "ec2:DescribeInstances", &words)
    };
    let text = told("p.json", &[]);
    assert!(hangs_on(&text).contains(&"a policy of the session".to_owned()), "{text}");
    status(&text, 6);
    status(&told("p.json", &["--session-policy-file", "narrow.json"]), 6);
    // The role's own must allow all the same.
    status(&told("narrow.json", &[]), 3);
}
