//! What AWS decides beside policies, and what a test must give for an answer.

use super::*;

const EVERYTHING: &str = r#"{"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
const USER: &str = "arn:aws:iam::278805249149:user/u";
const ROLE: &str = "arn:aws:iam::278805249149:role/app";
const FEDERATED: &str = "arn:aws:sts::278805249149:federated-user/bob";

/// How a test of one request comes out, where this statement and one that allows everything are
/// the principal's.
fn asked(statement: &str, principal: &str, rest: &str, expect: &str) -> String {
    let told = failures(&format!(
        r#"{{"identity_policies": [{{"Version": "2012-10-17", "Statement": [
             {{"Effect": "Allow", "Action": "*", "Resource": "*"}}{statement}]}}],
           "tests": [{{"name": "it", "principal": "{principal}", {rest}, "expect": "{expect}"}}]}}"#
    ));
    told.concat()
}

#[test]
fn what_nobody_can_call_is_refused() {
    let refused = |principal: &str, rest: &str, why: &str| {
        let told = asked("", principal, rest, "allowed");
        assert!(told.starts_with("it: expected allowed, found refused: "), "{told}");
        assert!(told.contains(why), "{told}");
        assert_eq!(asked("", principal, rest, "refused"), "");
    };
    let session = "cannot be called with the credentials of a session";
    for action in [r#""action": "sts:GetSessionToken""#, r#""action": "sts:GetFederationToken""#] {
        refused(ROLE, action, session);
        refused(FEDERATED, action, session);
    }
    assert_eq!(asked("", USER, r#""action": "sts:GetFederationToken""#, "allowed"), "");
    let bucket = r#""action": "s3:GetObject", "resource": "arn:aws-cn:s3:::b/k""#;
    refused(USER, bucket, "no call leaves its partition");
    let policy = r#""action": "iam:DeletePolicy", "resource": "arn:aws:iam::aws:policy/P""#;
    refused(USER, policy, "a policy of AWS's own");
    let told = asked("", USER, r#""action": "sts:AssumeRoleWithWebIdentity""#, "allowed");
    assert!(told.contains("is called with a token"), "{told}");
}

#[test]
fn a_federated_user_without_session_policies_may_do_nothing() {
    let get = r#""action": "s3:GetObject", "resource": "arn:aws:s3:::b/k""#;
    assert_eq!(asked("", FEDERATED, get, "implicitly-denied"), "");
    assert_eq!(asked("", USER, get, "allowed"), "");
    assert_eq!(asked("", FEDERATED, r#""action": "sts:GetCallerIdentity""#, "allowed"), "");
    let narrowed = failures(&format!(
        r#"{{"identity_policies": [{EVERYTHING}], "session_policies": [{EVERYTHING}], "tests":
            [{{"name": "it", "principal": "{FEDERATED}", {get}, "expect": "allowed"}}]}}"#
    ));
    assert_eq!(narrowed, [""; 0]);
}

#[test]
fn who_one_is_may_always_be_asked() {
    let deny = r#", {"Effect": "Deny", "Action": "sts:*", "Resource": "*"}"#;
    assert_eq!(asked(deny, USER, r#""action": "sts:GetCallerIdentity""#, "allowed"), "");
    assert_eq!(asked(deny, USER, r#""action": "sts:GetAccessKeyInfo""#, "denied"), "");
    let told = asked(deny, USER, r#""action": "sts:GetSessionToken""#, "allowed");
    assert!(told.contains("whether a Deny bears on it"), "{told}");
}

/// A role calls by its sessions, and what these begin lasts an hour at most.
#[test]
fn a_role_chains_for_an_hour() {
    let file = |principal: &str, duration: u32, expect: &str| {
        failures(&format!(
            r#"{{"trust_policy": {{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
                 "Principal": {{"AWS": "278805249149"}}, "Action": "sts:AssumeRole"}}}},
               "role_arn": "arn:aws:iam::278805249149:role/r", "max_session_duration": 43200,
               "identity_policies": [{EVERYTHING}], "tests": [{{"name": "it",
               "principal": "{principal}", "action": "sts:AssumeRole", "duration": {duration},
               "expect": "{expect}"}}]}}"#
        ))
    };
    for session in [ROLE, "arn:aws:sts::278805249149:assumed-role/app/s"] {
        assert_eq!(file(session, 3600, "allowed"), [""; 0], "{session}");
        assert_eq!(file(session, 3601, "refused"), [""; 0], "{session}");
    }
    assert_eq!(file(USER, 3601, "allowed"), [""; 0]);
}

/// Keys that a request has are not absent where a test leaves them out.
#[test]
fn keys_of_every_request_are_not_absent() {
    let unless = |key: &str, operator: &str, value: &str| {
        format!(
            r#", {{"Effect": "Deny", "Action": "s3:*", "Resource": "*",
                "Condition": {{"{operator}": {{"{key}": "{value}"}}}}}}"#
        )
    };
    let get = r#""action": "s3:GetObject", "resource": "arn:aws:s3:::b/k""#;
    let session = "arn:aws:sts::278805249149:assumed-role/app/s";
    for (principal, key, operator, value, good) in [
        (
            USER,
            "aws:CurrentTime",
            "DateGreaterThan",
            "2026-01-01T00:00:00Z",
            "2025-01-01T00:00:00Z",
        ),
        (USER, "aws:EpochTime", "NumericGreaterThan", "1795456800", "1"),
        (USER, "aws:SecureTransport", "Bool", "false", "true"),
        (USER, "aws:SourceIp", "IpAddress", "203.0.113.0/24", "198.51.100.1"),
        (USER, "aws:RequestedRegion", "StringEquals", "eu-west-1", "eu-west-2"),
        (USER, "aws:userid", "StringLike", "AIDA*", "other"),
        (USER, "aws:UserAgent", "StringLike", "curl*", "other"),
        (USER, "aws:ViaAWSService", "Bool", "true", "false"),
        (USER, "aws:ResourceAccount", "StringEquals", "111122223333", "278805249149"),
        (session, "aws:PrincipalArn", "ArnLike", "arn:aws:iam::*:role/ci/*", ROLE),
    ] {
        let deny = unless(key, operator, value);
        let told = asked(&deny, principal, get, "allowed");
        let expected =
            format!("it: cannot tell: it hangs on `{}`, give it as `context`", key.to_lowercase());
        assert!(told.starts_with(&expected), "{told}");
        let given = |value: &str| format!(r#"{get}, "context": {{"{key}": {value}}}"#);
        assert_eq!(asked(&deny, principal, &given(&format!("\"{good}\"")), "allowed"), "", "{key}");
        assert_eq!(asked(&deny, principal, &given("null"), "allowed"), "", "{key}");
    }
    // What is denied whatever they are is denied.
    let always = r#", {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
    let both = format!("{}{always}", unless("aws:SourceIp", "NotIpAddress", "203.0.113.0/24"));
    assert_eq!(asked(&both, USER, get, "explicitly-denied"), "");
}

#[test]
fn a_value_that_a_key_never_has_is_a_mistake() {
    let deny = r#", {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#;
    let get = r#""action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context":
        {"aws:SourceIp": "office"}"#;
    let told = asked(deny, USER, get, "allowed");
    let expected = "it: in `context`, `aws:SourceIp` is an IP address, found `office`";
    assert_eq!(told, expected);
    assert_eq!(asked(deny, USER, &get.replace("\"office\"", "[\"office\"]"), "denied"), expected);
    // Also of a key whose type nobody knows.
    let told = asked(
        &deny.replace("aws:SourceIp", "own:Address"),
        USER,
        &get.replace("aws:SourceIp", "own:Address"),
        "allowed",
    );
    let expected = "it: in `context`, `own:Address` is an IP address or CIDR range, found `office`";
    assert_eq!(told, expected);
}

#[test]
fn a_policy_of_what_has_none_is_a_mistake() {
    let file = |rest: &str, expect: &str| {
        failures(&format!(
            r#"{{"identity_policies": [{EVERYTHING}], "resource_policy": {{"Version": "2012-10-17",
                 "Statement": {{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}}},
               "tests": [{{"name": "it", "principal": "{USER}", {rest}, "expect": "{expect}"}}]}}"#
        ))
        .concat()
    };
    let instance = "arn:aws:ec2:eu-west-1:278805249149:instance/i-1";
    let stop = format!(r#""action": "ec2:StopInstances", "resource": "{instance}""#);
    for rest in [stop.as_str(), r#""action": "ec2:DescribeInstances""#] {
        let told = file(rest, "allowed");
        assert!(told.contains("has no policy of its own, so `resource_policy` is none"), "{told}");
    }
    let bucket = r#""action": "s3:GetObject", "resource": "arn:aws:s3:::b/k""#;
    assert_eq!(file(bucket, "allowed"), "");
}

#[test]
fn versions_of_functions_and_aws_own_documents_are_resources() {
    let function = "arn:aws:lambda:eu-west-1:278805249149:function:f";
    for resource in [format!("{function}:7"), format!("{function}:$LATEST"), function.to_owned()] {
        let rest = format!(r#""action": "lambda:InvokeFunction", "resource": "{resource}""#);
        assert_eq!(asked("", USER, &rest, "allowed"), "", "{resource}");
    }
    let document = "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript";
    let send = |arn: &str| format!(r#""action": "ssm:SendCommand", "resource": "{arn}""#);
    assert_eq!(asked("", USER, &send(document), "allowed"), "");
    let told = asked("", USER, &send("arn:aws:ssm:eu-west-1::document/own"), "allowed");
    assert!(told.contains("is never checked on"), "{told}");
}

#[test]
fn tags_of_awss_own_are_no_sessions() {
    let get = r#""action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "session_tags":
        {"aws:team": "red"}"#;
    let told = asked("", ROLE, get, "allowed");
    assert!(told.contains("Tag keys and values that begin with 'aws:' are reserved."), "{told}");
}

#[test]
fn nobody_is_told_to_assume_a_root() {
    let root = r#""action": "sts:AssumeRoot", "resource": "arn:aws:iam::111122223333:root""#;
    let told = asked("", USER, root, "allowed");
    assert!(told.contains("whether the account manages the root access"), "{told}");
    let deny = r#", {"Effect": "Deny", "Action": "sts:AssumeRoot", "Resource": "*"}"#;
    assert_eq!(asked(deny, USER, root, "explicitly-denied"), "");
}
