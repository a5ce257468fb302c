//! GitHub Actions: `repo:OWNER/REPOSITORY:CONTEXT`.
//!
//! Source: GitHub documentation, "OpenID Connect reference", "Example subject claims",
//! "Immutable subject claims" and "Custom claims provided by GitHub".

use super::{Fault, Shape, is_pattern, literal_head, never, strangers};

const FORM: &str = "the form is `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`, \
                    `repo:OWNER/REPOSITORY:environment:NAME`, \
                    `repo:OWNER/REPOSITORY:pull_request`, or `repo:OWNER/REPOSITORY:*` for all of them";

/// The claims that a subject may be made of.
const CLAIMS: [&str; 26] = [
    "actor",
    "actor_id",
    "base_ref",
    "check_run_id",
    "context",
    "enterprise",
    "enterprise_id",
    "environment",
    "event_name",
    "head_ref",
    "job_workflow_ref",
    "job_workflow_sha",
    "ref",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "run_attempt",
    "run_id",
    "run_number",
    "runner_environment",
    "workflow",
    "workflow_ref",
    "workflow_sha",
];

/// What an organisation's own properties begin with, as claims.
const PROPERTY: &str = "repo_property_";

const PULL_REQUEST: &str = "pull_request";

pub(super) fn check(subject: &str) -> Shape {
    let first = subject.split(':').next().unwrap_or_default();
    let small = first.to_ascii_lowercase();
    if small != first && (small == "repo" || CLAIMS.contains(&small.as_str())) {
        return Err(never("GitHub writes the names of claims in small letters", FORM));
    }
    let Some(rest) = literal_head(subject).strip_prefix("repo:").and(subject.strip_prefix("repo:"))
    else {
        return custom(subject);
    };
    let (owner, rest) = match rest.split_once('/') {
        Some((owner, rest)) if !owner.is_empty() && !is_pattern(owner) => (owner, rest),
        _ if is_pattern(rest) => {
            return Err(strangers(
                "owners of that beginning can be made by anybody",
                format!("name owner and repository in full; {FORM}"),
            ));
        }
        _ => return Err(never("a repository has an owner", FORM)),
    };
    let (repository, context) = match rest.split_once(':') {
        Some((repository, context)) => (repository, Some(context)),
        None => (rest, None),
    };
    if repository.is_empty() {
        return Err(never("there is no repository", FORM));
    }
    names(owner, repository)?;
    if is_pattern(repository) {
        return Ok(Some(format!("more than one repository of `{owner}`")));
    }
    match context {
        None => Err(never("GitHub's `sub` always says in which context", FORM)),
        Some(context) => of_context(&format!("repo:{owner}/{repository}"), context),
    }
}

/// Names of owner and repository, each with its number or neither.
fn names(owner: &str, repository: &str) -> Result<(), Fault> {
    let plain = |name: &str, more: &str| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let numbered = |name: &str| name.split_once('@').map(|(_, number)| number.to_owned());
    let name = |text: &str| text.split('@').next().unwrap_or_default().to_owned();
    if !plain(&name(owner), "-_") || !plain(&name(repository), "-_.*?") {
        return Err(never("no owner or repository has such a name", FORM));
    }
    let is_number = |text: &String| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "*?".contains(c))
    };
    let fits = match (numbered(owner), numbered(repository)) {
        (None, None) => true,
        (Some(owner), Some(repository)) => is_number(&owner) && is_number(&repository),
        (Some(owner), None) => is_number(&owner) && is_pattern(repository),
        (None, Some(_)) => false,
    };
    if fits {
        return Ok(());
    }
    Err(never(
        "GitHub's immutable subjects number both owner and repository",
        "the form is `repo:OWNER@OWNER-ID/REPOSITORY@REPOSITORY-ID:…`, or without either number",
    ))
}

/// `ref:refs/heads/main`, `environment:prod`, `pull_request`, or claims of one's own.
fn of_context(repository: &str, context: &str) -> Shape {
    let mut rest = Some(context);
    let mut before = "";
    while let Some(text) = rest {
        let (name, further) = match text.split_once(':') {
            Some((name, further)) => (name, Some(further)),
            None => (text, None),
        };
        if is_pattern(name) {
            return of_pattern(name);
        }
        if name == PULL_REQUEST {
            (before, rest) = (name, further);
            continue;
        }
        if !is_claim(name) {
            return Err(unknown(repository, before, name, context, further));
        }
        let (value, further) = match further.map(|text| (text, text.split_once(':'))) {
            None | Some(("", _) | (_, Some(("", _)))) => {
                return Err(never("the context is empty", FORM));
            }
            Some((_, Some((value, further)))) => (value, Some(further)),
            Some((value, None)) => (value, None),
        };
        if name == "ref" {
            of_ref(value)?;
        }
        // A wildcard goes on over colons.
        if is_pattern(value) {
            return Ok(None);
        }
        (before, rest) = (name, further);
    }
    Ok(None)
}

/// Whether any name begins so.
fn of_pattern(name: &str) -> Shape {
    let head = literal_head(name);
    let fits = CLAIMS.iter().chain([&PULL_REQUEST, &PROPERTY]).any(|known| known.starts_with(head));
    if fits { Ok(None) } else { Err(never("that is no context of GitHub", FORM)) }
}

fn is_claim(name: &str) -> bool {
    CLAIMS.contains(&name) || name.strip_prefix(PROPERTY).is_some_and(|rest| !rest.is_empty())
}

/// What is no context: a colon in a value, which GitHub encodes, or a context that people know by
/// another name.
fn unknown(
    repository: &str,
    before: &str,
    name: &str,
    context: &str,
    further: Option<&str>,
) -> Fault {
    match (before, name, further) {
        ("environment", ..) => {
            let value = context.rsplit("environment:").next().unwrap_or_default();
            never(
                "GitHub writes `%3A` for a colon in an environment's name",
                format!("use `{repository}:environment:{}`", value.replace(':', "%3A")),
            )
        }
        ("", "branch" | "tag", Some(value)) if !value.is_empty() => {
            let kind = if name == "branch" { "heads" } else { "tags" };
            never(
                "that is no context of GitHub",
                format!("use `{repository}:ref:refs/{kind}/{value}`"),
            )
        }
        _ => never("that is no context of GitHub", FORM),
    }
}

fn of_ref(name: &str) -> Result<(), Fault> {
    let literal = literal_head(name);
    let begins = |full: &str| {
        if is_pattern(name) {
            full.starts_with(literal) || literal.starts_with(full)
        } else {
            name.starts_with(full) && name.len() > full.len()
        }
    };
    if begins("refs/heads/") || begins("refs/tags/") || begins("refs/pull/") {
        return Ok(());
    }
    Err(never("a `ref` begins with `refs/heads/` or `refs/tags/`", FORM))
}

/// A subject of the claims that an organisation chose for itself.
fn custom(subject: &str) -> Shape {
    let (claim, rest) = match subject.split_once(':') {
        Some((claim, rest)) if !claim.is_empty() && !rest.is_empty() => (claim, rest),
        _ if is_pattern(subject) => return Err(of_everybody()),
        _ => return Err(never("GitHub's `sub` begins with `repo:`", FORM)),
    };
    let value = rest.split(':').next().unwrap_or_default();
    match claim {
        "repository_owner" | "repository_owner_id" | "enterprise" | "enterprise_id"
            if is_whole(value) =>
        {
            Ok(is_pattern(subject).then(|| "every repository of that owner".to_owned()))
        }
        "repository_id" if is_whole(value) => Ok(None),
        "repository" | "workflow_ref" => match value.split_once('/') {
            Some((owner, name)) if is_whole(owner) && !name.is_empty() => {
                Ok(is_pattern(name).then(|| format!("more than one repository of `{owner}`")))
            }
            _ => Err(of_everybody()),
        },
        // Whose workflow is called, not by whom.
        "job_workflow_ref" if !is_pattern(subject) && value.contains('/') => {
            Ok(Some("every repository that may call that workflow".to_owned()))
        }
        _ => Err(of_everybody()),
    }
}

fn is_whole(value: &str) -> bool {
    !value.is_empty() && !is_pattern(value)
}

/// Each repository chooses which claims its subject is made of: `environment:prod` is the
/// subject of any that chose that one.
fn of_everybody() -> Fault {
    strangers(
        "repositories of everybody on GitHub can have such a subject",
        format!(
            "name owner and repository in full; {FORM}; a subject of other claims begins with \
             `repository_owner:OWNER:` or `repository:OWNER/REPOSITORY:`"
        ),
    )
}
