//! Issuers whose subjects are paths from the organisation down.
//!
//! Sources: HCP Terraform documentation, "Workload identity tokens"; Buildkite documentation,
//! "OIDC with Buildkite Pipelines"; CircleCI documentation, "OpenID Connect tokens".

use super::{Shape, is_pattern, literal_head, never, strangers};

/// Names with a value each, from the organisation down.
pub(super) struct Path {
    /// Those that must be whole for a pattern to be as narrow as it looks.
    pub(super) whole: &'static [&'static str],
    /// Those that come behind, in a subject without a wildcard.
    pub(super) then: &'static [&'static str],
    /// The right form.
    pub(super) form: &'static str,
}

/// `organization:O:project:P:workspace:W:run_phase:PHASE`.
pub(super) fn terraform(subject: &str) -> Shape {
    let path = Path {
        whole: &["organization", "project", "workspace"],
        then: &["run_phase"],
        form: "the form is `organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:\
               run_phase:PHASE`, or `…:workspace:WORKSPACE:*` for both phases",
    };
    below(subject, &path)
}

/// `organization:O:pipeline:P:ref:…:commit:…:step:…`.
pub(super) fn buildkite(subject: &str) -> Shape {
    let form = "the form is `organization:ORGANIZATION:pipeline:PIPELINE:*`";
    if !is_pattern(subject) && !subject.contains(":step:") {
        return Err(never("Buildkite's `sub` goes on with ref, commit and step", form));
    }
    below(subject, &Path { whole: &["organization", "pipeline"], then: &[], form })
}

/// Safe where every name that must be whole is so before the first wildcard.
pub(super) fn below(subject: &str, path: &Path) -> Shape {
    let (Some(first), head) = (path.whole.first(), literal_head(subject)) else { return Ok(None) };
    let form = path.form;
    if !head.starts_with(&format!("{first}:")) {
        return Err(if is_pattern(subject) && first.starts_with(head) {
            strangers("organisations of everybody have such a subject", form)
        } else {
            never("the `sub` begins with the organisation", form)
        });
    }
    if !is_pattern(subject) {
        return if is_complete(subject, path) {
            Ok(None)
        } else {
            Err(never("a part is missing", form))
        };
    }
    let mut rest = head;
    for (index, name) in path.whole.iter().enumerate() {
        let value = rest.strip_prefix(&format!("{name}:")).and_then(|rest| rest.split_once(':'));
        match value {
            Some((value, further)) if !value.is_empty() => rest = further,
            _ if index == 0 => {
                return Err(strangers(
                    "organisations of that beginning can be made by anybody",
                    form,
                ));
            }
            _ => return Ok(Some(format!("more than one {name} of the organisation"))),
        }
    }
    Ok(None)
}

/// Every name has a value, in its place.
fn is_complete(subject: &str, path: &Path) -> bool {
    let mut parts = subject.split(':');
    let mut names = path.whole.iter().chain(path.then);
    names.all(|name| {
        parts.next() == Some(name) && parts.next().is_some_and(|value| !value.is_empty())
    })
}

/// `org/ORG/project/PROJECT/user/USER`; the issuer is one organisation's own.
pub(super) fn circleci(prefix: &str, subject: &str) -> Shape {
    let organization = prefix.strip_prefix("oidc.circleci.com/org/").unwrap_or_default();
    let form = format!("the form is `org/{organization}/project/PROJECT-ID/user/*`");
    let Some(rest) = subject.strip_prefix(&format!("org/{organization}/")) else {
        return Err(never("CircleCI's `sub` begins with the issuer's organisation", form));
    };
    let parts: Vec<&str> = rest.split('/').collect();
    match parts.as_slice() {
        ["project", project, "user", user]
            if !project.is_empty() && !is_pattern(project) && !user.is_empty() =>
        {
            Ok(None)
        }
        _ if is_pattern(rest) => Ok(Some("more than one project of the organisation".to_owned())),
        _ => Err(never("a part is missing", form)),
    }
}
