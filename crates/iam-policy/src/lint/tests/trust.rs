//! Whom trust policies let in.

use super::*;

fn trust(principal: &str, action: &str, condition: &str) -> String {
    format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\",\n\
         \"Principal\": {principal},\n\"Action\": \"{action}\",\n\"Condition\": {condition}}}]}}"
    )
}

const GOOGLE: &str = r#"{"Federated": "accounts.google.com"}"#;
const GITHUB: &str = r#"{"Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com"}"#;
const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

#[test]
fn a_careful_trust_policy_has_no_findings() {
    let condition =
        r#"{"StringEquals": {"accounts.google.com:aud": "c", "accounts.google.com:sub": "1"}}"#;
    assert_eq!(found(&trust(GOOGLE, ASSUME, condition), PolicyKind::Trust), [""; 0]);
    let condition = r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}"#;
    assert_eq!(found(&trust(GITHUB, ASSUME, condition), PolicyKind::Trust), [""; 0]);
}

#[test]
fn trust_policies_that_let_in_too_many() {
    let google = |condition: &str| found(&trust(GOOGLE, ASSUME, condition), PolicyKind::Trust);
    assert_eq!(google("{}"), ["warning anybody 2:28"]);
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:sub": "1"}}"#),
        ["suggestion subject-without-audience 2:28"]
    );
    assert_eq!(
        google(r#"{"StringEqualsIfExists": {"accounts.google.com:sub": "1"}}"#),
        ["warning anybody 2:28", "warning if-exists-on-claim 4:15"]
    );
    assert_eq!(
        google(r#"{"StringLike": {"accounts.google.com:sub": "*"}}"#),
        ["warning anybody 2:28"]
    );
    for variable in ["${accounts.google.com:sub}", "${sts:RoleSessionName}"] {
        let condition =
            format!(r#"{{"StringEquals": {{"accounts.google.com:sub": "{variable}"}}}}"#);
        assert_eq!(google(&condition), ["warning anybody 2:28"], "{variable}");
    }
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:email": "a@b"}}"#),
        ["warning anybody 2:28", "warning unknown-condition-key 4:32"]
    );
    assert_eq!(
        google(r#"{"StringEquals": {"accounts.google.com:sbu": "1"}}"#),
        ["warning anybody 2:28", "warning unknown-condition-key 4:32"]
    );
    assert_eq!(
        found(&trust(GOOGLE, "sts:AssumeRole", "{}"), PolicyKind::Trust),
        ["warning wrong-assume-action 3:11"]
    );
    assert_eq!(
        found(&trust("\"*\"", "sts:AssumeRole", "{}"), PolicyKind::Trust),
        ["warning principal-everybody 2:14"]
    );
    assert_eq!(
        found(&trust(r#"{"Federated": "*"}"#, ASSUME, "{}"), PolicyKind::Trust),
        ["warning principal-everybody 2:28"]
    );
    let narrowed = r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
    assert_eq!(found(&trust("\"*\"", "sts:AssumeRole", narrowed), PolicyKind::Trust), [""; 0]);
}

#[test]
fn github_subjects() {
    let subject = |value: &str| {
        let condition = format!(
            r#"{{"StringEquals": {{"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
"StringLike": {{"token.actions.githubusercontent.com:sub": "{value}"}}}}"#
        );
        found(&trust(GITHUB, ASSUME, &condition), PolicyKind::Trust)
            .into_iter()
            .map(|finding| finding.split(' ').nth(1).unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(subject("repo:acme/app:ref:refs/heads/main"), [""; 0]);
    assert_eq!(subject("repo:acme/app:environment:prod"), [""; 0]);
    assert_eq!(subject("repo:acme/app:ref:refs/heads/*"), ["github-any-branch"]);
    assert_eq!(subject("repo:acme/app:*"), ["github-pull-requests"]);
    assert_eq!(subject("repo:acme/app:pull_request"), ["github-pull-requests"]);
    assert_eq!(subject("repo:acme/*"), ["github-any-repository-of-owner", "github-pull-requests"]);
    assert_eq!(subject("repo:*/app:ref:refs/heads/main"), ["github-any-repository"]);
    assert_eq!(subject("repo:acme*"), ["github-any-repository"]);
    assert_eq!(subject("*acme*"), ["github-any-repository"]);
    for of_everybody in [
        "environment:prod",
        "ref:refs/heads/main",
        "actor:alice",
        "workflow:deploy",
        "runner_environment:github-hosted",
        "event_name:push",
        "repository_visibility:private",
        "environment:prod:repository_owner:acme",
        "repository:acme",
        "repository_owner:",
        "acme/app",
    ] {
        assert_eq!(subject(of_everybody), ["github-any-repository"], "{of_everybody}");
    }
    for owned in [
        "repository_owner:acme:environment:prod",
        "repository:acme/app:environment:prod",
        "repository_id:42",
        "job_workflow_ref:acme/app/.github/workflows/a.yml@refs/heads/main",
    ] {
        assert_eq!(subject(owned), [""; 0], "{owned}");
    }
    assert_eq!(subject("*"), ["shared-issuer", "github-any-repository"]);
    for (immutable, found) in [
        ("repo:acme@1/app@2:ref:refs/heads/main", &[][..]),
        ("repo:acme@*", &["github-owner-of-any-id", "github-any-repository-of-owner"]),
        ("repo:acme@*/app@*:ref:refs/heads/main", &["github-owner-of-any-id"]),
        ("repo:acme@1/app@*:ref:refs/heads/main", &[]),
        (
            "repo:acme@*/app*:environment:prod",
            &["github-owner-of-any-id", "github-any-repository-of-owner"],
        ),
        ("repo:acme*@1/app@2:ref:refs/heads/main", &["github-any-repository"]),
        ("repo:@*/app:ref:refs/heads/main", &["github-any-repository"]),
    ] {
        assert_eq!(subject(immutable), found, "{immutable}");
    }
}

#[test]
fn subjects_of_anybody_at_an_issuer_that_many_share() {
    let found = |prefix: &str, value: &str| {
        let principal =
            format!("{{\"Federated\": \"arn:aws:iam::278805249149:oidc-provider/{prefix}\"}}");
        let conditions = format!(
            "{{\"StringLike\": {{\"{prefix}:sub\": \"{value}\"}}, \"StringEquals\": \
             {{\"{prefix}:aud\": \"a\"}}}}"
        );
        let text = trust(&principal, "sts:AssumeRoleWithWebIdentity", &conditions);
        found(&text, PolicyKind::Trust).iter().any(|it| it.contains("subject-of-anybody"))
    };
    for (prefix, value) in [
        ("gitlab.com", "project_path:*"),
        ("gitlab.com", "project_path:acme*:ref_type:branch:ref:main"),
        ("gitlab.com", "*/app:ref_type:branch:ref:main"),
        ("agent.buildkite.com", "organization:acme*"),
        ("app.terraform.io", "organization:*:project:web:*"),
        ("oidc.vercel.com", "owner:acme*"),
    ] {
        assert!(found(prefix, value), "{value}");
    }
    for (prefix, value) in [
        ("gitlab.com", "project_path:acme/*:ref_type:branch:ref:main"),
        ("agent.buildkite.com", "organization:acme:pipeline:*"),
        ("app.terraform.io", "organization:acme:project:web:*"),
        ("gitlab.example.com", "project_path:*"),
    ] {
        assert!(!found(prefix, value), "{value}");
    }
}

#[test]
fn built_in_providers_let_in_everybody_too() {
    let of = |principal: &str, conditions: &str| {
        let principal = format!("{{\"Federated\": \"{principal}\"}}");
        found(&trust(&principal, "sts:AssumeRoleWithWebIdentity", conditions), PolicyKind::Trust)
    };
    assert_eq!(of("cognito-identity.amazonaws.com", "{}"), ["error shared-issuer 2:28"]);
    assert_eq!(of("graph.facebook.com", "{}"), ["warning anybody 2:28"]);
    assert_eq!(of("www.amazon.com", "{}"), ["warning anybody 2:28"]);
    let app = r#"{"StringEquals": {"graph.facebook.com:app_id": "1"}}"#;
    assert_eq!(of("graph.facebook.com", app), [""; 0]);
    assert_eq!(of("https://accounts.google.com", "{}"), ["error bad-principal 2:28"]);
}

#[test]
fn a_key_is_that_of_its_issuer_or_not() {
    let of = |host: &str, key: &str| {
        let principal =
            format!("{{\"Federated\": \"arn:aws:iam::278805249149:oidc-provider/{host}\"}}");
        let conditions =
            format!("{{\"StringEquals\": {{\"{host}:aud\": \"a\", \"{key}\": \"b\"}}}}");
        let text = trust(&principal, "sts:AssumeRoleWithWebIdentity", &conditions);
        found(&text, PolicyKind::Trust).iter().any(|it| it.contains("key-of-another-issuer"))
    };
    assert!(!of("gitlab.example.com:8443", "gitlab.example.com:8443:sub"));
    assert!(!of("gitlab.example.com", "aws:RequestTag/a.b:c"));
    assert!(of("gitlab.example.com", "gitlab.example.com:8443:sub"));
    assert!(of("h.example/id/1", "arn:aws:iam::278805249149:oidc-provider/h.example/id/1:sub"));
    assert!(of("h.example", "https://h.example:sub"));
}

#[test]
fn keys_that_iam_lists_of_another_issuer_alone_are_unknown() {
    let of = |principal: &str, host: &str, key: &str| {
        let conditions =
            format!("{{\"StringEquals\": {{\"{host}:sub\": \"a\", \"{host}:{key}\": \"b\"}}}}");
        let text = trust(principal, "sts:AssumeRoleWithWebIdentity", &conditions);
        found(&text, PolicyKind::Trust).iter().any(|it| it.contains("unknown-condition-key"))
    };
    let google = "accounts.google.com";
    let other = "{\"Federated\": \"arn:aws:iam::278805249149:oidc-provider/h.example\"}";
    assert!(of(other, "h.example", "oaud"));
    assert!(!of(other, "h.example", "amr"));
    let built_in = format!("{{\"Federated\": \"{google}\"}}");
    assert!(of(&built_in, google, "amr"));
    assert!(!of(&built_in, google, "oaud"));
}

#[test]
fn issuers_that_many_share_must_be_narrowed() {
    assert_eq!(
        found(&trust(GITHUB, ASSUME, "{}"), PolicyKind::Trust),
        ["error shared-issuer 2:28"]
    );
    let other =
        r#"{"StringEquals": {"gitlab.com:sub": "project_path:a/b:ref_type:branch:ref:main"}}"#;
    assert_eq!(
        found(&trust(GITHUB, ASSUME, other), PolicyKind::Trust),
        ["error shared-issuer 2:28", "warning key-of-another-issuer 4:32"]
    );
}

/// A condition that asks for what no token of the issuer has lets nobody in.
#[test]
fn values_that_no_token_has() {
    const GITLAB: &str = r#"{"Federated": "arn:aws:iam::278805249149:oidc-provider/gitlab.com"}"#;
    const CIRCLECI: &str =
        r#"{"Federated": "arn:aws:iam::278805249149:oidc-provider/oidc.circleci.com/org/1"}"#;
    let codes = |principal: &str, operator: &str, key: &str, value: &str| {
        let condition = format!("{{\"{operator}\": {{\"{key}\": {value}}}}}");
        let codes: Vec<&str> = lint(&trust(principal, ASSUME, &condition), PolicyKind::Trust)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Warning)
            .map(|finding| finding.code.name())
            .collect();
        let expected = ["anybody", "audience-without-subject"];
        codes
            .iter()
            .filter(|code| !expected.contains(code))
            .map(|code| (*code).to_owned())
            .collect()
    };
    let dead: Vec<String> = vec!["value-no-token-has".to_owned()];
    let none: Vec<String> = Vec::new();
    let sub = "token.actions.githubusercontent.com:sub";
    for (value, expected) in [
        (r#""repo:acme/app""#, &dead),
        (r#""repo:acme/app:ref:refs/heads/main""#, &none),
        (r#""repo:acme/app:environment:production""#, &none),
        (r#""repository_owner:acme""#, &none),
        (
            r#"["repo:acme@1/app@2:ref:refs/heads/main", "repo:acme/app:ref:refs/heads/main"]"#,
            &vec!["old-subject-beside-immutable".to_owned()],
        ),
        (
            r#"["repo:acme@1/app@2:ref:refs/heads/main", "repo:acme/web:ref:refs/heads/main"]"#,
            &none,
        ),
    ] {
        let found: Vec<String> = codes(GITHUB, "StringEquals", sub, value);
        assert_eq!(found, *expected, "{value}");
    }
    assert_eq!(codes(GITHUB, "StringLike", sub, r#""repo:acme/app""#), dead);
    assert_eq!(codes(GITHUB, "StringNotEquals", sub, r#""repo:acme/app""#), none);
    for (value, expected) in [
        ("project_path:a/b:ref_type:branch:ref:main", &none),
        ("project_path:a/b:ref_type:tag:ref:v1", &none),
        ("project_path:a/b:ref_type:mr:ref:x", &dead),
        ("project_path:a/b:ref_type:branch:ref:refs/heads/main", &dead),
    ] {
        let value = format!("\"{value}\"");
        assert_eq!(codes(GITLAB, "StringEquals", "gitlab.com:sub", &value), *expected, "{value}");
    }
    let pattern = r#""project_path:a/b:ref_type:*:ref:*""#;
    assert_eq!(codes(GITLAB, "StringLike", "gitlab.com:sub", pattern), none);
    let aud = "oidc.circleci.com/org/1:aud";
    assert_eq!(codes(CIRCLECI, "StringEquals", aud, r#""sts.amazonaws.com""#), dead);
    assert_eq!(codes(CIRCLECI, "StringEquals", aud, r#""1""#), none);
    for key in ["accounts.google.com:aud", "accounts.google.com:sub"] {
        let of_service_account = r#""sa@project.iam.gserviceaccount.com""#;
        let found: Vec<String> = codes(GOOGLE, "StringEquals", key, of_service_account);
        assert!(found.contains(&dead[0]), "{key}: {found:?}");
    }
}
