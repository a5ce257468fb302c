//! GitHub Actions: `repo:OWNER/REPOSITORY:CONTEXT`.
//!
//! Source: GitHub documentation, "OpenID Connect reference", "Example subject claims".

use super::{Shape, is_pattern, literal_head, never, strangers};

const FORM: &str = "the form is `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`, \
                    `repo:OWNER/REPOSITORY:environment:NAME`, \
                    `repo:OWNER/REPOSITORY:pull_request`, or `repo:OWNER/REPOSITORY:*` for all of them";

pub(super) fn check(subject: &str) -> Shape {
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
    if is_pattern(repository) {
        return Ok(Some(format!("more than one repository of `{owner}`")));
    }
    if repository.is_empty() {
        return Err(never("there is no repository", FORM));
    }
    match context {
        None => Err(never("GitHub's `sub` always says in which context", FORM)),
        Some(context) => of_context(context),
    }
}

/// `ref:refs/heads/main`, `environment:prod`, `pull_request`, or keys of one's own.
fn of_context(context: &str) -> Shape {
    let head = literal_head(context);
    if is_pattern(context) && !head.contains(':') {
        return Ok(None);
    }
    match context.split_once(':') {
        None if context == "pull_request" => Ok(None),
        None => Err(never("that is no context of GitHub", FORM)),
        Some((_, "")) => Err(never("the context is empty", FORM)),
        Some(("ref", name)) => {
            let literal = literal_head(name);
            let begins = |full: &str| {
                if is_pattern(name) {
                    full.starts_with(literal) || literal.starts_with(full)
                } else {
                    name.starts_with(full) && name.len() > full.len()
                }
            };
            if begins("refs/heads/") || begins("refs/tags/") || begins("refs/pull/") {
                return Ok(None);
            }
            Err(never("a `ref` begins with `refs/heads/` or `refs/tags/`", FORM))
        }
        Some(_) => Ok(None),
    }
}

/// A subject of the claims that an organisation chose for itself.
fn custom(subject: &str) -> Shape {
    let head = literal_head(subject);
    if !is_pattern(subject) {
        return match subject.split_once(':') {
            Some((claim, value)) if !claim.is_empty() && !value.is_empty() => Ok(None),
            _ => Err(never("GitHub's `sub` begins with `repo:`", FORM)),
        };
    }
    let owned = ["repository_owner:", "repository_owner_id:", "enterprise:", "enterprise_id:"]
        .iter()
        .filter_map(|claim| head.strip_prefix(claim))
        .any(|rest| rest.split_once(':').is_some_and(|(owner, _)| !owner.is_empty()));
    if owned {
        return Ok(Some("every repository of that owner".to_owned()));
    }
    Err(strangers(
        "repositories of everybody on GitHub have such a subject",
        format!("name owner and repository in full; {FORM}"),
    ))
}
