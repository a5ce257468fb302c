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

// Long: a table of cases.
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
            ("REPO:acme/app:ref:refs/heads/main", "never"),
            ("Repo:acme/app:*", "never"),
            ("Repository_Owner:acme:*", "never"),
            ("repo:acme/app:branch:main", "never"),
            ("repo:acme/app:tag:v1", "never"),
            ("repo:acme/app:refs/heads/main", "never"),
            ("repo:acme/app:heads/*", "never"),
            ("repo:acme/app:environment:prod:eu", "never"),
            ("repo:acme/app:environment:prod%3Aeu", "fine"),
            ("repo:acme/app:environment:prod:workflow:deploy", "fine"),
            ("repo:acme/app:environment:prod:workflow", "never"),
            ("repo:acme/app:pull_request:workflow:ci", "fine"),
            ("repo:acme/app:pull_request:7", "never"),
            ("repo:acme/app:pull*", "fine"),
            ("repo:acme/app:job_workflow_ref:acme/x/.github/workflows/a.yml@*", "fine"),
            ("repo:acme/app:repo_property_team:web", "fine"),
            ("repo:acme/app/sub:pull_request", "never"),
            ("repo:https://github.com/acme/app:pull_request", "never"),
            ("repo:acme/my app:pull_request", "never"),
            ("repo:acme@12/app:pull_request", "never"),
            ("repo:acme/app@34:pull_request", "never"),
            ("repo:acme@x/app@34:pull_request", "never"),
            ("repo:acme@12/*", "warned"),
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
            ("job_workflow_ref:acme/app/.github/workflows/a.yml@refs/heads/main", "warned"),
            ("repository:acme/app:environment:prod", "fine"),
            ("repository:acme/app:*", "fine"),
            ("repository:acme/*", "warned"),
            ("repository:acme", "strangers"),
            ("repository:acme/", "strangers"),
            ("repository:*/app", "strangers"),
            ("repository:/app", "strangers"),
            ("repository_id:42:environment:prod", "fine"),
            ("repository_id:4*", "strangers"),
            ("enterprise:acme:environment:prod", "fine"),
            ("repository_owner_id:", "never"),
            ("repository_owner::environment:prod", "strangers"),
            ("environment:prod", "strangers"),
            ("environment:prod:repository_owner:acme", "strangers"),
            ("ref:refs/heads/main", "strangers"),
            ("actor:alice", "strangers"),
            ("actor_id:1", "strangers"),
            ("workflow:deploy", "strangers"),
            ("runner_environment:github-hosted", "strangers"),
            ("event_name:push", "strangers"),
            ("repository_visibility:private", "strangers"),
            ("base_ref:main", "strangers"),
            ("sha:0123", "strangers"),
            ("context:pull_request", "strangers"),
            ("whatever:comes", "strangers"),
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
fn a_subject_of_github_is_told_in_its_right_form() {
    let issuer = "https://token.actions.githubusercontent.com";
    let provider = Provider::from_issuer(issuer).unwrap();
    for (subject, right) in [
        ("repo:a/b:branch:main", "use `repo:a/b:ref:refs/heads/main`"),
        ("repo:a/b:tag:v1", "use `repo:a/b:ref:refs/tags/v1`"),
        ("repo:a/b:environment:prod:eu:1", "use `repo:a/b:environment:prod%3Aeu%3A1`"),
    ] {
        assert_eq!(check(&provider, subject).unwrap_err().hint().to_string(), right);
        // What is told is taken.
        let right = right.trim_start_matches("use `").trim_end_matches('`');
        assert_eq!(check(&provider, right), Ok(None));
    }
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
            ("organization:acme:project:p:workspace:w", "never"),
            ("organization:acme:project:p:workspace:w:run_phase:", "never"),
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
fn services_that_many_share() {
    sorted(
        "https://oidc.vercel.com",
        &[
            ("owner:acme:project:app:environment:production", "fine"),
            ("owner:acme:project:app:*", "fine"),
            ("owner:acme:project:*", "warned"),
            ("owner:acme:*", "warned"),
            ("owner:acme*", "strangers"),
            ("owner:*:project:app:environment:production", "strangers"),
            ("*", "strangers"),
            ("owner:acme:project:app", "never"),
            ("owner:acme:environment:production", "never"),
            ("project:app:environment:production", "never"),
        ],
    );
    sorted(
        "https://scalr.io",
        &[
            ("account:acme:environment:e:workspace:w", "fine"),
            ("account:acme:environment:e:workspace:*", "fine"),
            ("account:acme:environment:e*", "warned"),
            ("account:ac*:environment:e:workspace:w", "strangers"),
            ("account:*", "strangers"),
            ("account:acme:workspace:w", "never"),
            ("acme:workspace", "never"),
        ],
    );
    sorted(
        "https://oidc.codefresh.io",
        &[
            ("account:5f30:pipeline:64de", "fine"),
            ("account:5f30:pipeline:64de:*", "fine"),
            ("account:5f30:pipeline:64de:initiator:ada", "fine"),
            ("account:5f30:*", "warned"),
            ("account:5f*", "strangers"),
            ("account:*:pipeline:64de:*", "strangers"),
            ("account:5f30", "never"),
            ("pipeline:64de", "never"),
        ],
    );
    sorted(
        "https://login.app.env0.com/",
        &[("auth0|691b", "fine"), ("auth0|*", "strangers"), ("*", "strangers")],
    );
}

#[test]
fn pulumi() {
    sorted(
        "https://api.pulumi.com/oidc",
        &[
            ("pulumi:deploy:org:acme:project:p:stack:s:operation:update:scope:write", "fine"),
            ("pulumi:deploy:org:acme:project:p:stack:s:*", "fine"),
            ("pulumi:environments:org:acme:env:p/e", "fine"),
            ("pulumi:environments:org:acme:env:e", "fine"),
            (
                "pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:p/e:\
                 pulumi.user.login:ada",
                "fine",
            ),
            ("pulumi:deploy:org:acme:project:p:*", "warned"),
            ("pulumi:deploy:org:acme:*", "warned"),
            ("pulumi:environments:org:acme:*", "warned"),
            ("pulumi:deploy:org:acme*", "strangers"),
            ("pulumi:environments:org:*:env:p/e", "strangers"),
            ("pulumi:*:org:acme:env:p/e", "strangers"),
            ("*", "strangers"),
            ("pulumi:deploy:org:acme:project:p:stack:s", "never"),
            ("pulumi:deploy:org:acme", "never"),
            ("pulumi:environments:org:acme", "never"),
            ("org:acme:project:p:stack:s", "never"),
            ("pulumi:deploy:project:*", "never"),
        ],
    );
}

#[test]
fn issuers_of_one_customer() {
    sorted(
        "https://oidc.vercel.com/acme",
        &[
            ("owner:acme:project:app:environment:preview", "fine"),
            ("owner:other:project:app:environment:preview", "never"),
            ("owner:other:*", "never"),
        ],
    );
    sorted(
        "https://demo.app.spacelift.io",
        &[
            ("space:prod-01:stack:infra:run_type:TRACKED:scope:write", "fine"),
            ("space:prod-01:stack:infra:*", "fine"),
            ("space:prod-01:*", "warned"),
            ("*:stack:infra:*", "warned"),
            ("space:prod*", "warned"),
            ("stack:infra:*", "never"),
            ("space:prod-01:stack:infra", "never"),
            ("space:prod-01:stack:infra:run_type:TRACKED:scope:admin", "never"),
        ],
    );
    sorted(
        "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        &[
            ("{7b1c}:*", "fine"),
            ("{7b1c}*", "warned"),
            ("*", "warned"),
            ("{7b1c}:{9d2e}", "never"),
            ("acme/app:*", "never"),
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
