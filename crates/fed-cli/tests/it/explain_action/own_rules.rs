//! `explain --action` on what is no policy's to say, or not of the one that was asked about.

use super::omitted::{hangs_on, status};
use super::{EVERYTHING, explain, explain_alone, sealed};

const USER: &str = "arn:aws:iam::278805249149:user/ada";
const SESSION: &str =
    "arn:aws:sts::278805249149:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada";

fn by(principal: &str, action: &str, more: &[&str]) -> String {
    let sealed = sealed();
    sealed.file("all.json", EVERYTHING);
    sealed.file("none.json", &EVERYTHING.replace("Allow", "Deny"));
    sealed.file("other.json", &EVERYTHING.replace(r#""*", "R"#, r#""sqs:*", "R"#));
    let path = r#", {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"ArnLike":
        {"aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"}}}"#;
    let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let path = format!(r#"{{"Version": "2012-10-17", "Statement": [{allow}{path}]}}"#);
    sealed.file("path.json", &path);
    let rcp = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
        "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals":
        {"aws:PrincipalAccount": "278805249149"}}}}"#;
    sealed.file("rcp.json", rcp);
    explain(&sealed, action, &[&["--principal", principal], more].concat())
}

const ALL: [&str; 2] = ["--policy-file", "all.json"];

/// A session's ARN does not say which path its role has.
#[test]
fn the_role_of_a_session_is_not_guessed() {
    let words = [&ALL[..], &["--service-control-policy-file", "path.json"]].concat();
    let told = |more: &[&str]| by(SESSION, "ec2:StopInstances", &[&words[..], more].concat());
    let text = told(&[]);
    assert_eq!(hangs_on(&text), ["aws:principalarn"], "{text}");
    status(&text, 6);
    let role = "AWSReservedSSO_Admin_0123456789abcdef";
    let reserved = format!(
        "aws:PrincipalArn=arn:aws:iam::278805249149:role/aws-reserved/sso.amazonaws.com/{role}"
    );
    status(&told(&["--context", &reserved]), 3);
    let plain = format!("aws:PrincipalArn=arn:aws:iam::278805249149:role/{role}");
    status(&told(&["--context", &plain]), 0);
    let whole = format!("arn:aws:iam::278805249149:role/aws-reserved/sso.amazonaws.com/{role}");
    status(&by(&whole, "ec2:StopInstances", &words), 3);
}

#[test]
fn sessions_of_sts_are_not_had_by_everybody() {
    for action in ["sts:GetFederationToken", "STS:GetSessionToken"] {
        for session in [SESSION, "arn:aws:iam::278805249149:role/app"] {
            let text = by(session, action, &ALL);
            assert!(text.contains("cannot be called with the credentials of a session"), "{text}");
            status(&text, 3);
        }
        status(&by(USER, action, &ALL), 0);
    }
    for action in ["sts:AssumeRoleWithWebIdentity", "sts:assumerolewithsaml"] {
        let text = by(USER, action, &ALL);
        assert!(text.contains("is called with a token, not by a role or a user"), "{text}");
        status(&text, 2);
    }
}

#[test]
fn who_one_is_may_always_be_asked() {
    for file in ["all.json", "none.json"] {
        status(&by(USER, "sts:GetCallerIdentity", &["--policy-file", file]), 0);
    }
    status(&by(USER, "sts:GetAccessKeyInfo", &["--policy-file", "none.json"]), 3);
}

/// A session of one's own asks for no permission; what a Deny does, nobody says. One for another
/// name does ask.
#[test]
fn a_users_own_session_asks_for_no_permission() {
    let file = |name| ["--policy-file", name];
    status(&by(USER, "sts:GetSessionToken", &file("other.json")), 0);
    let text = by(USER, "sts:GetSessionToken", &file("none.json"));
    assert_eq!(hangs_on(&text), ["whether a Deny bears on it"], "{text}");
    status(&text, 6);
    status(&by(USER, "sts:GetFederationToken", &file("other.json")), 3);
    let text = by("arn:aws:iam::278805249149:root", "sts:GetSessionToken", &ALL);
    assert!(text.contains("what a root user may do is not explained"), "{text}");
    status(&text, 2);
}

/// Which account manages the root access of a member no policy says.
#[test]
fn nobody_is_told_to_assume_a_root() {
    for account in ["278805249149", "111122223333"] {
        let root = format!("arn:aws:iam::{account}:root");
        let told =
            |file: &str| by(USER, "sts:AssumeRoot", &["--policy-file", file, "--resource", &root]);
        let text = told("all.json");
        let open = "whether the account manages the root access of that member";
        assert_eq!(hangs_on(&text), [open], "{text}");
        status(&text, 6);
        for file in ["other.json", "none.json"] {
            status(&told(file), 3);
        }
    }
}

#[test]
fn no_call_leaves_its_partition() {
    let queue = "arn:aws-cn:sqs:cn-north-1:278805249149:q";
    let text = by(USER, "sqs:SendMessage", &[&ALL[..], &["--resource", queue]].concat());
    assert!(text.contains("no call leaves its partition"), "{text}");
    status(&text, 3);
    let china = USER.replace("arn:aws:", "arn:aws-cn:");
    status(&by(&china, "sqs:SendMessage", &[&ALL[..], &["--resource", queue]].concat()), 0);
}

/// A managed policy of AWS is in no other account, and needs no policy of its own.
#[test]
fn what_aws_owns_is_everybodys() {
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let words = [&ALL[..], &["--resource", policy]].concat();
    status(&by(USER, "iam:GetPolicy", &words), 0);
    let other = policy.replace("::aws:", "::111122223333:");
    status(&by(USER, "iam:GetPolicy", &[&ALL[..], &["--resource", &other]].concat()), 3);
}

/// The one that allows everything is on every level and cannot be taken away.
#[test]
fn resource_control_policies_only_deny() {
    let words = ["--resource", "arn:aws:s3:::b/k", "--resource-control-policy-file", "rcp.json"];
    let told = |account: &str| {
        let account = format!("aws:PrincipalAccount={account}");
        let own = ["--context", "aws:ResourceAccount=278805249149", "--context", &account];
        by(USER, "s3:GetObject", &[&ALL[..], &words, &own].concat())
    };
    status(&told("278805249149"), 0);
    let text = told("111122223333");
    assert!(text.contains("with an explicit deny in a resource control policy"), "{text}");
    status(&text, 3);
}

/// Without a word on what is left out the same holds.
#[test]
fn what_is_left_out_does_not_keep_it_from_anybody() {
    let sealed = sealed();
    sealed.file("none.json", &EVERYTHING.replace("Allow", "Deny"));
    let words = ["--policy-file", "none.json"];
    status(&explain_alone(&sealed, "sts:GetCallerIdentity", &words), 0);
}

#[test]
fn what_only_aws_changes_nobody_changes() {
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let linked =
        "arn:aws:iam::278805249149:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    let reserved = "arn:aws:iam::278805249149:role/aws-reserved/sso.amazonaws.com/R";
    for (action, resource, expected) in [
        ("iam:DeletePolicy", policy, 3),
        ("IAM:createpolicyversion", policy, 3),
        ("iam:TagPolicy", policy, 3),
        ("iam:GetPolicy", policy, 0),
        ("iam:CreateRole", linked, 3),
        ("iam:PutRolePolicy", linked, 3),
        ("iam:UpdateAssumeRolePolicy", reserved, 3),
        ("iam:GetRole", linked, 0),
        ("iam:TagRole", linked, 0),
    ] {
        let words = [&ALL[..], &["--resource", resource]].concat();
        let text = by(USER, action, &words);
        status(&text, expected);
    }
}
