//! A token a machine presents, checked for the mistakes people make before its verifier
//! sees it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use fed_types::{Hint, Step, UnixTime};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedError {
    origin: Origin,
    fault: Fault,
    audience: Option<String>,
}

impl fmt::Display for PresentedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.origin, self.fault)
    }
}

impl std::error::Error for PresentedError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Something else that people have at hand.
    #[error("holds {0}, expected an ID token (a JWT)")]
    SomethingElse(&'static str),
    /// Not a JWT.
    #[error("holds no ID token")]
    NotAJwt(#[source] MalformedToken),
    /// The token GitHub hands out for *requesting* an ID token.
    #[error("holds the request token of GitHub Actions, expected the ID token")]
    GithubRequestToken,
    /// A JWT without subject.
    #[error("holds a JWT without `sub`, expected an ID token")]
    NoSubject,
    /// A Kubernetes token of the old kind.
    #[error("holds a Kubernetes service account token without expiry")]
    KubernetesLegacy,
    /// Its time is over.
    #[error("holds an ID token that expired at {expiration}, and it is {now}")]
    Expired { expiration: UnixTime, now: UnixTime },
    /// For someone else.
    #[error("holds an ID token for `{found}`, expected one for `{expected}`")]
    Audience { expected: String, found: String },
}

/// Whoever verifies a token may forgive a clock that is wrong by this much, so a token that is
/// over by less is still presented.
const GRACE: Duration = Duration::from_secs(300);

impl PresentedError {
    /// Whether its time is over, so that a new token is needed.
    pub fn is_expired(&self) -> bool {
        matches!(self.fault, Fault::Expired { .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        let audience = self.audience.as_deref().unwrap_or("AUDIENCE");
        let is_file = matches!(self.origin, Origin::File(_));
        let text = match &self.fault {
            Fault::GithubRequestToken => {
                return Some(Hint::to(
                    "have the ID token fetched with it",
                    Step::Source("github-actions"),
                ));
            }
            Fault::SomethingElse(found) => hint_for(found, audience),
            Fault::KubernetesLegacy => Some(format!(
                "mount a projected token: `serviceAccountToken: {{ audience: {audience}, expirationSeconds: 3600, path: token }}`"
            )),
            Fault::Audience { expected, .. } if is_file => {
                Some(format!("set `audience: {expected}` in the volume's `serviceAccountToken`"))
            }
            Fault::Audience { expected, .. } => {
                Some(format!("have the token made for the audience `{expected}`"))
            }
            Fault::Expired { .. } if is_file => {
                Some("whatever writes the file has stopped renewing it: look at its log".to_owned())
            }
            Fault::Expired { .. } => Some("fetch a new token for each run".to_owned()),
            Fault::Empty | Fault::NotAJwt(_) | Fault::NoSubject => None,
        };
        text.map(Hint::from)
    }
}

fn hint_for(found: &str, audience: &str) -> Option<String> {
    let hint = match found {
        "a Google access token" => {
            "`gcloud auth print-identity-token --audiences=AUDIENCE` prints an ID token"
        }
        found if found.starts_with("a GitLab") => {
            return Some(format!(
                "add `id_tokens: {{ ID_TOKEN: {{ aud: {audience} }} }}` to the job and use that variable"
            ));
        }
        "JSON" => "extract the token, for instance with `jq -r .token`",
        HEADER => "leave out what stands before the token: it begins with `eyJ`",
        ASSIGNMENT => "leave out the name and the `=`: the token begins with `eyJ`",
        WORDS => "keep one token in it, and nothing else",
        _ => return None,
    };
    Some(hint.to_owned())
}

const HEADER: &str = "an `Authorization` header";
const ASSIGNMENT: &str = "an assignment (`NAME=…`)";
const WORDS: &str = "several words";

/// Takes what was presented as an ID token, if it can be one.
pub(super) fn accept(
    text: &str,
    origin: &Origin,
    audience: Option<&str>,
    now: UnixTime,
) -> Result<UnverifiedIdToken, PresentedError> {
    look_at(text, audience, now).map_err(|fault| PresentedError {
        origin: origin.clone(),
        fault,
        audience: audience.map(str::to_owned),
    })
}

fn look_at(text: &str, audience: Option<&str>, now: UnixTime) -> Result<UnverifiedIdToken, Fault> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    if let Some(found) = something_else(text) {
        return Err(Fault::SomethingElse(found));
    }
    let token = UnverifiedIdToken::parse(text).map_err(Fault::NotAJwt)?;
    let claims = token.unverified_claims();
    let issuer = claims.issuer().unwrap_or_default();
    if claims.subject().is_none_or(str::is_empty) {
        let is_request_token = issuer.contains("vstoken.actions.githubusercontent.com")
            || claims.get("scp").is_some() && claims.get("orchid").is_some();
        return Err(if is_request_token { Fault::GithubRequestToken } else { Fault::NoSubject });
    }
    if issuer == "kubernetes/serviceaccount" {
        return Err(Fault::KubernetesLegacy);
    }
    if let Some(expiration) = claims.time("exp")
        && now >= expiration.plus(GRACE)
    {
        return Err(Fault::Expired { expiration, now });
    }
    let found = claims.audience();
    if let Some(expected) = audience
        && !found.contains(&expected)
    {
        let (expected, found) = (expected.to_owned(), found.join("`, `"));
        return Err(Fault::Audience { expected, found });
    }
    Ok(token)
}

/// What people have at hand and take for an ID token, by its first characters.
fn something_else(text: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 20] = [
        ("Bearer ", HEADER),
        ("bearer ", HEADER),
        ("Authorization:", HEADER),
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
        ("AKIA", "an access key id"),
        ("ASIA", "an access key id"),
        ("{", "JSON"),
        ("[", "JSON"),
        ("-----BEGIN", "a PEM file"),
        ("\"", "a quoted text"),
    ];
    let known = KNOWN.iter().find(|(start, _)| text.starts_with(start));
    known.map(|(_, name)| *name).or_else(|| {
        if is_assignment(text) {
            Some(ASSIGNMENT)
        } else {
            text.contains(char::is_whitespace).then_some(WORDS)
        }
    })
}

/// `NAME=eyJ…`, as a shell's `export` or PowerShell's `$env:` have it. No token holds a `=`.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, value)| {
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "_$: ".contains(letter);
        name.len() <= 100
            && name.chars().all(is_of_name)
            && value.trim_start_matches([' ', '"', '\'']).starts_with("eyJ")
    })
}

#[cfg(test)]
mod tests;
