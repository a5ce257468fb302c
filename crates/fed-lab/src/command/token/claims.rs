//! What each provider says of whom it gives a token to.

use clap::Args;
use serde_json::{Value, json};

/// What AWS's own actions and pods ask for.
const AUDIENCE: &str = "sts.amazonaws.com";

/// GitHub: "OpenID Connect reference", the subject's forms. An environment goes before a pull
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
    /// Whom the token is for
    #[arg(long, default_value = AUDIENCE)]
    audience: String,
}

impl Github {
    pub(crate) fn claims(&self) -> Value {
        let Self { repository, environment, .. } = self;
        let reference = match self.pull_request {
            Some(number) => format!("refs/pull/{number}/merge"),
            None => self.r#ref.clone(),
        };
        let of_what = match (environment, self.pull_request) {
            (Some(environment), _) => format!("environment:{environment}"),
            (None, Some(_)) => "pull_request".to_owned(),
            (None, None) => format!("ref:{reference}"),
        };
        let is_tag = reference.starts_with("refs/tags/");
        json!({
            "aud": self.audience,
            "sub": format!("repo:{repository}:{of_what}"),
            "repository": repository,
            "repository_owner": repository.split('/').next(),
            "ref": reference,
            "ref_type": if is_tag { "tag" } else { "branch" },
            "event_name": if self.pull_request.is_some() { "pull_request" } else { "push" },
            "base_ref": self.pull_request.map(|_| "main"),
            "environment": environment,
            "job_workflow_ref": format!("{repository}/.github/workflows/deploy.yml@{reference}"),
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

/// Kubernetes: "Managing Service Accounts", the token's schema.
#[derive(Args)]
pub(crate) struct Eks {
    /// The service account
    #[arg(long, value_name = "NAMESPACE/NAME")]
    service_account: String,
    /// Whom the token is for
    #[arg(long, default_value = AUDIENCE)]
    audience: String,
}

impl Eks {
    pub(crate) fn claims(&self) -> Value {
        let account = &self.service_account;
        let (namespace, name) = account.split_once('/').unwrap_or(("default", account));
        json!({
            "aud": [self.audience],
            "sub": format!("system:serviceaccount:{namespace}:{name}"),
            "kubernetes.io": { "namespace": namespace, "serviceaccount": { "name": name } },
            // What a person has at Google, in whose manner the lab's issuer begins.
            "azp": null, "email": null, "email_verified": null, "name": null, "hd": null,
            "picture": null, "given_name": null, "family_name": null, "locale": null,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_subject_is_of_the_environment_the_pull_request_or_the_ref() {
        let of = |environment: Option<&str>, pull_request| {
            let run = Github {
                repository: "acme/app".to_owned(),
                r#ref: "refs/heads/main".to_owned(),
                environment: environment.map(str::to_owned),
                pull_request,
                audience: AUDIENCE.to_owned(),
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
        let pod = Eks { service_account: "shop/cart".to_owned(), audience: AUDIENCE.to_owned() };
        assert_eq!(pod.claims()["sub"], "system:serviceaccount:shop:cart");
        assert_eq!(pod.claims()["aud"], json!(["sts.amazonaws.com"]));
    }
}
