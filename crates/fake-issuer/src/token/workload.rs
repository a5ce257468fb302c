//! The claims of tokens that machines get: workflow runs, CI jobs, virtual
//! machines. Shapes as the providers document them; values made up.

use serde_json::{Map, Value, json};

/// GitHub Actions: "OpenID Connect reference", for a push to `main`.
pub(crate) fn github_actions_claims(audience: Option<&str>) -> Map<String, Value> {
    object(json!({
        "aud": audience.unwrap_or("https://github.com/octo-org"),
        "sub": "repo:octo-org/octo-repo:ref:refs/heads/main",
        "actor": "octocat",
        "actor_id": "12",
        "base_ref": "",
        "check_run_id": "41",
        "event_name": "push",
        "head_ref": "",
        "job_workflow_ref": "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main",
        "job_workflow_sha": "3f0a1b2c4d5e6f708192a3b4c5d6e7f8091a2b3c",
        "ref": "refs/heads/main",
        "ref_protected": "true",
        "ref_type": "branch",
        "repository": "octo-org/octo-repo",
        "repository_id": "74",
        "repository_owner": "octo-org",
        "repository_owner_id": "65",
        "repository_visibility": "private",
        "run_attempt": "1",
        "run_id": "10563",
        "run_number": "10",
        "runner_environment": "github-hosted",
        "sha": "3f0a1b2c4d5e6f708192a3b4c5d6e7f8091a2b3c",
        "workflow": "deploy",
        "workflow_ref": "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main",
        "workflow_sha": "3f0a1b2c4d5e6f708192a3b4c5d6e7f8091a2b3c",
    }))
}

/// GitLab: "OpenID Connect (OIDC) Authentication Using ID Tokens", for a push
/// to `main`.
pub(crate) fn gitlab_claims(audience: Option<&str>) -> Map<String, Value> {
    object(json!({
        "aud": audience.unwrap_or("https://gitlab.com"),
        "sub": "project_path:octo-group/octo-project:ref_type:branch:ref:main",
        "namespace_id": "72",
        "namespace_path": "octo-group",
        "project_id": "20",
        "project_path": "octo-group/octo-project",
        "user_id": "1",
        "user_login": "octocat",
        "user_email": "octocat@example.com",
        "pipeline_id": "574",
        "pipeline_source": "push",
        "job_id": "302",
        "ref": "main",
        "ref_type": "branch",
        "ref_path": "refs/heads/main",
        "ref_protected": "true",
        "runner_environment": "gitlab-hosted",
        "sha": "3f0a1b2c4d5e6f708192a3b4c5d6e7f8091a2b3c",
    }))
}

/// EKS: "IAM roles for service accounts"; Kubernetes, "Managing Service Accounts", the token's
/// schema, for a pod of the service account `default`.
pub(crate) fn eks_claims() -> Map<String, Value> {
    object(json!({
        "aud": ["sts.amazonaws.com"],
        "kubernetes.io": {
            "namespace": "default",
            "pod": { "name": "pod", "uid": "5c7a6b2e-91d4-4f0c-8e36-0d2b9a417f58" },
            "serviceaccount": {
                "name": "default",
                "uid": "b8f1d3a6-2c4e-4a7b-9d05-6e1f8c3b7a92",
            },
        },
        "sub": "system:serviceaccount:default:default",
    }))
}

/// The address of the machine's service account.
pub(crate) const MACHINE: &str = "123456789012-compute@developer.gserviceaccount.com";

/// A Google virtual machine's service account: `azp` is its numeric id, the
/// same as `sub` (Google Cloud: "Verify VM identity").
pub(crate) fn google_machine_claims(audience: &str, full: bool) -> Map<String, Value> {
    let mut claims = object(json!({
        "aud": audience,
        "azp": "107517467455664443765",
        "sub": "107517467455664443765",
    }));
    if full {
        claims.insert("email".to_owned(), MACHINE.into());
        claims.insert("email_verified".to_owned(), true.into());
    }
    claims
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
