//! What each provider says of whom it gives a token to.

use clap::Args;
use fed_lab::ServiceAccount;
use serde_json::{Value, json};

/// What AWS's own actions and pods ask for.
pub(crate) const AUDIENCE: &str = "sts.amazonaws.com";

/// A workflow run.
///
/// Source: GitHub, "OpenID Connect reference", the subject's forms. An environment goes before a pull
/// request, and this before a ref.
#[derive(Args)]
pub(crate) struct Github {
    /// The repository
    #[arg(long, value_name = "OWNER/NAME")]
    repository: String,
    /// The branch or tag
    #[arg(long, default_value = "refs/heads/main")]
    r#ref: String,
    /// The deployment environment
    #[arg(long)]
    environment: Option<String>,
    /// A pull request's run
    #[arg(long, value_name = "NUMBER")]
    pull_request: Option<u32>,
    /// The subject with the numbers of owner and repository, as repositories have it that were
    /// made, renamed or transferred after 15 July 2026
    #[arg(long)]
    immutable_subject: bool,
    /// The owner's number
    #[arg(long, value_name = "NUMBER", default_value_t = 65)]
    owner_id: u64,
    /// The repository's number
    #[arg(long, value_name = "NUMBER", default_value_t = 74)]
    repository_id: u64,
}

impl Github {
    pub(crate) fn repository(&self) -> &str {
        &self.repository
    }

    /// What started the run: `push` or `pull_request`.
    pub(crate) fn event(&self) -> &'static str {
        if self.pull_request.is_some() { "pull_request" } else { "push" }
    }

    /// Such as `refs/heads/main`.
    pub(crate) fn reference(&self) -> String {
        match self.pull_request {
            Some(number) => format!("refs/pull/{number}/merge"),
            None => self.r#ref.clone(),
        }
    }

    pub(crate) fn owner(&self) -> &str {
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
    pub(crate) fn claims(&self) -> Value {
        let Self { repository, environment, .. } = self;
        let reference = self.reference();
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

/// GitLab: "OpenID Connect (OIDC) Authentication Using ID Tokens".
#[derive(Args)]
pub(crate) struct Gitlab {
    /// The project
    #[arg(long, value_name = "GROUP/NAME")]
    project: String,
    /// The branch or tag
    #[arg(long, default_value = "main")]
    r#ref: String,
    /// What the ref is
    #[arg(long, default_value = "branch", value_parser = ["branch", "tag"])]
    ref_type: String,
    /// Whom the token is for
    #[arg(long, default_value = "https://gitlab.com")]
    audience: String,
}

impl Gitlab {
    pub(crate) fn claims(&self) -> Value {
        let Self { project, r#ref, ref_type, audience } = self;
        json!({
            "aud": audience,
            "sub": format!("project_path:{project}:ref_type:{ref_type}:ref:{ref}"),
            "project_path": project,
            "namespace_path": project.rsplit_once('/').map(|(group, _)| group),
            "ref": r#ref,
            "ref_type": ref_type,
        })
    }
}

/// A sign-in of the first account of the picker, but for what is given.
#[derive(Args)]
pub(crate) struct Google {
    /// The OAuth client [default: the lab's]
    #[arg(long)]
    audience: Option<String>,
    /// The account's number
    #[arg(long)]
    subject: Option<String>,
    /// The account's address
    #[arg(long)]
    email: Option<String>,
}

impl Google {
    pub(crate) fn claims(&self, client_id: Option<String>) -> Value {
        let mut claims = serde_json::Map::new();
        let audience = self.audience.clone().or(client_id);
        let given = [
            ("aud", audience.clone()),
            ("azp", audience),
            ("sub", self.subject.clone()),
            ("email", self.email.clone()),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        claims.extend(given.map(|(name, value)| (name.to_owned(), value.into())));
        Value::Object(claims)
    }
}

/// A pod's, of its service account.
#[derive(Args)]
pub(crate) struct Eks {
    /// The service account
    #[arg(long, value_name = "NAMESPACE/NAME")]
    service_account: ServiceAccount,
    /// Whom the token is for
    #[arg(long, default_value = AUDIENCE)]
    audience: String,
}

impl Eks {
    pub(crate) fn claims(&self) -> Value {
        let mut claims = self.service_account.claims();
        claims["aud"] = json!([self.audience]);
        claims
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_on_main() -> Github {
        Github {
            repository: "acme/app".to_owned(),
            r#ref: "refs/heads/main".to_owned(),
            environment: None,
            pull_request: None,
            immutable_subject: false,
            owner_id: 65,
            repository_id: 74,
        }
    }

    #[test]
    fn an_immutable_subject_has_the_numbers_of_owner_and_repository() {
        let run = Github { immutable_subject: true, repository_id: 4711, ..run_on_main() };
        let claims = run.claims();
        assert_eq!(claims["sub"], "repo:acme@65/app@4711:ref:refs/heads/main");
        assert_eq!(claims["repository"], "acme/app");
        assert_eq!(claims["repository_id"], "4711");
        assert_eq!(claims["repository_owner_id"], "65");
        let usual = run_on_main().claims();
        assert_eq!(usual["sub"], "repo:acme/app:ref:refs/heads/main");
        let pull = Github { immutable_subject: true, pull_request: Some(7), ..run_on_main() };
        assert_eq!(pull.claims()["sub"], "repo:acme@65/app@74:pull_request");
    }

    #[test]
    fn githubs_subject_is_of_the_environment_the_pull_request_or_the_ref() {
        let of = |environment: Option<&str>, pull_request| {
            let run = Github {
                environment: environment.map(str::to_owned),
                pull_request,
                ..run_on_main()
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

    #[test]
    fn a_pods_token_names_its_service_account() {
        let service_account = "shop/cart".parse().unwrap();
        let pod = Eks { service_account, audience: AUDIENCE.to_owned() };
        assert_eq!(pod.claims()["sub"], "system:serviceaccount:shop:cart");
        assert_eq!(pod.claims()["aud"], json!(["sts.amazonaws.com"]));
    }
}
