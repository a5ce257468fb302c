//! `explain --action` on what a call needs beside the action: the yes to one is none to the call.

use super::omitted::{hangs_on, status};
use super::{EVERYTHING, explain, sealed, told};

const INSTANCE: &str = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
const QUEUE: &str = "arn:aws:sqs:us-east-1:278805249149:q";
const ROLE: &str = "arn:aws:iam::278805249149:role/next";

/// A policy that allows these actions, and the answer under it.
fn allowing(actions: &str, action: &str, more: &[&str]) -> String {
    let sealed = sealed();
    let policy = EVERYTHING.replace(r#""Action": "*""#, &format!(r#""Action": [{actions}]"#));
    sealed.file("p.json", &policy);
    sealed.file(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
            {"AWS": "arn:aws:iam::278805249149:root"}, "Action": ["sts:AssumeRole"]}}"#,
    );
    sealed.file(
        "trust-tags.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
            {"AWS": "arn:aws:iam::278805249149:root"}, "Action": ["sts:AssumeRole",
            "sts:TagSession", "sts:SetSourceIdentity"]}}"#,
    );
    explain(&sealed, action, &[&["--policy-file", "p.json"], more].concat())
}

#[test]
fn tags_of_what_is_made_need_the_permission_to_tag() {
    for (making, tagging, resource) in [
        ("ec2:RunInstances", "ec2:CreateTags", INSTANCE),
        ("ec2:CreateVolume", "ec2:CreateTags", "arn:aws:ec2:us-east-1:278805249149:volume/*"),
        ("sqs:CreateQueue", "sqs:TagQueue", QUEUE),
        ("iam:CreateRole", "iam:TagRole", ROLE),
    ] {
        for key in ["aws:RequestTag/team=blue", "aws:TagKeys=team"] {
            let words = ["--resource", resource, "--context", key];
            let alone = allowing(&format!("\"{making}\""), making, &words);
            assert!(alone.contains("denied: the call needs 2 permissions"), "{making}: {alone}");
            assert!(alone.contains(&format!("denied: `{tagging}` on `{resource}`")), "{alone}");
            status(&alone, 3);
            let both = allowing(&format!("\"{making}\", \"{tagging}\""), making, &words);
            assert!(both.contains("allowed: the call needs 2 permissions"), "{making}: {both}");
            status(&both, 0);
        }
        // Without a word on tags the yes says what it does not answer.
        let plain = allowing(&format!("\"{making}\""), making, &["--resource", resource]);
        let note = format!("note: with tags the call needs `{tagging}` too");
        assert!(plain.contains(&note), "{making}: {plain}");
        status(&plain, 0);
        let none = ["--resource", resource, "--context-absent", "aws:TagKeys"];
        let none = allowing(&format!("\"{making}\""), making, &none);
        assert!(!none.contains("with tags"), "{making}: {none}");
        status(&none, 0);
    }
}

/// Of a service that does not say so, a no to the tags is no certain no.
#[test]
fn what_a_service_does_not_say_of_its_tags_is_open() {
    let repository = "arn:aws:ecr:us-east-1:278805249149:repository/r";
    let words = ["--resource", repository, "--context", "aws:RequestTag/team=blue"];
    let text = allowing(r#""ecr:CreateRepository""#, "ecr:CreateRepository", &words);
    assert!(text.contains("cannot tell: the call needs 2 permissions"), "{text}");
    status(&text, 6);
    let both = r#""ecr:CreateRepository", "ecr:TagResource""#;
    status(&allowing(both, "ecr:CreateRepository", &words), 0);
}

#[test]
fn ec2_tells_which_call_tags() {
    let sealed = sealed();
    sealed.file(
        "p.json",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["ec2:RunInstances", "ec2:CreateVolume"], "Resource": "*"},
            {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
             "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances"}}}]}"#,
    );
    let told = |action: &str, resource: &str| {
        let words = ["--policy-file", "p.json", "--resource", resource, "--context"];
        explain(&sealed, action, &[&words[..], &["aws:RequestTag/team=blue"]].concat())
    };
    status(&told("ec2:RunInstances", INSTANCE), 0);
    status(&told("ec2:CreateVolume", "arn:aws:ec2:us-east-1:278805249149:volume/*"), 3);
}

#[test]
fn tags_and_a_source_identity_of_a_session_are_asked_for() {
    let all = r#""sts:*""#;
    for (given, needed) in [
        ("aws:RequestTag/team=blue", "sts:TagSession"),
        ("sts:SourceIdentity=ada", "sts:SetSourceIdentity"),
    ] {
        let words = ["--resource", ROLE, "--context", given, "--resource-policy-file"];
        let text = allowing(all, "sts:AssumeRole", &[&words[..], &["trust.json"]].concat());
        assert!(text.contains(&format!("denied: `{needed}` on `{ROLE}`")), "{text}");
        status(&text, 3);
        let text = allowing(all, "sts:AssumeRole", &[&words[..], &["trust-tags.json"]].concat());
        assert!(text.contains("allowed: the call needs 2 permissions"), "{text}");
        status(&text, 0);
    }
}

/// What its reference says a call may need is named by a yes.
#[test]
fn a_yes_names_the_other_actions_of_the_call() {
    let function = "arn:aws:lambda:us-east-1:278805249149:function:f";
    for action in ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"] {
        let text = told(EVERYTHING, action, Some(function));
        let note = "note: the call may need `iam:PassRole` too, which is not answered here";
        assert!(text.contains(note), "{text}");
        status(&text, 0);
    }
    // Of a no there is nothing more to say.
    let text = told(&EVERYTHING.replace("Allow", "Deny"), "lambda:CreateFunction", Some(function));
    assert!(!text.contains("may need"), "{text}");
    let text = told(EVERYTHING, "sqs:SendMessage", Some(QUEUE));
    assert!(!text.contains("may need"), "{text}");
}

/// AWS itself says that tags of the role have no reliable results here.
#[test]
fn tags_of_a_role_that_is_passed_settle_nothing() {
    for key in ["aws:ResourceTag/team", "iam:ResourceTag/team"] {
        let sealed = sealed();
        sealed.file(
            "p.json",
            &format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:*",
                    "Resource": "*", "Condition": {{"StringEquals": {{"{key}": "blue"}}}}}}}}"#
            ),
        );
        let told = |action: &str, more: &[&str]| {
            let words = ["--policy-file", "p.json", "--resource", ROLE];
            explain(&sealed, action, &[&words[..], more].concat())
        };
        let given = format!("{key}=blue");
        for more in [&[][..], &["--context", &given], &["--context-absent", key]] {
            let text = told("iam:PassRole", more);
            assert_eq!(hangs_on(&text), [key.to_ascii_lowercase()], "{text}");
            assert!(text.contains("has no reliable results with `iam:PassRole`"), "{text}");
            status(&text, 6);
        }
        status(&told("iam:DeleteRole", &["--context", &given]), 0);
    }
    // Without such a condition it is told as ever.
    status(&told(EVERYTHING, "iam:PassRole", Some(ROLE)), 0);
}

#[test]
fn each_type_that_a_call_is_checked_on_is_answered() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "ec2:RunInstances", "Resource": ["arn:aws:ec2:*:*:instance/*",
            "arn:aws:ec2:*::image/*", "arn:aws:ec2:*:*:subnet/subnet-1"]}}"#;
    let text = told(policy, "ec2:RunInstances", None);
    let head = "the call is checked on 6 types of resources, all of them needed\n";
    assert!(text.contains(head), "{text}");
    for line in [
        "  allowed      image `arn:aws:ec2:*::image/*`\n",
        "  allowed      instance `arn:aws:ec2:*:278805249149:instance/*`\n",
        "  cannot tell  subnet `arn:aws:ec2:*:278805249149:subnet/*`\n",
        "  cannot tell  volume `arn:aws:ec2:*:278805249149:volume/*`\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    // The seventh, the key pair, and what else a call may name.
    let head = "and on each of these that it names\n";
    let named = text.split_once(head).expect("the types that a call may name").1;
    let keys = "  cannot tell  key-pair `arn:aws:ec2:*:278805249149:key-pair/*`\n";
    assert!(named.contains(keys), "{text}");
    status(&text, 6);
    let nothing = policy.replace("RunInstances", "StopInstances");
    let text = told(&nothing, "ec2:RunInstances", None);
    let (always, named) = text.split_once(head).expect("the types that a call may name");
    assert_eq!(always.matches("\n  denied       ").count(), 6, "{text}");
    assert!(named.contains("  denied       key-pair `"), "{text}");
    let keys = r#""arn:aws:ec2:*:*:key-pair/*""#;
    let with_keys = nothing
        .replace("StopInstances", "RunInstances")
        .replace(r#""arn:aws:ec2:*::image/*""#, keys);
    let text = told(&with_keys, "ec2:RunInstances", None);
    assert!(text.contains("  allowed      key-pair `"), "{text}");
    assert!(!told(EVERYTHING, "sqs:SendMessage", None).contains("types of resources"));
    assert!(!told(EVERYTHING, "ec2:RunInstances", Some(INSTANCE)).contains("types of resources"));
}

/// What the principal lacks is not all where others do not allow it either.
#[test]
fn others_must_allow_it_too() {
    let sealed = sealed();
    let only = |service: &str| EVERYTHING.replace(r#""*", "R"#, &format!(r#""{service}:*", "R"#));
    sealed.file("s3.json", &only("s3"));
    sealed.file("sqs.json", &only("sqs"));
    let told = |more: &[&str]| {
        let words = ["--resource", QUEUE, "--policy-file"];
        explain(&sealed, "sqs:SendMessage", &[&words[..], more].concat())
    };
    let add = "add to a policy of `arn:aws:iam::278805249149:role/google-oidc-role`";
    let scp = "no service control policy allows `sqs:SendMessage` at some level";
    let text = told(&["s3.json", "--service-control-policy-file", "s3.json"]);
    assert!(text.contains(add) && text.contains(scp), "{text}");
    status(&text, 3);
    let text = told(&["sqs.json", "--service-control-policy-file", "s3.json"]);
    assert!(!text.contains(add) && text.contains(scp), "{text}");
    let text = told(&["s3.json", "--permissions-boundary-file", "s3.json"]);
    assert!(text.contains(add) && text.contains("add to the permissions boundary"), "{text}");
    let text = told(&["s3.json"]);
    assert!(text.contains(add) && !text.contains("must allow it"), "{text}");
    // Nobody keeps a policy that is not there.
    let other = "arn:aws:sqs:us-east-1:111122223333:q";
    let words = ["--resource", other, "--policy-file", "sqs.json"];
    let text = explain(&sealed, "sqs:SendMessage", &words);
    assert!(text.contains(&format!("`{other}` has no policy of its own that allows it")), "{text}");
    assert!(!text.contains("does not allow"), "{text}");
    sealed.file(
        "queue.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
            {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sqs:*", "Resource": "*"}}"#,
    );
    let text = explain(
        &sealed,
        "sqs:SendMessage",
        &[&words[..], &["--resource-policy-file", "queue.json"]].concat(),
    );
    assert!(text.contains("does not allow `sqs:SendMessage`: whoever keeps it"), "{text}");
}
