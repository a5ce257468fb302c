//! Lint rules: each finding with its place.

mod arns;
mod keys;
mod statements;
mod traps;
mod trust;

use super::*;

/// `code line:column` of every finding.
fn found(text: &str, kind: PolicyKind) -> Vec<String> {
    lint(text, kind)
        .into_iter()
        .map(|finding| {
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
            format!(
                "{} {} {}:{}",
                finding.severity.name(),
                finding.code,
                finding.line,
                finding.column
            )
        })
        .collect()
}

const TUTORIAL: &str = r#"{
    "Version": "2012-10-17",
    "Statement":
        {
            "Effect": "Allow",
            "Principal": {"Federated": "accounts.google.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.google.com:aud": "client"}}
        }
    ]
}
"#;

#[test]
fn the_tutorials_file_lacks_its_bracket() {
    let findings = lint(TUTORIAL, PolicyKind::Trust);
    let [finding] = findings.as_slice() else { panic!("one finding") };
    assert_eq!((finding.line, finding.column), (4, 9));
    assert_eq!(finding.message, "a list begins here but its opening `[` is missing");
    assert_eq!(finding.excerpt(TUTORIAL), "4 |         {\n  |         ^");
    let mended = mend(TUTORIAL).unwrap();
    assert_eq!(mended, TUTORIAL.replacen("        {\n", "        [{\n", 1));
    assert_eq!(found(&mended, PolicyKind::Trust), ["warning audience-without-subject 6:40"]);
}

fn identity(statement: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\", \"Statement\":\n{statement}}}")
}

/// Each finding's code, message and hint.
fn said(statement: &str) -> Vec<(&'static str, String, String)> {
    lint(&identity(statement), PolicyKind::Identity)
        .into_iter()
        .map(|finding| (finding.code.name(), finding.message, finding.hint.unwrap_or_default()))
        .collect()
}

#[test]
fn versions() {
    let text = r#"{"Statement": {"Effect": "Deny", "Action": "s3:GetObject",
"Resource": "arn:aws:s3:::${aws:username}"}}"#;
    assert_eq!(
        found(text, PolicyKind::Identity),
        ["suggestion missing-version 1:1", "warning variable-without-version 2:13"]
    );
}

#[test]
fn iam_takes_no_old_version() {
    let old = |action: &str| {
        format!(
            "{{\"Version\": \"2008-10-17\", \"Statement\": {{\"Effect\": \"Deny\", \"Action\": \
             \"{action}\", \"Principal\": \"*\", \"Resource\": \"*\"}}}}"
        )
    };
    let identity = old("s3:GetObject").replace("\"Principal\": \"*\", ", "");
    assert_eq!(found(&identity, PolicyKind::Identity), ["error old-version 1:13"]);
    assert_eq!(found(&identity, PolicyKind::Session), ["error old-version 1:13"]);
    assert_eq!(found(&old("s3:GetObject"), PolicyKind::Resource), [""; 0]);
    let trust = old("sts:AssumeRole").replace(", \"Resource\": \"*\"", "");
    assert_eq!(found(&trust, PolicyKind::Trust), [""; 0]);
}

#[test]
fn resource_policies() {
    for (principal, effect, expected) in [
        (r#""Principal": "*""#, "Allow", &["warning principal-everybody 2:37"][..]),
        (r#""Principal": {"AWS": "*"}"#, "Allow", &["warning principal-everybody 2:45"]),
        (r#""Principal": {"Service": "*"}"#, "Allow", &["warning principal-everybody 2:49"]),
        (r#""Principal": "*""#, "Deny", &[]),
        (r#""NotPrincipal": {"AWS": "278805249149"}"#, "Allow", &["warning not-principal 2:24"]),
        (r#""NotPrincipal": {"AWS": "278805249149"}"#, "Deny", &["warning not-principal 2:23"]),
    ] {
        let text = identity(&format!(
            r#"{{   "Effect": "{effect}", {principal}, "Action": "s3:GetObject", "Resource": "*"}}"#
        ));
        assert_eq!(found(&text, PolicyKind::Resource), expected, "{principal} {effect}");
    }
}

#[test]
fn everybody_is_narrowed_by_what_some_have_alone() {
    let codes = |condition: &str| {
        let text = identity(&format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
"Condition": {{{condition}}}}}"#
        ));
        let codes = lint(&text, PolicyKind::Resource).into_iter().map(|it| it.code);
        codes.filter(|code| *code == Code::PrincipalEverybody).count()
    };
    for condition in [
        r#""ArnLike": {"aws:PrincipalArn": "*"}"#,
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}"#,
        r#""ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::111122223333:role/r", "arn:*"]}"#,
        r#""StringLike": {"aws:userid": "*:deploy"}"#,
        r#""StringLike": {"aws:SourceArn": "arn:aws:s3:::*"}"#,
        r#""StringEquals": {"aws:PrincipalArn": "${aws:PrincipalArn}"}"#,
        r#""StringEquals": {"aws:PrincipalOrgID": []}"#,
        r#""StringNotEquals": {"aws:PrincipalOrgID": "o-a"}"#,
        r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}"#,
        r#""ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"}"#,
        r#""Null": {"aws:PrincipalOrgID": "false"}"#,
    ] {
        assert_eq!(codes(condition), 1, "{condition}");
    }
    for condition in [
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}"#,
        r#""ArnLike": {"aws:SourceArn": "arn:aws:*:*:111122223333:*"}"#,
        r#""ArnLike": {"aws:SourceArn": "arn:aws:s3:::mine"}"#,
        r#""StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}"#,
        r#""StringLike": {"aws:userid": "AROAEXAMPLEEXAMPLE123:*"}"#,
        r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"}"#,
        r#""StringEquals": {"aws:SourceAccount": "111122223333"}"#,
    ] {
        assert_eq!(codes(condition), 0, "{condition}");
    }
}

#[test]
fn long_policies_are_noticed() {
    let sids: Vec<String> = (0..60)
        .map(|number| {
            format!(r#"{{"Sid": "S{number}", "Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"}}"#)
        })
        .collect();
    let text = identity(&format!("[{}]", sids.join(",")));
    assert_eq!(found(&text, PolicyKind::Trust), ["warning too-long 1:1"]);
}

#[test]
fn an_excerpt_of_a_long_line_is_cut() {
    let text = format!("{{\"Version\": \"{}\", x}}", "y".repeat(500));
    let findings = lint(&text, PolicyKind::Identity);
    let excerpt = findings.first().unwrap().excerpt(&text);
    let mut lines = excerpt.lines();
    let source = lines.next().unwrap();
    let caret = lines.next().unwrap();
    assert!(source.chars().count() <= 104);
    assert_eq!(source.chars().nth(caret.chars().count() - 1), Some('x'));
}

#[test]
fn findings_are_bounded() {
    let actions: Vec<String> = (0..5000).map(|number| format!("\"ec2:Nope{number}\"")).collect();
    let text = identity(&format!(
        r#"{{"Effect": "Deny", "Action": [{}], "Resource": "*"}}"#,
        actions.join(",")
    ));
    assert_eq!(lint(&text, PolicyKind::Identity).len(), MAX_FINDINGS);
    // Errors, and the one warning that the policy is too long.
    let text = text.replace("ec2:", "");
    assert_eq!(lint(&text, PolicyKind::Identity).len(), MAX_FINDINGS + 1);
}
