//! A run of a GitHub Actions workflow, and what GitHub says of it in a token.

use serde_json::{Value, json};

/// A workflow run.
///
/// Source: GitHub, "OpenID Connect reference", the subject's forms. An environment goes before a pull
/// request, and this before a ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRun {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The branch or tag, such as `refs/heads/main`; a pull request has another.
    pub reference: String,
    /// The deployment environment.
    pub environment: Option<String>,
    /// The number of the pull request that it is of.
    pub pull_request: Option<u32>,
    /// Whether the subject has the numbers of owner and repository, as of repositories that were
    /// made, renamed or transferred after 15 July 2026.
    pub immutable_subject: bool,
    /// The owner's number.
    pub owner_id: u64,
    /// The repository's number.
    pub repository_id: u64,
}

impl WorkflowRun {
    /// Whom AWS's own action asks for a token for.
    pub const AUDIENCE: &str = "sts.amazonaws.com";
    /// The number of an owner that has been given none.
    pub const OWNER_ID: u64 = 65;
    /// The number of a repository that has been given none.
    pub const REPOSITORY_ID: u64 = 74;

    /// A run on the branch `main` of a repository, `OWNER/NAME`.
    pub fn on_main(repository: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            reference: "refs/heads/main".to_owned(),
            environment: None,
            pull_request: None,
            immutable_subject: false,
            owner_id: Self::OWNER_ID,
            repository_id: Self::REPOSITORY_ID,
        }
    }

    /// What started the run: `push` or `pull_request`.
    pub fn event(&self) -> &'static str {
        if self.pull_request.is_some() { "pull_request" } else { "push" }
    }

    /// The ref that it runs on, such as `refs/heads/main` or `refs/pull/7/merge`.
    pub fn runs_on(&self) -> String {
        match self.pull_request {
            Some(number) => format!("refs/pull/{number}/merge"),
            None => self.reference.clone(),
        }
    }

    /// The repository's owner.
    pub fn owner(&self) -> &str {
        self.repository.split_once('/').map_or(self.repository.as_str(), |(owner, _)| owner)
    }

    /// The repository as the subject names it.
    fn in_subject(&self) -> String {
        match self.repository.split_once('/') {
            Some((owner, name)) if self.immutable_subject => {
                format!("{owner}@{}/{name}@{}", self.owner_id, self.repository_id)
            }
            _ => self.repository.clone(),
        }
    }

    /// Everything but whom a token is for.
    pub fn claims(&self) -> Value {
        let Self { repository, environment, .. } = self;
        let reference = self.runs_on();
        let of_what = match (environment, self.pull_request) {
            (Some(environment), _) => format!("environment:{environment}"),
            (None, Some(_)) => "pull_request".to_owned(),
            (None, None) => format!("ref:{reference}"),
        };
        let workflow = format!("{repository}/.github/workflows/deploy.yml@{reference}");
        let is_tag = reference.starts_with("refs/tags/");
        json!({
            "sub": format!("repo:{}:{of_what}", self.in_subject()),
            "repository": repository,
            "repository_id": self.repository_id.to_string(),
            "repository_owner": self.owner(),
            "repository_owner_id": self.owner_id.to_string(),
            "ref": reference,
            "ref_type": if is_tag { "tag" } else { "branch" },
            "event_name": self.event(),
            "head_ref": self.pull_request.map_or("", |_| "topic"),
            "base_ref": self.pull_request.map_or("", |_| "main"),
            "environment": environment,
            "job_workflow_ref": workflow,
            "workflow_ref": workflow,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_immutable_subject_has_the_numbers_of_owner_and_repository() {
        let run = WorkflowRun {
            immutable_subject: true,
            repository_id: 4711,
            ..WorkflowRun::on_main("acme/app")
        };
        let claims = run.claims();
        assert_eq!(claims["sub"], "repo:acme@65/app@4711:ref:refs/heads/main");
        assert_eq!(claims["repository"], "acme/app");
        assert_eq!(claims["repository_id"], "4711");
        assert_eq!(claims["repository_owner_id"], "65");
        let usual = WorkflowRun::on_main("acme/app").claims();
        assert_eq!(usual["sub"], "repo:acme/app:ref:refs/heads/main");
        let pull = WorkflowRun {
            immutable_subject: true,
            pull_request: Some(7),
            ..WorkflowRun::on_main("acme/app")
        };
        assert_eq!(pull.claims()["sub"], "repo:acme@65/app@74:pull_request");
    }

    #[test]
    fn githubs_subject_is_of_the_environment_the_pull_request_or_the_ref() {
        let of = |environment: Option<&str>, pull_request| {
            let run = WorkflowRun {
                environment: environment.map(str::to_owned),
                pull_request,
                ..WorkflowRun::on_main("acme/app")
            };
            let claims = run.claims();
            (claims["sub"].clone(), claims["ref"].clone())
        };
        let both = |sub: &str, at: &str| (Value::from(sub), Value::from(at));
        assert_eq!(of(None, None), both("repo:acme/app:ref:refs/heads/main", "refs/heads/main"));
        let pull = "refs/pull/7/merge";
        assert_eq!(of(None, Some(7)), both("repo:acme/app:pull_request", pull));
        let production = "repo:acme/app:environment:production";
        assert_eq!(of(Some("production"), None), both(production, "refs/heads/main"));
        assert_eq!(of(Some("production"), Some(7)), both(production, pull));
    }
}
