//! A job of a GitLab pipeline, and what GitLab says of it in a token.

use serde_json::{Value, json};

/// A job.
///
/// Source: GitLab, "OpenID Connect (OIDC) Authentication Using ID Tokens".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineJob {
    /// `GROUP/NAME`.
    pub project: String,
    /// The branch or tag.
    pub reference: String,
    /// What that is: `branch` or `tag`.
    pub reference_type: String,
}

impl PipelineJob {
    /// Whom a token is for where nobody says otherwise.
    pub const AUDIENCE: &str = "https://gitlab.com";

    /// A job on the branch `main` of a project, `GROUP/NAME`.
    pub fn on_main(project: &str) -> Self {
        Self {
            project: project.to_owned(),
            reference: "main".to_owned(),
            reference_type: "branch".to_owned(),
        }
    }

    /// Everything but whom a token is for.
    pub fn claims(&self) -> Value {
        let Self { project, reference, reference_type } = self;
        json!({
            "sub": format!("project_path:{project}:ref_type:{reference_type}:ref:{reference}"),
            "project_path": project,
            "namespace_path": project.rsplit_once('/').map(|(group, _)| group),
            "ref": reference,
            "ref_type": reference_type,
        })
    }
}
