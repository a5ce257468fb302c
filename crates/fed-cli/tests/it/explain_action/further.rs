//! `explain --action` never says yes of what it was told of another resource, another region, or
//! of a policy that it did not see.

use super::{EVERYTHING, explain, sealed, told};

const ACCOUNT: &str = "arn:aws:ec2:us-east-1:278805249149";

/// Buckets are the principal's own.
const OWN: [&str; 1] = ["aws:ResourceAccount=278805249149"];

/// A policy that allows the action on everything under one condition.
fn allowing(action: &str, condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}",
           "Resource": "*", "Condition": {{"StringEquals": {{{condition}}}}}}}}}"#
    )
}

/// The explanation under a policy, with resources and what the request is said to carry.
fn asked(policy: &str, action: &str, resources: &[&str], context: &[&str]) -> String {
    let sealed = sealed();
    sealed.file("p.json", policy);
    let mut words = vec!["--policy-file", "p.json"];
    words.extend(resources.iter().flat_map(|arn| ["--resource", arn]));
    words.extend(context.iter().flat_map(|pair| ["--context", pair]));
    explain(&sealed, action, &words)
}

fn ends(text: &str, verdict: &str) {
    let status = match verdict {
        "allowed" => 0,
        "denied" => 3,
        _ => 6,
    };
    assert!(
        text.starts_with(&format!("{verdict}: ")) || text.contains(&format!("\n{verdict}: ")),
        "{text}"
    );
    assert!(text.ends_with(&format!("--- exit status {status}")), "{verdict}: {text}");
}

#[test]
fn a_key_of_one_resource_says_nothing_of_the_others() {
    let small = allowing("ec2:RunInstances", r#""ec2:InstanceType": "t3.micro""#);
    let instance = format!("{ACCOUNT}:instance/i-1");
    let micro = ["ec2:InstanceType=t3.micro"];
    // Subnet and image carry no such key, so AWS denies the call.
    let text = asked(&small, "ec2:RunInstances", &[&instance], &micro);
    ends(&text, "cannot tell");
    assert!(text.contains("the subnet") && text.contains("the image"), "{text}");
    let text = asked(&small, "ec2:RunInstances", &[], &micro);
    ends(&text, "cannot tell");
    assert!(text.contains("name it with `--resource ARN`"), "{text}");
    let kinds = [
        "instance/i-1",
        "subnet/s-1",
        "network-interface/e-1",
        "security-group/sg-1",
        "volume/v-1",
    ];
    let mut all: Vec<String> = kinds.iter().map(|kind| format!("{ACCOUNT}:{kind}")).collect();
    all.push("arn:aws:ec2:us-east-1::image/ami-1".to_owned());
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    ends(&asked(&small, "ec2:RunInstances", &all, &micro), "denied");
    // A yes on these says that it is none on the key pair.
    let these = all.iter().map(|arn| format!("\"{arn}\"")).collect::<Vec<_>>().join(",");
    let only = allowing("ec2:RunInstances", r#""ec2:Region": "us-east-1""#);
    let only = only.replace(r#""Resource": "*""#, &format!(r#""Resource": [{these}]"#));
    let text = asked(&only, "ec2:RunInstances", &all, &["ec2:Region=us-east-1"]);
    ends(&text, "allowed");
    assert!(text.contains("note: the call is checked on what it names of "), "{text}");
    assert!(text.contains("key-pair"), "{text}");
    // The call's own keys are of all.
    let here = allowing("ec2:RunInstances", r#""ec2:Region": "us-east-1""#);
    ends(&asked(&here, "ec2:RunInstances", &[&instance], &["ec2:Region=us-east-1"]), "allowed");
    ends(&asked(&here, "ec2:RunInstances", &all, &["ec2:Region=us-east-1"]), "allowed");
}

#[test]
fn a_tag_of_one_resource_is_none_of_the_others() {
    let instance = format!("{ACCOUNT}:instance/i-1");
    let volume = format!("{ACCOUNT}:volume/vol-1");
    for key in ["aws:ResourceTag/team", "ec2:ResourceTag/team", "aws:ResourceAccount"] {
        let policy = allowing("ec2:AttachVolume", &format!(r#""{key}": "dev""#));
        let given = format!("{key}=dev");
        let told = |resources: &[&str]| asked(&policy, "ec2:AttachVolume", resources, &[&given]);
        ends(&told(&[&instance]), "cannot tell");
        ends(&told(&[&volume]), "cannot tell");
        ends(&told(&[]), "cannot tell");
        ends(&told(&[&instance, &volume]), "allowed");
    }
    // Nor is its absence.
    let unless = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:AttachVolume", "Resource": "*"},
        {"Effect": "Deny", "Action": "ec2:AttachVolume", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "prod"}}}]}"#;
    let sealed = sealed();
    sealed.file("p.json", unless);
    let words =
        ["--policy-file", "p.json", "--context-absent", "aws:ResourceTag/team", "--resource"];
    ends(
        &explain(&sealed, "ec2:AttachVolume", &[&words[..], &[&instance]].concat()),
        "cannot tell",
    );
    let both = [&words[..], &[&instance, "--resource", &volume]].concat();
    ends(&explain(&sealed, "ec2:AttachVolume", &both), "allowed");
}

#[test]
fn the_region_is_where_the_resource_is() {
    // The profile's is ap-northeast-2.
    let here = allowing("*", r#""aws:RequestedRegion": "ap-northeast-2""#);
    for (action, resource, verdict) in [
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:278805249149:q", "denied"),
        ("sqs:SendMessage", "arn:aws:sqs:ap-northeast-2:278805249149:q", "allowed"),
        ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:278805249149:instance/i-1", "denied"),
        // Neither a bucket's ARN nor a pattern says where it is.
        ("s3:GetObject", "arn:aws:s3:::b/k", "cannot tell"),
        ("sqs:SendMessage", "arn:aws:sqs:*:278805249149:q", "cannot tell"),
        ("iam:GetRole", "arn:aws:iam::278805249149:role/r", "denied"),
    ] {
        ends(&told(&here, action, Some(resource)), verdict);
    }
    ends(&told(&here, "ec2:DescribeInstances", None), "allowed");
    let given = ["aws:RequestedRegion=ap-northeast-2", "aws:ResourceAccount=278805249149"];
    ends(&asked(&here, "s3:GetObject", &["arn:aws:s3:::b/k"], &given), "allowed");
}

#[test]
fn a_key_and_a_role_are_not_allowed_without_their_own_policy() {
    for action in
        ["kms:Decrypt", "KMS:decrypt", "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    {
        let text = told(EVERYTHING, action, None);
        ends(&text, "cannot tell");
        assert!(text.contains("the resource's own policy"), "{text}");
    }
    ends(&told(EVERYTHING, "kms:CreateKey", None), "allowed");
    ends(&told(EVERYTHING, "sts:GetCallerIdentity", None), "allowed");
}

/// A pattern stands for some that a narrower Deny keeps out.
#[test]
fn a_pattern_is_not_allowed_where_a_part_of_it_is_denied() {
    let but = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/secret/*"}]}"#;
    for (resource, verdict) in [
        ("arn:aws:s3:::b/*", "cannot tell"),
        ("arn:aws:s3:::b/secre?/x", "cannot tell"),
        ("arn:aws:s3:::b/secret/*", "denied"),
        ("arn:aws:s3:::b/open", "allowed"),
    ] {
        ends(&asked(but, "s3:GetObject", &[resource], &OWN), verdict);
    }
    let part = r#"{"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/open/*"}}"#;
    ends(&asked(part, "s3:GetObject", &["arn:aws:s3:::b/*"], &OWN), "cannot tell");
    ends(&asked(part, "s3:GetObject", &["arn:aws:s3:::b/open/*"], &OWN), "allowed");
}

/// What a statement leaves out, or a `?` of it, is a part of what a pattern stands for.
#[test]
fn a_pattern_is_not_allowed_where_a_statement_leaves_out_a_part_of_it() {
    let statement = |effect: &str, resource: &str| {
        format!(r#"{{"Effect": "{effect}", "Action": "s3:*", {resource}}}"#)
    };
    let policy = |statements: &[String]| {
        format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","))
    };
    let but = policy(&[statement("Allow", r#""NotResource": "arn:aws:s3:::secret/*""#)]);
    let one = policy(&[statement("Allow", r#""Resource": "arn:aws:s3:::b/?""#)]);
    let all = statement("Allow", r#""Resource": "*""#);
    let only = policy(&[all, statement("Deny", r#""NotResource": "arn:aws:s3:::b/*""#)]);
    for (policy, resource, verdict) in [
        (&but, None, "cannot tell"),
        (&but, Some("arn:aws:s3:::sec*/x"), "cannot tell"),
        (&but, Some("arn:aws:s3:::secret/*"), "denied"),
        (&but, Some("arn:aws:s3:::open/*"), "allowed"),
        (&one, Some("arn:aws:s3:::b/*"), "cannot tell"),
        (&one, Some("arn:aws:s3:::b/?"), "allowed"),
        (&one, Some("arn:aws:s3:::c/*"), "denied"),
        (&only, None, "cannot tell"),
        (&only, Some("arn:aws:s3:::?/x"), "cannot tell"),
        (&only, Some("arn:aws:s3:::b/*"), "allowed"),
        (&only, Some("arn:aws:s3:::c/*"), "denied"),
    ] {
        let resources: Vec<&str> = resource.into_iter().collect();
        ends(&asked(policy, "s3:GetObject", &resources, &OWN), verdict);
    }
}
