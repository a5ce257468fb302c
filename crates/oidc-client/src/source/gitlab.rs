//! Source `gitlab`: the ID token of a GitLab CI job.

use fed_types::{Hint, Secret, Step};

use super::presented::{self, Origin, PresentedError};
use crate::clock::Clock;
use crate::id_token::UnverifiedIdToken;

/// A variable of the job's `id_tokens`.
#[derive(Clone, Debug)]
pub struct GitlabSource {
    /// The variable's name, as the job's `id_tokens` has it.
    pub variable: String,
    /// Its value.
    pub value: Option<Secret>,
    /// Whether `GITLAB_CI` is `true`.
    pub in_job: bool,
    /// The audience expected, where known.
    pub audience: Option<String>,
}

/// Why there is no ID token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GitlabError {
    /// Not in a job.
    #[error("this is no GitLab CI job: `GITLAB_CI` is not `true`")]
    NotInJob,
    /// The job has no such variable.
    #[error("the job has no ID token in `{name}`")]
    NoVariable {
        /// The variable.
        name: String,
        /// The audience wanted, where known.
        audience: Option<String>,
    },
    /// A variable GitLab no longer sets.
    #[error("GitLab 17 and later set no `{name}`")]
    Removed {
        /// The variable.
        name: String,
        /// The audience wanted, where known.
        audience: Option<String>,
    },
    /// What is there is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

impl GitlabError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NotInJob => Some(Hint::to("on your own machine", Step::Source("browser"))),
            Self::NoVariable { name, audience } => Some(declare(name, audience.as_deref()).into()),
            Self::Removed { audience, .. } => Some(declare("ID_TOKEN", audience.as_deref()).into()),
            Self::Presented(error) => error.hint(),
        }
    }
}

fn declare(name: &str, audience: Option<&str>) -> String {
    let audience = audience.unwrap_or("AUDIENCE");
    format!("add `id_tokens: {{ {name}: {{ aud: {audience} }} }}` to the job in `.gitlab-ci.yml`")
}

impl GitlabSource {
    pub(super) fn read(&self, clock: &dyn Clock) -> Result<UnverifiedIdToken, GitlabError> {
        let name = || self.variable.clone();
        let Some(value) = self.value.as_ref().filter(|value| !value.is_empty()) else {
            return Err(match self.variable.as_str() {
                _ if !self.in_job => GitlabError::NotInJob,
                "CI_JOB_JWT" | "CI_JOB_JWT_V1" | "CI_JOB_JWT_V2" => {
                    GitlabError::Removed { name: name(), audience: self.audience.clone() }
                }
                _ => GitlabError::NoVariable { name: name(), audience: self.audience.clone() },
            });
        };
        let origin = Origin::Variable(name());
        Ok(presented::accept(value.expose(), &origin, self.audience.as_deref(), clock.now())?)
    }
}
