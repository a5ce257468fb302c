//! What a test must not take for a yes: what another policy must allow as well, and what the
//! call that it tests does not have.

use super::failures;

const EVERYTHING: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// The failures of one test under a policy that allows everything.
fn of(more: &str, test: &str) -> Vec<String> {
    failures(&format!(
        r#"{{"identity_policies": [{EVERYTHING}], {more} "tests": [{{"name": "t",
            "principal": "arn:aws:iam::278805249149:user/u", {test}}}]}}"#
    ))
}

#[test]
fn a_key_and_a_role_are_opened_by_their_own_policy_alone() {
    for (test, lacking) in [
        (
            r#""action": "kms:Decrypt", "resource": "arn:aws:kms:us-east-1:278805249149:key/k""#,
            "resource_policy",
        ),
        (r#""action": "KMS:decrypt""#, "resource_policy"),
        (
            r#""action": "sts:AssumeRole", "resource": "arn:aws:iam::278805249149:role/r""#,
            "trust_policy",
        ),
        (r#""action": "sts:AssumeRole""#, "trust_policy"),
        (
            r#""action": "sts:TagSession", "resource": "arn:aws:iam::278805249149:role/r""#,
            "trust_policy",
        ),
        (r#""action": "sts:SetSourceIdentity""#, "trust_policy"),
    ] {
        for expect in ["allowed", "denied"] {
            let told = of("", &format!(r#"{test}, "expect": "{expect}""#));
            assert_eq!(told.len(), 1, "{test}");
            assert!(told[0].starts_with("t: cannot tell: `"), "{told:?}");
            assert!(told[0].contains(&format!("as `{lacking}`")), "{told:?}");
        }
    }
    // The trust policy of another role says nothing of this one.
    let other =
        r#""trust_policy_file": "trust.json", "role_arn": "arn:aws:iam::278805249149:role/other","#;
    let test = r#""action": "sts:AssumeRole", "resource": "arn:aws:iam::278805249149:role/r", "expect": "allowed""#;
    assert!(of(other, test)[0].contains("only by its own trust policy"));
    // What the policies deny is denied, and what is on no key is allowed by them alone.
    let denied = r#""service_control_policies": [[]],"#;
    assert_eq!(of(denied, r#""action": "kms:Decrypt", "expect": "implicitly-denied""#), [""; 0]);
    assert_eq!(of("", r#""action": "kms:CreateKey", "expect": "allowed""#), [""; 0]);
    assert_eq!(of("", r#""action": "sts:GetCallerIdentity", "expect": "allowed""#), [""; 0]);
    for (principal, expect) in [("278805249149", "allowed"), ("111122223333", "implicitly-denied")]
    {
        let policy = format!(
            r#""resource_policy": {{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
               "Principal": {{"AWS": "arn:aws:iam::{principal}:root"}}, "Action": "kms:*", "Resource": "*"}}}},"#
        );
        let test = format!(r#""action": "kms:Decrypt", "expect": "{expect}""#);
        assert_eq!(of(&policy, &test), [""; 0], "{principal}");
    }
}

/// What is said of all resources would be passed over for the one that is denied or allowed.
#[test]
fn an_answer_that_hangs_on_the_resource_is_none() {
    let told = |policy: &str, test: &str| {
        failures(&format!(
            r#"{{"identity_policies": [{{"Version": "2012-10-17", "Statement": [{policy}]}}],
                "tests": [{{"name": "t", "principal": "arn:aws:iam::278805249149:user/u", {test}}}]}}"#
        ))
        .join("")
    };
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let deny = r#"{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::b/*""#;
    let but = format!("{all}, {deny}}}");
    let one = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/open/*"}"#;
    for (policy, resource, expect) in [
        (but.as_str(), "", "allowed"),
        (&but, r#""resource": "*","#, "allowed"),
        (&but, r#""resource": "arn:aws:s3:::*/k","#, "allowed"),
        (one, "", "denied"),
        (one, r#""resource": "arn:aws:s3:::b/*","#, "implicitly-denied"),
    ] {
        let test = format!(r#""action": "s3:DeleteObject", {resource} "expect": "{expect}""#);
        let told = told(policy, &test);
        assert!(told.starts_with("t: cannot tell: the policies name resources for"), "{told}");
    }
    for (policy, action, resource, expect) in [
        (
            but.as_str(),
            "s3:DeleteObject",
            r#""resource": "arn:aws:s3:::b/k","#,
            "explicitly-denied",
        ),
        (&but, "s3:DeleteObject", r#""resource": "arn:aws:s3:::other/k","#, "allowed"),
        (&but, "s3:GetObject", "", "allowed"),
        (&but, "s3:ListAllMyBuckets", "", "allowed"),
        (one, "s3:ListAllMyBuckets", "", "denied"),
        (one, "ec2:RunInstances", "", "denied"),
        // A statement that is not met turns nothing.
        (
            &format!(
                r#"{all}, {deny}, "Condition": {{"Bool": {{"aws:SecureTransport": "false"}}}}}}"#
            ),
            "s3:DeleteObject",
            "",
            "allowed",
        ),
    ] {
        let context = r#""context": {"aws:SecureTransport": "true"},"#;
        let test = format!(r#""action": "{action}", {resource} {context} "expect": "{expect}""#);
        assert_eq!(told(policy, &test), "", "{action} {resource}");
    }
}

/// A trust policy is asked only by what assumes the role.
#[test]
fn other_actions_of_sts_are_not_asked_of_the_role() {
    let trust = r#""trust_policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::278805249149:user/u"}, "Action": "sts:*"}},
        "role_arn": "arn:aws:iam::278805249149:role/r","#;
    let user = r#""principal": "arn:aws:iam::278805249149:user/u","#;
    let alone = |action: &str, resource: &str, expect: &str| {
        failures(&format!(
            r#"{{{trust} "tests": [{{"name": "t", {user} "action": "{action}", {resource}
                "expect": "{expect}"}}]}}"#
        ))
    };
    let role = r#""resource": "arn:aws:iam::278805249149:role/r","#;
    for action in
        ["sts:GetFederationToken", "sts:DecodeAuthorizationMessage", "sts:GetSessionToken"]
    {
        // A session of one's own needs no permission.
        let expect = if action == "sts:GetSessionToken" { "allowed" } else { "implicitly-denied" };
        assert_eq!(alone(action, "", expect), [""; 0], "{action}");
        let on_the_role = alone(action, role, "implicitly-denied").join("");
        assert!(on_the_role.contains("is checked on"), "{action}: {on_the_role}");
    }
    for action in ["sts:AssumeRole", "STS:tagsession", "sts:SetSourceIdentity"] {
        assert_eq!(alone(action, "", "allowed"), [""; 0], "{action}");
    }
}

#[test]
fn what_a_call_does_not_have_is_not_passed_over() {
    let token = |field: &str| {
        failures(&format!(
            r#"{{"trust_policy_file": "trust.json", "role_arn": "arn:aws:iam::278805249149:role/r",
                "tests": [{{"name": "t", "token": {{"iss": "https://accounts.google.com",
                "aud": "client", "sub": "1"}}, {field} "expect": "allowed"}}]}}"#
        ))
    };
    for (field, name) in [
        (r#""action": "s3:DeleteBucket","#, "action"),
        (r#""action": "sts:AssumeRole","#, "action"),
        (r#""resource": "arn:aws:s3:::b","#, "resource"),
        (r#""resource": "arn:aws:iam::278805249149:role/other","#, "resource"),
        (r#""resource_account": "278805249149","#, "resource_account"),
        (r#""external_id": "x","#, "external_id"),
        (r#""transitive_tag_keys": ["x"],"#, "transitive_tag_keys"),
    ] {
        assert_eq!(
            token(field),
            [format!(
                "t: `{name}` does not belong to a test with a `token`: what that asks for is \
                 `sts:AssumeRoleWithWebIdentity` of the role `arn:aws:iam::278805249149:role/r`"
            )],
        );
    }
    for field in [
        "",
        r#""action": "sts:AssumeRoleWithWebIdentity","#,
        r#""resource": "arn:aws:iam::278805249149:role/r","#,
    ] {
        assert_eq!(token(field), [""; 0], "{field}");
    }
    assert_eq!(
        of("", r#""action": "s3:GetObject", "role_session_name": "x", "expect": "allowed""#),
        ["t: `role_session_name` belongs to a call that assumes the role"]
    );
    let assumes =
        r#""trust_policy_file": "trust.json", "role_arn": "arn:aws:iam::278805249149:role/r","#;
    assert_eq!(
        of(assumes, r#""action": "sts:AssumeRole", "resource_account": "1", "expect": "denied""#),
        ["t: `resource_account` does not belong to a call that assumes the role: its ARN says \
          whose it is"]
    );
}

/// As `explain --action` says it: no yes about what AWS never asks.
#[test]
fn a_resource_that_an_action_never_has_is_not_allowed() {
    let told = |action: &str, resource: &str| {
        let file = format!(
            r#"{{"identity_policies": [{{"Version": "2012-10-17", "Statement":
                {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}], "tests": [{{"name": "t",
                "principal": "arn:aws:iam::278805249149:user/u", "action": "{action}",
                "resource": "{resource}", "expect": "allowed"}}]}}"#
        );
        failures(&file).join("")
    };
    let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    for (action, resource, said) in [
        ("ec2:DescribeInstances", instance, "is checked on no resource"),
        ("s3:ListBucket", "arn:aws:s3:::b/k", "is never checked on `arn:aws:s3:::b/k`"),
        ("s3:ListObjects", "arn:aws:s3:::b", "`s3:ListObjects` is no action of AWS"),
    ] {
        let found = told(action, resource);
        assert!(found.contains(said), "{found}");
    }
    for (action, resource) in [
        ("ec2:DescribeInstances", "*"),
        ("ec2:StopInstances", instance),
        ("s3:ListBucket", "arn:aws:s3:::b"),
        ("nobody:Knows", "arn:aws:nobody:::x"),
    ] {
        assert_eq!(told(action, resource), "", "{action}");
    }
}
