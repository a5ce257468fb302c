//! A token a machine presents, checked for the mistakes people make before STS sees it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use fed_types::UnixTime;

use crate::id_token::{MalformedToken, UnverifiedIdToken};

/// Where a token was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable.
    Variable(String),
    /// A file.
    File(PathBuf),
    /// A command's output.
    Command(String),
    /// GitHub's answer.
    GithubActions,
    /// The metadata server's answer.
    MetadataServer,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable `{name}`"),
            Self::File(path) => write!(f, "the file `{}`", path.display()),
            Self::Command(program) => write!(f, "the output of `{program}`"),
            Self::GithubActions => f.write_str("GitHub's answer"),
            Self::MetadataServer => f.write_str("the metadata server's answer"),
        }
    }
}

/// Why what was presented cannot be meant as an ID token. Never holds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresentedError {
    /// Nothing there.
    #[error("{0} is empty")]
    Empty(Origin),
    /// Something else that people have at hand.
    #[error("{origin} holds {found}, expected an ID token (a JWT)")]
    SomethingElse {
        /// Where.
        origin: Origin,
        /// What.
        found: &'static str,
    },
    /// Not a JWT.
    #[error("{origin} holds no ID token")]
    NotAJwt {
        /// Where.
        origin: Origin,
        /// Why not.
        source: MalformedToken,
    },
    /// The token GitHub hands out for *requesting* an ID token.
    #[error("{0} holds the request token of GitHub Actions, expected the ID token")]
    GithubRequestToken(Origin),
    /// A JWT without subject.
    #[error("{0} holds a JWT without `sub`, expected an ID token")]
    NoSubject(Origin),
    /// A Kubernetes token of the old kind.
    #[error("{0} holds a Kubernetes service account token without expiry")]
    KubernetesLegacy(Origin),
    /// Its time is over.
    #[error("{origin} holds an ID token that expired at {expiration}, and it is {now}")]
    Expired {
        /// Where.
        origin: Origin,
        /// `exp`.
        expiration: UnixTime,
        /// This machine's time.
        now: UnixTime,
    },
    /// For someone else.
    #[error("{origin} holds an ID token for `{found}`, expected one for `{expected}`")]
    Audience {
        /// Where.
        origin: Origin,
        /// The audience asked for.
        expected: String,
        /// The token's `aud`.
        found: String,
    },
}

/// AWS takes a token up to this long after its `exp` (aws-truth.md).
const AWS_GRACE: Duration = Duration::from_secs(300);

impl PresentedError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::GithubRequestToken(_) => Some(
                "use `source = \"github-actions\"`, which fetches the ID token with it".to_owned(),
            ),
            Self::SomethingElse { found, .. } if found.starts_with("a Google access token") => {
                Some("`gcloud auth print-identity-token --audiences=AUDIENCE` prints an ID token".to_owned())
            }
            Self::SomethingElse { found, .. } if found.starts_with("a GitLab") => Some(
                "add `id_tokens: { ID_TOKEN: { aud: sts.amazonaws.com } }` to the job and use that variable".to_owned(),
            ),
            Self::SomethingElse { found, .. } if found.starts_with("JSON") => {
                Some("extract the token, for instance with `jq -r .token`".to_owned())
            }
            Self::KubernetesLegacy(_) => Some(
                "mount a projected token: `serviceAccountToken: { audience: sts.amazonaws.com, expirationSeconds: 3600, path: token }`".to_owned(),
            ),
            Self::Audience { origin: Origin::File(_), expected, .. } => Some(format!(
                "set `audience: {expected}` in the volume's `serviceAccountToken`"
            )),
            Self::Audience { expected, .. } => {
                Some(format!("have the token made for the audience `{expected}`"))
            }
            Self::Expired { origin: Origin::File(_), .. } => Some(
                "whatever writes the file has stopped renewing it: look at its log".to_owned(),
            ),
            Self::Expired { .. } => Some("fetch a new token for each run".to_owned()),
            Self::Empty(_) | Self::SomethingElse { .. } | Self::NotAJwt { .. } | Self::NoSubject(_) => {
                None
            }
        }
    }
}

/// Takes what was presented as an ID token, if it can be one.
pub(super) fn accept(
    text: &str,
    origin: &Origin,
    audience: Option<&str>,
    now: UnixTime,
) -> Result<UnverifiedIdToken, PresentedError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PresentedError::Empty(origin.clone()));
    }
    if let Some(found) = something_else(text) {
        return Err(PresentedError::SomethingElse { origin: origin.clone(), found });
    }
    let token = UnverifiedIdToken::parse(text)
        .map_err(|source| PresentedError::NotAJwt { origin: origin.clone(), source })?;
    let claims = token.unverified_claims();
    let issuer = claims.issuer().unwrap_or_default();
    if claims.subject().is_none_or(str::is_empty) {
        let is_request_token = issuer.contains("vstoken.actions.githubusercontent.com")
            || claims.get("scp").is_some() && claims.get("orchid").is_some();
        return Err(if is_request_token {
            PresentedError::GithubRequestToken(origin.clone())
        } else {
            PresentedError::NoSubject(origin.clone())
        });
    }
    if issuer == "kubernetes/serviceaccount" {
        return Err(PresentedError::KubernetesLegacy(origin.clone()));
    }
    if let Some(expiration) = claims.time("exp")
        && now >= expiration.plus(AWS_GRACE)
    {
        return Err(PresentedError::Expired { origin: origin.clone(), expiration, now });
    }
    let found = claims.audience();
    if let Some(expected) = audience
        && !found.contains(&expected)
    {
        return Err(PresentedError::Audience {
            origin: origin.clone(),
            expected: expected.to_owned(),
            found: found.join("`, `"),
        });
    }
    Ok(token)
}

/// What people have at hand and take for an ID token, by its first characters.
fn something_else(text: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 17] = [
        ("ya29.", "a Google access token"),
        ("1//", "a Google refresh token"),
        ("4/0", "a Google authorization code"),
        ("GOCSPX-", "a Google client secret"),
        ("gho_", "a GitHub access token"),
        ("ghp_", "a GitHub access token"),
        ("ghs_", "a GitHub access token (`GITHUB_TOKEN`)"),
        ("ghu_", "a GitHub access token"),
        ("github_pat_", "a GitHub access token"),
        ("glcbt-", "a GitLab job token (`CI_JOB_TOKEN`)"),
        ("glpat-", "a GitLab access token"),
        ("AKIA", "an AWS access key id"),
        ("ASIA", "an AWS access key id"),
        ("{", "JSON"),
        ("[", "JSON"),
        ("-----BEGIN", "a PEM file"),
        ("\"", "a quoted text"),
    ];
    KNOWN.iter().find(|(start, _)| text.starts_with(start)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests;
