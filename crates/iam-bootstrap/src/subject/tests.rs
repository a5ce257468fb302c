//! Subjects that can never match, that strangers match, and that are as narrow as they look.

use super::*;

fn told(issuer: &str, subject: &str) -> String {
    let provider = Provider::from_issuer(issuer).unwrap();
    match check(&provider, subject) {
        Ok(None) => "fine".to_owned(),
        Ok(Some(warning)) => format!("warned: {warning}"),
        Err(error) => format!("refused: {error}"),
    }
}

/// `fine`, `warned`, `never`, `strangers` for each subject.
#[track_caller]
fn sorted(issuer: &str, cases: &[(&str, &str)]) {
    for (subject, expected) in cases {
        let provider = Provider::from_issuer(issuer).unwrap();
        let found = match check(&provider, subject) {
            Ok(None) => "fine",
            Ok(Some(_)) => "warned",
            Err(InvalidBlueprint::NeverMatches { .. }) => "never",
            Err(InvalidBlueprint::Strangers { .. }) => "strangers",
            Err(_) => "other",
        };
        assert_eq!(found, *expected, "`{subject}` of {issuer}: {}", told(issuer, subject));
    }
}

#[test]
fn google() {
    sorted(
        "https://accounts.google.com",
        &[
            ("113632458324056836621", "fine"),
            ("ada@example.com", "never"),
            ("ci@project.iam.gserviceaccount.com", "never"),
            ("ada", "never"),
            ("1136*", "strangers"),
            ("11363245832405683662?", "strangers"),
            ("*", "strangers"),
            ("${aws:username}", "other"),
        ],
    );
    assert_eq!(
        told("https://accounts.google.com", "ada@example.com"),
        "refused: `ada@example.com` can never match `accounts.google.com:sub`: Google's `sub` is \
         the account's number, not its address"
    );
}

#[test]
fn github() {
    sorted(
        "https://token.actions.githubusercontent.com",
        &[
            ("repo:acme/app:ref:refs/heads/main", "fine"),
            ("repo:acme/app:ref:refs/tags/v1", "fine"),
            ("repo:acme/app:ref:refs/heads/*", "fine"),
            ("repo:acme/app:ref:*", "fine"),
            ("repo:acme/app:environment:prod", "fine"),
            ("repo:acme/app:pull_request", "fine"),
            ("repo:acme/app:*", "fine"),
            ("repo:acme@12/app@34:ref:refs/heads/main", "fine"),
            ("repository_owner:acme:ref:refs/heads/main", "fine"),
            ("repo:acme/*", "warned"),
            ("repo:acme/app*", "warned"),
            ("repo:acme/ap?:ref:refs/heads/main", "warned"),
            ("repo:acme/*:ref:refs/heads/main", "warned"),
            ("repository_owner:acme:*", "warned"),
            ("repo:acme/app", "never"),
            ("repo:acme/app:", "never"),
            ("repo:acme/app:main", "never"),
            ("repo:acme/app:ref:main", "never"),
            ("repo:acme/app:ref:refs/heads/", "never"),
            ("repo:acme/app:ref:heads/*", "never"),
            ("repo:acme/app:environment:", "never"),
            ("repo:acme", "never"),
            ("repo:/app:pull_request", "never"),
            ("repo:acme/:pull_request", "never"),
            ("acme/app", "never"),
            ("repo:*", "strangers"),
            ("repo:acme*", "strangers"),
            ("repo:acme*/app:ref:refs/heads/main", "strangers"),
            ("repo:acm?/app:ref:refs/heads/main", "strangers"),
            ("repo:*/app:ref:refs/heads/main", "strangers"),
            ("rep*", "strangers"),
            ("*", "strangers"),
            ("?epo:acme/app:pull_request", "strangers"),
            ("*:acme/app:*", "strangers"),
            ("job_workflow_ref:acme/app/*", "strangers"),
            ("repository_owner:acme*", "strangers"),
        ],
    );
    assert_eq!(
        told("https://token.actions.githubusercontent.com", "repo:acme/app"),
        "refused: `repo:acme/app` can never match `token.actions.githubusercontent.com:sub`: \
         GitHub's `sub` always says in which context"
    );
    assert_eq!(
        told("https://token.actions.githubusercontent.com", "repo:acme*"),
        "refused: `repo:acme*` for `token.actions.githubusercontent.com:sub` would let strangers \
         in: owners of that beginning can be made by anybody"
    );
    assert_eq!(
        told("https://token.actions.githubusercontent.com", "repo:acme/*"),
        "warned: `repo:acme/*` lets in more than one repository of `acme`"
    );
}

#[test]
fn gitlab() {
    sorted(
        "https://gitlab.com",
        &[
            ("project_path:acme/app:ref_type:branch:ref:main", "fine"),
            ("project_path:acme/sub/app:ref_type:tag:ref:v*", "fine"),
            ("project_path:acme/app:ref_type:*:ref:main", "fine"),
            ("project_path:acme/app:*", "fine"),
            ("project_path:acme/*", "warned"),
            ("project_path:acme/app*:ref_type:branch:ref:main", "warned"),
            ("project_path:acme/app", "warned"),
            ("project_path:acme/app:ref_type:mr:ref:main", "never"),
            ("project_path:acme/app:ref_type:branch:ref:refs/heads/main", "never"),
            ("project_path:acme/app:ref:refs/heads/main", "never"),
            ("project_path:acme/app:ref_type:branch", "never"),
            ("project_path:acme:ref_type:branch:ref:main", "never"),
            ("repo:acme/app:pull_request", "never"),
            ("project_path:*", "strangers"),
            ("project_path:acme*:ref_type:branch:ref:main", "strangers"),
            ("project_path:*/app:ref_type:branch:ref:main", "strangers"),
            ("project_pat*", "strangers"),
            ("*", "strangers"),
        ],
    );
}

#[test]
fn clusters() {
    sorted(
        "https://oidc.eks.us-east-1.amazonaws.com/id/ABCD",
        &[
            ("system:serviceaccount:ns:app", "fine"),
            ("system:serviceaccount:ns:*", "warned"),
            ("system:serviceaccount:ns", "never"),
            ("system:serviceaccount:ns:", "never"),
            ("ns:app", "never"),
            ("system:node:a", "never"),
            ("system:*:ns:app", "strangers"),
            ("system:serviceaccount:*", "strangers"),
            ("system:serviceaccount:ns*:app", "strangers"),
            ("system:serviceaccount:*:app", "strangers"),
            ("*", "strangers"),
        ],
    );
}

#[test]
fn organisations() {
    sorted(
        "https://app.terraform.io",
        &[
            ("organization:acme:project:p:workspace:w:run_phase:apply", "fine"),
            ("organization:acme:project:p:workspace:w:*", "fine"),
            ("organization:acme:project:p:*", "warned"),
            ("organization:acme:*", "warned"),
            ("organization:acme*", "strangers"),
            ("organization:*", "strangers"),
            ("*", "strangers"),
            ("workspace:w", "never"),
            ("organization:acme:workspace:w:run_phase:apply", "never"),
        ],
    );
    sorted(
        "https://agent.buildkite.com",
        &[
            ("organization:acme:pipeline:app:*", "fine"),
            ("organization:acme:*", "warned"),
            ("organization:acme:pipeline:app", "never"),
            ("organization:acm?:pipeline:app:*", "strangers"),
        ],
    );
    sorted(
        "https://oidc.circleci.com/org/o-1",
        &[
            ("org/o-1/project/p/user/*", "fine"),
            ("org/o-1/*", "warned"),
            ("org/o-1/project/p", "never"),
            ("org/o-2/project/p/user/u", "never"),
        ],
    );
}

#[test]
fn an_unknown_issuer() {
    sorted(
        "https://tenant.example/",
        &[
            ("auth0|1", "fine"),
            ("auth0|*", "warned"),
            ("*", "strangers"),
            ("?uth0|1", "strangers"),
            ("system:serviceaccount:*:app", "strangers"),
        ],
    );
    sorted(
        "https://gitlab.example.com",
        &[
            ("project_path:acme/app:*", "fine"),
            ("project_path:*", "strangers"),
            ("project_path:acme/app:ref_type:mr:ref:main", "never"),
        ],
    );
    sorted(
        "https://github.example.com/_services/token",
        &[("repo:acme/app:*", "fine"), ("repo:*", "strangers"), ("repo:acme/app", "never")],
    );
}
