//! What IAM itself rejects, with its place.

use super::*;

fn error(text: &str, kind: PolicyKind) -> String {
    Policy::parse(text, kind).unwrap_err().to_string()
}

fn identity(elements: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\",\n\"Statement\": {{{elements}}}}}")
}

#[test]
fn outlines() {
    for (text, message) in [
        ("[]", "line 1, column 1: expected a policy document (an object), found a list"),
        ("{}", "line 1, column 1: the policy has no `Statement`"),
        ("{\"Statement\": []}", "line 1, column 15: the list `Statement` is empty"),
        (
            "{\"Statement\": [1]}",
            "line 1, column 16: expected a statement (an object), found a number",
        ),
        (
            "{\"Version\": \"2012-10-18\", \"Statement\": {}}",
            "line 1, column 13: expected the language version `2012-10-17` or `2008-10-17`",
        ),
        (
            "{\"version\": \"2012-10-17\", \"Statement\": {}}",
            "line 1, column 2: `version` is not an element of a policy document",
        ),
        (
            "{\"Id\": 7, \"Statement\": {}}",
            "line 1, column 8: expected a string in `Id`, found a number",
        ),
    ] {
        assert_eq!(error(text, PolicyKind::Identity), message);
    }
}

// Long: a table of cases.
#[test]
fn statements() {
    let whole = r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#;
    Policy::parse(&identity(whole), PolicyKind::Identity).unwrap();
    for (elements, message) in [
        (
            r#""Action": "s3:GetObject", "Resource": "*""#,
            "line 2, column 14: the statement has no `Effect`",
        ),
        (
            r#""Effect": "Allow", "Resource": "*""#,
            "line 2, column 14: the statement has neither `Action` nor `NotAction`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject""#,
            "line 2, column 14: the statement has neither `Resource` nor `NotResource`",
        ),
        (
            r#""Effect": "allow", "Action": "s3:GetObject", "Resource": "*""#,
            "line 2, column 25: expected `Effect` to be `Allow` or `Deny`, in this case",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "NotAction": "s3:*", "Resource": "*""#,
            "line 2, column 60: a statement may have `Action` or `NotAction`, not both",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "NotResource": "*", "Resource": "*""#,
            "line 2, column 80: a statement may have `Resource` or `NotResource`, not both",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": "*""#,
            "line 2, column 77: a policy of this kind may not have `Principal`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Conditions": {}"#,
            "line 2, column 77: `Conditions` is not an element of a statement",
        ),
        (
            r#""Sid": "a-b", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#,
            "line 2, column 22: expected only the letters A-Z, a-z and digits in `Sid`, found `a-b`",
        ),
        (
            r#""Effect": "Allow", "Action": {"s3": "GetObject"}, "Resource": "*""#,
            "line 2, column 44: expected a string in `Action`, found an object",
        ),
        (
            r#""Effect": "Allow", "Action": ["s3:GetObject", null], "Resource": "*""#,
            "line 2, column 61: expected a string in `Action`, found null",
        ),
        (
            r#""Effect": "Allow", "Action": "GetObject", "Resource": "*""#,
            "line 2, column 44: expected `service:Action`, found `GetObject`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3*:GetObject", "Resource": "*""#,
            "line 2, column 44: expected a service's prefix of letters, digits and hyphens before the colon, found `s3*:GetObject`",
        ),
        (
            r#""Effect": "Allow", "Action": "*:Get*", "Resource": "*""#,
            "line 2, column 44: expected a service's prefix of letters, digits and hyphens before the colon, found `*:Get*`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:Get Object", "Resource": "*""#,
            "line 2, column 44: expected an action's name behind the colon, found `s3:Get Object`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:Get:Object", "Resource": "*""#,
            "line 2, column 44: expected an action's name behind the colon, found `s3:Get:Object`",
        ),
        (
            r#""Effect": "Allow", "Action": "", "Resource": "*""#,
            "line 2, column 44: expected `service:Action`, found ``",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:*:::bucket""#,
            "line 2, column 72: expected one service's ARN, found `arn:aws:*:::bucket`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s?:::bucket""#,
            "line 2, column 72: expected one service's ARN, found `arn:aws:s?:::bucket`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "NotResource": ["*", "arn:aws::::bucket"]"#,
            "line 2, column 81: expected one service's ARN, found `arn:aws::::bucket`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "bucket""#,
            "line 2, column 72: expected an ARN or `*`, found `bucket`",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": """#,
            "line 2, column 72: expected an ARN or `*`, found ``",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:username""#,
            "line 2, column 72: the policy variable that begins with `${` has no closing brace",
        ),
    ] {
        assert_eq!(error(&identity(elements), PolicyKind::Identity), message, "{elements}");
    }
}

#[test]
fn conditions() {
    for (block, message) in [
        ("[]", "line 2, column 1: expected `Condition` to be an object of operators, found a list"),
        ("{\"StringEqual\": {}}", "line 2, column 2: `StringEqual` is not a condition operator"),
        ("{\"stringequals\": {}}", "line 2, column 2: `stringequals` is not a condition operator"),
        ("{\"NullIfExists\": {}}", "line 2, column 2: `NullIfExists` is not a condition operator"),
        (
            "{\"ForAllValues:Null\": {}}",
            "line 2, column 2: `ForAllValues:Null` is not a condition operator",
        ),
        (
            "{\"ForSome:StringEquals\": {}}",
            "line 2, column 2: `ForSome:StringEquals` is not a condition operator",
        ),
        (
            "{\"StringEqualsIfExistsIfExists\": {}}",
            "line 2, column 2: `StringEqualsIfExistsIfExists` is not a condition operator",
        ),
        (
            "{\"StringEquals\": []}",
            "line 2, column 18: expected an object of condition keys under `StringEquals`, found a list",
        ),
        (
            "{\"StringEquals\": {\"username\": \"a\"}}",
            "line 2, column 19: expected a condition key like `aws:SourceIp`, found `username`",
        ),
        (
            "{\"StringEquals\": {\":x\": \"a\"}}",
            "line 2, column 19: expected a condition key like `aws:SourceIp`, found `:x`",
        ),
        (
            "{\"StringEquals\": {\"aws:x\": null}}",
            "line 2, column 28: expected a string under `aws:x`, found null",
        ),
        (
            "{\"StringEquals\": {\"aws:x\": [[\"a\"]]}}",
            "line 2, column 29: expected a string under `aws:x`, found a list",
        ),
        (
            "{\"StringEquals\": {\"aws:x\": \"${}\"}}",
            "line 2, column 28: expected a condition key between `${` and `}`",
        ),
    ] {
        let text = format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Condition\":\n{block}}}}}"
        );
        assert_eq!(error(&text, PolicyKind::Identity), message, "{block}");
    }
}

#[test]
fn trust_policies() {
    let trust = |elements: &str| {
        format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\",\n{elements}}}}}"
        )
    };
    let whole = trust(r#""Principal": {"AWS": "278805249149"}, "Action": "sts:AssumeRole""#);
    Policy::parse(&whole, PolicyKind::Trust).unwrap();
    for (elements, message) in [
        (r#""Action": "sts:AssumeRole""#, "line 1, column 40: the statement has no `Principal`"),
        (
            r#""Principal": "*", "Action": "s3:GetObject""#,
            "line 2, column 29: a trust policy may only name actions that assume a role, found `s3:GetObject`",
        ),
        (
            r#""Principal": "*", "Action": "sts:AssumeRole", "Resource": "*""#,
            "line 2, column 47: a trust policy may not have `Resource`",
        ),
        (
            r#""NotPrincipal": {"AWS": "278805249149"}, "Action": "sts:AssumeRole""#,
            "line 2, column 1: a trust policy may not have `NotPrincipal`",
        ),
        (
            r#""Principal": "alice", "Action": "sts:AssumeRole""#,
            "line 2, column 14: expected `\"*\"` or an object under `Principal`",
        ),
        (
            r#""Principal": {"Aws": "*"}, "Action": "sts:AssumeRole""#,
            "line 2, column 15: `Aws` is not an element of `Principal`",
        ),
        (
            r#""Principal": {"AWS": "alice"}, "Action": "sts:AssumeRole""#,
            "line 2, column 22: expected an account id, or the ARN of an account's root, a user, a role or a session, found `alice`",
        ),
        (
            r#""Principal": "*", "Action": "sts:GetCallerIdentity""#,
            "line 2, column 29: a trust policy may only name actions that assume a role, found `sts:GetCallerIdentity`",
        ),
        (
            r#""Principal": {"AWS": "arn:aws:iam::278805249149:user/*"}, "Action": "sts:AssumeRole""#,
            "line 2, column 22: expected an account id, or the ARN of an account's root, a user, a role or a session, found `arn:aws:iam::278805249149:user/*`",
        ),
        (
            r#""Principal": {"AWS": "arn:aws:s3:::bucket"}, "Action": "sts:AssumeRole""#,
            "line 2, column 22: expected an account id, or the ARN of an account's root, a user, a role or a session, found `arn:aws:s3:::bucket`",
        ),
        (
            r#""Principal": {"Service": "ec2"}, "Action": "sts:AssumeRole""#,
            "line 2, column 26: expected a service's name like `ec2.amazonaws.com`, found `ec2`",
        ),
        (
            r#""Principal": {"Federated": "a b"}, "Action": "sts:AssumeRole""#,
            "line 2, column 28: expected a provider's host name or its ARN, found `a b`",
        ),
    ] {
        assert_eq!(error(&trust(elements), PolicyKind::Trust), message, "{elements}");
    }
}

/// Everything but nothing is everything: such a document is none, whatever its effect.
#[test]
fn an_exception_of_nothing_is_refused() {
    for effect in ["Allow", "Deny"] {
        for (elements, element) in [
            (r#""NotAction": [], "Resource": "*""#, "NotAction"),
            (r#""Action": "s3:GetObject", "NotResource": []"#, "NotResource"),
        ] {
            let text = identity(&format!(r#""Effect": "{effect}", {elements}"#));
            let told = error(&text, PolicyKind::Identity);
            let expected = format!("the list under `{element}` is empty: it would mean everything");
            assert!(told.ends_with(&expected), "{told}");
        }
        for nobody in ["{}", r#"{"AWS": []}"#, r#"{"AWS": [], "Service": []}"#] {
            let text = identity(&format!(
                r#""Effect": "{effect}", "NotPrincipal": {nobody}, "Action": "*", "Resource": "*""#
            ));
            let told = error(&text, PolicyKind::Resource);
            let expected = "`NotPrincipal` names nobody: it would mean everybody";
            assert!(told.ends_with(expected), "{told}");
        }
    }
    // What names nothing gives nothing.
    let nothing = identity(r#""Effect": "Allow", "Action": [], "Resource": []"#);
    Policy::parse(&nothing, PolicyKind::Identity).unwrap();
}

/// A statement of a resource control policy.
fn control(elements: &str) -> Result<Policy, PolicyError> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{elements}}}]}}"#);
    Policy::parse(&text, PolicyKind::ResourceControl)
}

#[test]
fn a_resource_control_policy_only_denies() {
    const DENY: &str = r#""Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*""#;
    control(DENY).unwrap();
    control(&DENY.replace("\"Resource\"", "\"NotResource\"")).unwrap();
    let full = r#""Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*""#;
    control(full).unwrap();
    let told = |elements: &str| control(elements).unwrap_err().message().to_owned();
    let allow = "expected `Effect` to be `Deny` in a resource control policy: `RCPFullAWSAccess` \
                 alone allows, and is attached everywhere";
    let conditional =
        format!(r#"{full}, "Condition": {{"Bool": {{"aws:SecureTransport": "true"}}}}"#);
    for other in [
        DENY.replace("Deny", "Allow"),
        full.replace(r#""Principal": "*""#, r#""Principal": {"AWS": "278805249149"}"#),
        full.replace("\"Resource\"", "\"NotResource\""),
        conditional,
        format!("{full}}}, {{{DENY}"),
        format!("{DENY}}}, {{{full}"),
    ] {
        assert_eq!(told(&other), allow, "{other}");
    }
    let principal = "expected `Principal` to be `\"*\"` in a resource control policy";
    for other in [r#""Principal": {"AWS": "*"}"#, r#""NotPrincipal": {"AWS": "278805249149"}"#] {
        assert_eq!(told(&DENY.replace(r#""Principal": "*""#, other)), principal, "{other}");
    }
    let bare =
        "expected actions of a service, as in `s3:*`, in a resource control policy, found `*`";
    for other in [r#""*""#, r#"["s3:*", "*"]"#, r#""**""#] {
        assert_eq!(told(&DENY.replace(r#""s3:*""#, other)), bare, "{other}");
    }
    let left_out = "expected `Action` in a resource control policy";
    assert_eq!(told(&DENY.replace("\"Action\"", "\"NotAction\"")), left_out);
    let service = Policy::parse(
        &identity(&DENY.replace(r#""Principal": "*", "#, "")),
        PolicyKind::ServiceControl,
    );
    assert_eq!(service.unwrap().statement_count(), 1);
}

#[test]
fn principals_that_are_gone_are_kept() {
    let text = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": ["AROAEXAMPLEID", "*"]},
        "Action": ["sts:*", "sts:AssumeRole*", "STS:tagsession"]}}"#;
    Policy::parse(text, PolicyKind::Trust).unwrap();
    for other in ["EXAMPLE", "AROA-example", "AIDAx"] {
        let told = error(&text.replace("AROAEXAMPLEID", other), PolicyKind::Trust);
        assert!(told.ends_with(&format!("a role or a session, found `{other}`")), "{told}");
    }
}

#[test]
fn sids_are_unique() {
    let statement = |sid: &str| {
        format!(r#"{{"Sid": "{sid}", "Effect": "Deny", "Action": "*", "Resource": "*"}}"#)
    };
    let text = |one: &str, two: &str| {
        format!("{{\"Statement\": [{},\n{}]}}", statement(one), statement(two))
    };
    Policy::parse(&text("A", "B"), PolicyKind::Identity).unwrap();
    Policy::parse(&text("", ""), PolicyKind::Identity).unwrap();
    assert_eq!(
        error(&text("A", "A"), PolicyKind::Identity),
        "line 2, column 1: another statement already has the Sid `A`"
    );
}

#[test]
fn errors_carry_hint_and_mend() {
    let error = Policy::parse("{\"Statement\": {},}", PolicyKind::Identity).unwrap_err();
    assert_eq!((error.line(), error.column()), (1, 17));
    assert_eq!(error.message(), "a comma stands before `}`");
    assert_eq!(error.hint(), Some("remove the comma"));
    assert_eq!(error.mended(), Some("{\"Statement\": {}}"));
    assert_eq!(error.finding().code, Code::TrailingComma);
    let error = Policy::parse("{\"Statment\": {}}", PolicyKind::Identity).unwrap_err();
    assert_eq!(error.message(), "`Statment` is not an element of a policy document");
    assert_eq!((error.hint(), error.mended()), (Some("did you mean `Statement`?"), None));
}

#[test]
fn bytes_that_are_no_text() {
    let error = Policy::parse_bytes(b"{\n\"Id\": \"\xff\"}", PolicyKind::Identity).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 8: the text is not valid UTF-8 here");
    assert_eq!(error.hint(), Some("save the file as UTF-8"));
    let text = br#"{"Id": "x", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    let policy = Policy::parse_bytes(text, PolicyKind::Boundary).unwrap();
    assert_eq!(policy.id(), Some("x"));
    assert_eq!(policy.version(), Version::V2008);
    assert_eq!(policy.kind(), PolicyKind::Boundary);
    assert_eq!(policy.statement_count(), 1);
    assert_eq!(policy.text().as_bytes(), text);
}

#[test]
fn very_long_patterns_are_refused() {
    let action = identity(&format!(
        r#""Effect": "Deny", "Action": "s3:{}", "Resource": "*""#,
        "x".repeat(300)
    ));
    assert_eq!(
        error(&action, PolicyKind::Identity),
        "line 2, column 43: expected an action of at most 256 characters"
    );
    let resource = identity(&format!(
        r#""Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::{}""#,
        "x".repeat(4096)
    ));
    assert!(
        error(&resource, PolicyKind::Identity)
            .starts_with("line 2, column 60: expected an ARN or `*`")
    );
}
