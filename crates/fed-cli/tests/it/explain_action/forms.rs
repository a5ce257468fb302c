//! `explain --action` on resources that have another form, owner or list than their ARN says.

use super::omitted::{hangs_on, status};
use super::{EVERYTHING, explain, explain_alone, sealed, told};

fn on(resource: &str, action: &str) -> String {
    EVERYTHING
        .replace(r#""Action": "*""#, &format!(r#""Action": "{action}""#))
        .replace(r#""Resource": "*""#, &format!(r#""Resource": "{resource}""#))
}

#[test]
fn log_groups_are_asked_about_with_a_star_but_for_their_tags() {
    const GROUP: &str = "arn:aws:logs:us-east-1:278805249149:log-group:/aws/lambda/f";
    let star = format!("{GROUP}:*");
    for (action, in_policy, expected) in [
        ("logs:PutRetentionPolicy", star.as_str(), 0),
        ("logs:PutRetentionPolicy", GROUP, 3),
        ("logs:TagResource", GROUP, 0),
        ("logs:TagResource", &star, 3),
        ("logs:ListTagsForResource", GROUP, 0),
    ] {
        for resource in [GROUP, &star] {
            let text = told(&on(in_policy, action), action, Some(resource));
            let is_other = (resource == GROUP) != action.contains("Tag");
            let note = format!("note: `{action}` is checked on ");
            assert_eq!(text.contains(&note), is_other, "{action} {resource}: {text}");
            status(&text, expected);
        }
    }
}

#[test]
fn versions_of_functions_and_aws_own_documents_are_resources() {
    const FUNCTION: &str = "arn:aws:lambda:us-east-1:278805249149:function:f";
    let alias = format!("{FUNCTION}:prod");
    let any = format!("{FUNCTION}:*");
    for (in_policy, resource, expected) in [
        (alias.as_str(), alias.as_str(), 0),
        (&any, &alias, 0),
        // One does not stand for the other.
        (FUNCTION, &alias, 3),
        (&alias, FUNCTION, 3),
        (&alias, &any, 6),
    ] {
        let policy = on(in_policy, "lambda:InvokeFunction");
        status(&told(&policy, "lambda:InvokeFunction", Some(resource)), expected);
    }
    let document = "arn:aws:ssm:us-east-1::document/AWS-RunShellScript";
    let text = told(EVERYTHING, "ssm:SendCommand", Some(document));
    assert!(!text.contains("never checked on"), "{text}");
    let aws =
        |policy: &str| told(&on(policy, "ssm:GetDocument"), "ssm:GetDocument", Some(document));
    status(&aws("arn:aws:ssm:*::document/AWS-Run*"), 0);
    status(&aws("arn:aws:ssm:*::document/AWS-Other"), 3);
    let other = told(EVERYTHING, "ssm:GetDocument", Some("arn:aws:ssm:us-east-1::document/own"));
    assert!(other.contains("never checked on"), "{other}");
}

/// A subnet of another account may be shared: who shares it asks no policy of its own.
#[test]
fn what_another_account_may_share_is_open() {
    let subnet = "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1";
    let text = told(EVERYTHING, "ec2:DeleteSubnet", Some(subnet));
    assert_eq!(hangs_on(&text), ["whether account 111122223333 shares it by AWS RAM"], "{text}");
    status(&text, 6);
    // Nothing is allowed that the principal's own policies do not allow.
    status(&told(&on("*", "ec2:CreateSubnet"), "ec2:DeleteSubnet", Some(subnet)), 3);
    let instance = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";
    status(&told(EVERYTHING, "ec2:StopInstances", Some(instance)), 3);
    status(
        &told(
            EVERYTHING,
            "ec2:DeleteSubnet",
            Some(&subnet.replace("111122223333", "278805249149")),
        ),
        0,
    );
}

/// They bear on the services that AWS lists for them, and the list grows.
#[test]
fn resource_control_policies_bear_on_listed_services() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    sealed.file(
        "rcp.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
            "Action": ["lambda:*", "sqs:*"], "Resource": "*"}}"#,
    );
    sealed.file(
        "rcp-s3.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
            "Action": "s3:*", "Resource": "*"}}"#,
    );
    let function = "arn:aws:lambda:us-east-1:278805249149:function:f";
    let queue = "arn:aws:sqs:us-east-1:278805249149:q";
    let told = |action: &str, resource: &str, file: &str| {
        let words = ["--policy-file", "p.json", "--resource", resource];
        explain(&sealed, action, &[&words[..], &["--resource-control-policy-file", file]].concat())
    };
    status(&told("sqs:SendMessage", queue, "rcp.json"), 3);
    let text = told("lambda:InvokeFunction", function, "rcp.json");
    assert_eq!(hangs_on(&text), ["whether resource control policies bear on lambda"], "{text}");
    assert!(text.contains("on 2026-09-26"), "{text}");
    status(&text, 6);
    status(&told("lambda:InvokeFunction", function, "rcp-s3.json"), 0);
    // Where none was read, those of services that are not listed are not asked for.
    let alone = |action: &str, resource: &str| {
        let words = ["--policy-file", "p.json", "--resource", resource];
        hangs_on(&explain_alone(&sealed, action, &words))
    };
    let control = "a resource control policy".to_owned();
    assert!(alone("sqs:SendMessage", queue).contains(&control));
    assert!(!alone("lambda:InvokeFunction", function).contains(&control));
}

/// Whose a bucket is its ARN does not say: another account's must allow by its own policy.
#[test]
fn a_bucket_without_an_account_is_nobodys_own() {
    let sealed = sealed();
    sealed.file("p.json", EVERYTHING);
    for (action, resource) in
        [("s3:GetObject", "arn:aws:s3:::b/k"), ("s3:ListBucket", "arn:aws:s3:::b")]
    {
        let told = |more: &[&str]| {
            let words = ["--policy-file", "p.json", "--resource", resource];
            explain(&sealed, action, &[&words[..], more].concat())
        };
        let text = told(&[]);
        assert_eq!(hangs_on(&text), ["aws:ResourceAccount"], "{text}");
        assert!(text.contains("`--context aws:ResourceAccount=VALUE`"), "{text}");
        status(&text, 6);
        status(&told(&["--context", "aws:ResourceAccount=278805249149"]), 0);
        let text = told(&["--context", "aws:ResourceAccount=111122223333"]);
        assert!(text.contains("has no policy of its own that allows it"), "{text}");
        status(&text, 3);
    }
    // No account's number stands for another's, nor that of emulators.
    let words = ["--policy-file", "p.json", "--resource", "arn:aws:s3:::b/k"];
    let of_nobody = ["--principal", "arn:aws:iam::000000000000:user/ada"];
    let text = explain(&sealed, "s3:GetObject", &[&words[..], &of_nobody].concat());
    assert_eq!(hangs_on(&text), ["aws:ResourceAccount"], "{text}");
    // What nobody allows is denied whosever it is.
    sealed.file("p.json", &on("*", "sqs:*"));
    let words = ["--policy-file", "p.json", "--resource", "arn:aws:s3:::b/k"];
    status(&explain(&sealed, "s3:GetObject", &words), 3);
}
