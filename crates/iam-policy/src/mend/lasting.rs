//! What of a token's subject is another at the next run: who pins it is denied again.
//!
//! Source: Buildkite, "OIDC in Buildkite Pipelines"; Bitbucket, "Integrate Pipelines with resource
//! servers using OIDC".

use fed_types::Claims;

use crate::wildcard::{self, ONE, RUN};

/// The subject as a pattern that the same job has at every run; `None` where it is the same.
pub(super) fn subject(claims: &Claims) -> Option<String> {
    let (issuer, subject) = (claims.issuer()?, claims.subject()?);
    if subject.contains(['*', '?']) || subject.contains("${") {
        return None;
    }
    match issuer {
        "https://agent.buildkite.com" => any_commit(subject),
        _ if issuer.starts_with("https://api.bitbucket.org/") => any_step(subject),
        _ => None,
    }
}

/// `organization:O:pipeline:P:ref:R:commit:SHA:step:KEY`
fn any_commit(subject: &str) -> Option<String> {
    let (job, run) = subject.split_once(":commit:")?;
    let (_, step) = run.split_once(":step:")?;
    (job.starts_with("organization:") && job.contains(":pipeline:"))
        .then(|| format!("{job}:commit:*:step:{step}"))
}

/// `{repository}:{step}` or `{repository}:{environment}:{step}`: a star for the step would be for
/// every environment as well.
fn any_step(subject: &str) -> Option<String> {
    let (job, step) = subject.rsplit_once(":{")?;
    let step = step.strip_suffix('}')?;
    let any: String = step.chars().map(|c| if c == '-' { '-' } else { '?' }).collect();
    (job.starts_with('{') && job.ends_with('}') && !step.is_empty())
        .then(|| format!("{job}:{{{any}}}"))
}

/// Whether a subject is the job's at some run.
pub(super) fn is_of(pattern: &str, subject: &str) -> bool {
    let pattern: Vec<u8> = pattern
        .bytes()
        .map(|byte| match byte {
            b'*' => RUN,
            b'?' => ONE,
            other => other,
        })
        .collect();
    wildcard::matches(&pattern, subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(issuer: &str, subject: &str) -> Option<String> {
        let claims = serde_json::json!({"iss": issuer, "sub": subject});
        super::subject(&Claims::from_json(claims.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn what_changes_between_runs_is_any() {
        const BUILDKITE: &str = "https://agent.buildkite.com";
        const BITBUCKET: &str =
            "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
        let branch = "organization:acme:pipeline:app:ref:refs/heads/main";
        for (issuer, subject, expected) in [
            (
                BUILDKITE,
                format!("{branch}:commit:abc:step:deploy"),
                Some(format!("{branch}:commit:*:step:deploy")),
            ),
            (
                BUILDKITE,
                format!("{branch}:commit:abc:step:"),
                Some(format!("{branch}:commit:*:step:")),
            ),
            (BITBUCKET, "{a-1}:{b-2}".to_owned(), Some("{a-1}:{?-?}".to_owned())),
            (BITBUCKET, "{a}:{e}:{bb}".to_owned(), Some("{a}:{e}:{??}".to_owned())),
            (BUILDKITE, branch.to_owned(), None),
            (BUILDKITE, "app:commit:abc:step:".to_owned(), None),
            (BITBUCKET, "{a}".to_owned(), None),
            ("https://issuer.example", format!("{branch}:commit:abc:step:"), None),
        ] {
            assert_eq!(told(issuer, &subject), expected, "{subject}");
        }
    }

    #[test]
    fn another_job_is_not_of_it() {
        let pattern = "organization:acme:pipeline:app:ref:refs/heads/main:commit:*:step:deploy";
        let run = |text: &str| is_of(pattern, &format!("organization:acme:pipeline:{text}"));
        assert!(run("app:ref:refs/heads/main:commit:def:step:deploy"));
        assert!(!run("app:ref:refs/heads/main:commit:def:step:deploy2"));
        assert!(!run("app:ref:refs/heads/other:commit:abc:step:deploy"));
        assert!(!run("apps:ref:refs/heads/main:commit:abc:step:deploy"));
        assert!(is_of("{a}:{??}", "{a}:{cc}") && !is_of("{a}:{??}", "{a}:{e}:{cc}"));
    }
}
