//! What issuers put into tokens and what policies ask of it.

/// One kind of issuer.
pub(super) struct Shape {
    pub(super) issuer: &'static str,
    pub(super) subjects: &'static [&'static str],
    pub(super) keys: &'static [&'static str],
}

pub(super) const SHAPES: [Shape; 6] = [
    Shape {
        issuer: "https://accounts.google.com",
        subjects: &["100018646976219416293", "42"],
        keys: &["sub", "aud", "sub", "aud", "oaud", "email"],
    },
    Shape {
        issuer: "https://token.actions.githubusercontent.com",
        subjects: &[
            "repo:acme/app:ref:refs/heads/main",
            "repo:acme/app:environment:production",
            "repo:Acme/app:pull_request",
            "repo:acme@1/app@2:ref:refs/heads/main",
        ],
        keys: &[
            "sub",
            "aud",
            "sub",
            "aud",
            "actor",
            "environment",
            "job_workflow_sha",
            "repository",
        ],
    },
    Shape {
        issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
        subjects: &["system:serviceaccount:apps:web", "system:serviceaccount:apps:api"],
        keys: &["sub", "aud"],
    },
    Shape {
        issuer: "https://gitlab.com",
        subjects: &["project_path:group/app:ref_type:branch:ref:main", "project_path:group/web:x"],
        keys: &["sub", "aud", "sub", "project_path"],
    },
    Shape {
        issuer: "https://tenant.eu.auth0.com/",
        subjects: &["auth0|1", "auth0|2"],
        keys: &["sub", "aud", "sub", "aud", "amr"],
    },
    // Registered nowhere.
    Shape { issuer: "https://stranger.example", subjects: &["1"], keys: &["sub"] },
];

pub(super) const AUDIENCES: [&str; 3] = ["sts.amazonaws.com", "client", "https://aws.example"];
