//! `explain --action` on what a call brings: several resources, and keys that are there or not.

use super::{EVERYTHING, explain, sealed, told};

#[test]
fn a_call_on_several_resources_is_not_allowed_by_one() {
    let one = |pattern: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "ec2:RunInstances",
               "Resource": "arn:aws:ec2:*:*:{pattern}"}}}}"#
        )
    };
    let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    let text = told(&one("instance/*"), "ec2:RunInstances", Some(instance));
    assert!(text.contains("cannot tell: ") && text.contains("the image"), "{text}");
    assert!(text.ends_with("--- exit status 6"), "{text}");
    let text = told(&one("subnet/*"), "ec2:RunInstances", Some(instance));
    assert!(text.contains("denied: ") && text.ends_with("--- exit status 3"), "{text}");
    let text = told(EVERYTHING, "ec2:RunInstances", Some(instance));
    assert!(text.contains("allowed: ") && text.ends_with("--- exit status 0"), "{text}");
}

#[test]
fn a_policy_on_resources_allows_no_action_without_any() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "ec2:DescribeInstances", "Resource": "arn:aws:ec2:*:*:instance/*"}}"#;
    let text = told(policy, "ec2:DescribeInstances", None);
    assert!(text.contains("denied: ") && text.ends_with("--- exit status 3"), "{text}");
}

#[test]
fn a_key_that_no_request_carries_settles_nothing() {
    let sealed = sealed();
    sealed.file(
        "tagged.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*",
            "Resource": "*", "Condition": {"StringEquals": {"ec2:ResourceTag/Owner": "dev"}}}}"#,
    );
    let told = |action: &str, key: &str| {
        let given = format!("{key}=dev");
        explain(&sealed, action, &["--policy-file", "tagged.json", "--context", &given])
    };
    for key in ["ec2:ResourceTag/Owner", "ec2:InstanceType", "aws:ResourceTag/Owner"] {
        let text = told("ec2:DescribeInstances", key);
        assert!(text.contains(&format!("carries the condition key `{key}`")), "{text}");
        assert!(text.ends_with("--- exit status 2"), "{text}");
    }
    let text = told("ec2:StartInstances", "ec2:ResourceTag/Owner");
    assert!(text.contains("allowed: "), "{text}");
}

/// Every one of several is asked, and one no is a no.
#[test]
fn a_call_on_several_resources_is_allowed_by_all_of_them() {
    let sealed = sealed();
    sealed.file(
        "run.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": [
                "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:subnet/subnet-1",
                "arn:aws:ec2:*::image/*", "arn:aws:ec2:*:*:network-interface/*",
                "arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:volume/*"]}]}"#,
    );
    let of = |kinds: &[&str]| {
        let mut words = vec!["--policy-file".to_owned(), "run.json".to_owned()];
        for kind in kinds {
            let account = if kind.starts_with("image") { "" } else { "278805249149" };
            let arn = format!("arn:aws:ec2:us-east-1:{account}:{kind}");
            words.extend(["--resource".to_owned(), arn]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        explain(&sealed, "ec2:RunInstances", &words)
    };
    let some = of(&["instance/*", "image/ami-1"]);
    assert!(some.contains("cannot tell: the call is on 2 resources"), "{some}");
    assert!(some.contains("the subnet") && !some.contains("the image`"), "{some}");
    let all = [
        "instance/*",
        "image/ami-1",
        "subnet/subnet-1",
        "network-interface/*",
        "security-group/sg-1",
        "volume/*",
    ];
    let told = of(&all);
    assert!(told.ends_with("--- exit status 0"), "{told}");
    // An image's root is a volume that the launch makes.
    let told = of(&all[..5]);
    assert!(told.contains("the volume") && told.ends_with("--- exit status 6"), "{told}");
    let mut other = all;
    other[2] = "subnet/subnet-2";
    let told = of(&other);
    assert!(told.contains("denied: the call is on 6 resources"), "{told}");
    assert!(
        told.contains(
            "denied: `ec2:RunInstances` on `arn:aws:ec2:us-east-1:278805249149:subnet/subnet-2`"
        ),
        "{told}"
    );
    assert!(told.ends_with("--- exit status 3"), "{told}");
}

/// An absence is said, not guessed: it settles what an unknown key leaves open.
#[test]
fn a_key_can_be_said_to_be_absent() {
    let sealed = sealed();
    sealed.file(
        "mfa.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition":
                {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
            {"Effect": "Deny", "Action": "ec2:CreateTags", "Resource": "*", "Condition":
                {"Null": {"aws:RequestTag/team": "true"}}}]}"#,
    );
    let told = |action: &str, more: &[&str]| {
        let mut words = vec!["--policy-file", "mfa.json"];
        words.extend(more);
        explain(&sealed, action, &words)
    };
    let absent = ["--context-absent", "aws:MultiFactorAuthPresent"];
    let open = told("ec2:DescribeInstances", &[]);
    assert!(open.contains("--context-absent aws:multifactorauthpresent"), "{open}");
    assert!(open.ends_with("--- exit status 6"), "{open}");
    let denied = told("ec2:DescribeInstances", &absent);
    assert!(denied.ends_with("--- exit status 3"), "{denied}");
    let with = ["--context", "aws:MultiFactorAuthPresent=true"];
    assert!(told("ec2:DescribeInstances", &with).ends_with("--- exit status 0"));
    // Tags: none at all, all of them, or only some that are known.
    let volume = "arn:aws:ec2:us-east-1:278805249149:volume/vol-1";
    let base = ["--resource", volume, with[0], with[1]];
    for (more, status) in [
        (&["--context-absent", "aws:TagKeys"][..], 3),
        (&["--context-absent", "aws:RequestTag/team"], 3),
        (&["--context-absent", "aws:RequestTag/teams"], 6),
        (&["--context", "aws:TagKeys=x", "--context", "aws:RequestTag/x=1"], 3),
        (&["--context", "aws:TagKeys=team"], 6),
        (&["--context", "aws:RequestTag/team=blue"], 0),
    ] {
        let words = [&base[..], more].concat();
        let text = told("ec2:CreateTags", &words);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{more:?}: {text}");
    }
    let both = [&absent[..], &with].concat();
    let text = told("ec2:DescribeInstances", &both);
    assert!(text.contains("given by `--context` and by `--context-absent`"), "{text}");
    assert!(text.ends_with("--- exit status 2"), "{text}");
}

/// A Deny passes a value over that it cannot compare: that is no answer.
#[test]
fn a_value_that_a_key_never_has_is_a_mistake() {
    let sealed = sealed();
    let deny = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
            "NotIpAddress": {"KEY": "203.0.113.0/24"}}}]}"#;
    sealed.file("known.json", &deny.replace("KEY", "aws:SourceIp"));
    sealed.file("own.json", &deny.replace("KEY", "own:Address"));
    let told = |file: &str, given: &str| {
        let words = ["--policy-file", file, "--context", given];
        explain(&sealed, "ec2:DescribeInstances", &words)
    };
    for (file, given, expected) in [
        ("known.json", "aws:SourceIp=office", "`aws:SourceIp` is an IP address, found `office`"),
        ("known.json", "aws:CurrentTime=now", "`aws:CurrentTime` is a moment"),
        ("known.json", "aws:MultiFactorAuthAge=ten", "`aws:MultiFactorAuthAge` is a number"),
        ("known.json", "aws:SecureTransport=yes", "`aws:SecureTransport` is `true` or `false`"),
        ("own.json", "own:Address=office", "`own:Address` is an IP address or CIDR range"),
    ] {
        let text = told(file, given);
        assert!(text.contains(&format!("in `--context`, {expected}")), "{text}");
        assert!(text.ends_with("--- exit status 2"), "{text}");
    }
    for (given, status) in [("203.0.113.7", 0), ("198.51.100.7", 3)] {
        let text = told("known.json", &format!("aws:SourceIp={given}"));
        assert!(text.ends_with(&format!("--- exit status {status}")), "{text}");
    }
}

#[test]
fn a_policy_of_what_has_none_is_a_mistake() {
    let sealed = sealed();
    sealed.file("all.json", EVERYTHING);
    let own = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
        "Action": "*", "Resource": "*"}}"#;
    sealed.file("own.json", own);
    let told = |action: &str, more: &[&str]| {
        let words = ["--policy-file", "all.json", "--resource-policy-file", "own.json"];
        explain(&sealed, action, &[&words[..], more].concat())
    };
    let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    let database = "arn:aws:rds:us-east-1:278805249149:db:d";
    for (action, more, what) in [
        ("ec2:StopInstances", &["--resource", instance][..], instance),
        ("rds:StopDBInstance", &["--resource", database], database),
        ("ec2:DescribeInstances", &[], "what `ec2:DescribeInstances` is on"),
    ] {
        let text = told(action, more);
        let expected = "has no policy of its own, found `--resource-policy-file`";
        assert!(text.contains(what) && text.contains(expected), "{text}");
        assert!(text.contains("hint: leave it out"), "{text}");
        assert!(text.ends_with("--- exit status 2"), "{text}");
    }
    let queue = "arn:aws:sqs:us-east-1:278805249149:q";
    let text = told("sqs:SendMessage", &["--resource", queue]);
    assert!(text.ends_with("--- exit status 0"), "{text}");
}
