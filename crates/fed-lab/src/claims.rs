//! Whom a provider gives a token to, as it is typed.

use clap::Args;
use fed_lab::{PipelineJob, ServiceAccount, WorkflowRun};
use serde_json::{Value, json};

/// What AWS's own actions and pods ask for.
pub(crate) const AUDIENCE: &str = WorkflowRun::AUDIENCE;

/// A workflow run.
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
    #[arg(long, value_name = "NUMBER", default_value_t = WorkflowRun::OWNER_ID)]
    owner_id: u64,
    /// The repository's number
    #[arg(long, value_name = "NUMBER", default_value_t = WorkflowRun::REPOSITORY_ID)]
    repository_id: u64,
}

impl Github {
    /// The run that was described.
    pub(crate) fn run(&self) -> WorkflowRun {
        WorkflowRun {
            repository: self.repository.clone(),
            reference: self.r#ref.clone(),
            environment: self.environment.clone(),
            pull_request: self.pull_request,
            immutable_subject: self.immutable_subject,
            owner_id: self.owner_id,
            repository_id: self.repository_id,
        }
    }
}

/// A job of a pipeline.
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
    #[arg(long, default_value = PipelineJob::AUDIENCE)]
    audience: String,
}

impl Gitlab {
    pub(crate) fn claims(&self) -> Value {
        let mut claims = PipelineJob {
            project: self.project.clone(),
            reference: self.r#ref.clone(),
            reference_type: self.ref_type.clone(),
        }
        .claims();
        claims["aud"] = self.audience.as_str().into();
        claims
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

    #[test]
    fn a_pods_token_names_its_service_account() {
        let service_account = "shop/cart".parse().unwrap();
        let pod = Eks { service_account, audience: AUDIENCE.to_owned() };
        assert_eq!(pod.claims()["sub"], "system:serviceaccount:shop:cart");
        assert_eq!(pod.claims()["aud"], json!(["sts.amazonaws.com"]));
    }
}
