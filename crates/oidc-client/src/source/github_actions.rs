//! Source `github-actions`: the ID token of a GitHub Actions job.

use fed_types::{Hint, Secret, Step};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::patience::patiently;
use super::presented::{self, Origin, PresentedError};
use crate::clock::Clock;
use crate::http_client::{HttpClient, HttpError};
use crate::id_token::UnverifiedIdToken;

/// The values a job's environment holds (aws-truth.md, "GitHub Actions as an OpenID
/// provider").
#[derive(Clone, Debug)]
pub struct GithubActionsSource {
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`.
    pub request_url: Option<String>,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`; not an ID token, though it looks like one.
    pub request_token: Option<Secret>,
    /// Whether `GITHUB_ACTIONS` is `true`.
    pub in_workflow: bool,
    /// The audience wanted.
    pub audience: String,
}

/// Why there is no ID token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GithubActionsError {
    /// Not in a job.
    #[error("this is no GitHub Actions job: `GITHUB_ACTIONS` is not `true`")]
    NotInWorkflow,
    /// The job may not have one.
    #[error("the job may not have an ID token: `{0}` is not set")]
    NoPermission(&'static str),
    /// The address is none.
    #[error("`ACTIONS_ID_TOKEN_REQUEST_URL` is no URL")]
    NotAUrl,
    /// GitHub could not be reached or said no.
    #[error("cannot fetch the ID token from GitHub")]
    Http(#[from] HttpError),
    /// GitHub's answer has no `value`.
    #[error("GitHub's answer has no `value`")]
    NoValue,
    /// What GitHub gave is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

impl GithubActionsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NotInWorkflow => {
                Some(Hint::to("on your own machine", Step::Source("browser")))
            }
            Self::NoPermission(_) => Some(
                "give the job `permissions: { id-token: write, contents: read }`; pull requests from forks never get it, and in a container or composite action the variables must be passed on".into(),
            ),
            Self::Http(HttpError::Status { status: 401 | 403, .. }) => Some(
                "the request token has ended with the step's job: fetch the ID token in the job that uses it".into(),
            ),
            Self::Http(error) => error.hint(),
            Self::NotAUrl | Self::NoValue => None,
            Self::Presented(error) => error.hint(),
        }
    }
}

impl GithubActionsSource {
    pub(super) async fn fetch(
        &self,
        http: &HttpClient,
        clock: &dyn Clock,
    ) -> Result<UnverifiedIdToken, GithubActionsError> {
        let missing = |name| {
            if self.in_workflow {
                GithubActionsError::NoPermission(name)
            } else {
                GithubActionsError::NotInWorkflow
            }
        };
        let given = |text: &&String| !text.is_empty();
        let request_url = self
            .request_url
            .as_ref()
            .filter(given)
            .ok_or_else(|| missing("ACTIONS_ID_TOKEN_REQUEST_URL"))?;
        let request_token = self
            .request_token
            .as_ref()
            .filter(|token| !token.is_empty())
            .ok_or_else(|| missing("ACTIONS_ID_TOKEN_REQUEST_TOKEN"))?;
        let mut url = Url::parse(request_url).map_err(|_| GithubActionsError::NotAUrl)?;
        url.query_pairs_mut().append_pair("audience", &self.audience);
        let document = patiently(clock, HttpError::is_transient, async || {
            let request = http.request(Method::GET, &url)?.bearer_auth(request_token.expose());
            http.send(&url, request).await?.json(&url)
        });
        let document = document.await?;
        let value = document.get("value").and_then(Value::as_str);
        let value = value.ok_or(GithubActionsError::NoValue)?;
        let origin = Origin::GithubActions;
        Ok(presented::accept(value, &origin, Some(&self.audience), clock.now())?)
    }
}
