//! GitLab.com: `project_path:GROUP/PROJECT:ref_type:TYPE:ref:NAME`.
//!
//! Source: GitLab documentation, "OpenID Connect (OIDC) Authentication Using ID Tokens".

use super::{Shape, is_pattern, literal_head, never, strangers};

const FORM: &str = "the form is `project_path:GROUP/PROJECT:ref_type:branch:ref:NAME` (or \
                    `ref_type:tag`), or `project_path:GROUP/PROJECT:*` for all of them";

pub(super) fn check(subject: &str) -> Shape {
    let head = literal_head(subject);
    let Some(rest) = head.strip_prefix("project_path:").and(subject.strip_prefix("project_path:"))
    else {
        if is_pattern(subject) && "project_path:".starts_with(head) {
            return Err(strangers("projects of everybody on GitLab have such a subject", FORM));
        }
        return Err(never("GitLab's `sub` begins with `project_path:`", FORM));
    };
    let (path, context) = match rest.split_once(':') {
        Some((path, context)) => (path, Some(context)),
        None => (rest, None),
    };
    let group = path.split('/').next().unwrap_or_default();
    if is_pattern(path) {
        if is_pattern(group) || !path.contains('/') || group.is_empty() {
            return Err(strangers(
                "groups of that beginning can be made by anybody",
                format!("name group and project in full; {FORM}"),
            ));
        }
        return Ok(Some(format!("more than one project of `{group}`")));
    }
    if group.is_empty() || !path.contains('/') || path.ends_with('/') {
        return Err(never("a project has a group or a user before it", FORM));
    }
    match context {
        None => Ok(Some(
            "nobody, unless the project's `ci_id_token_sub_claim_components` are `project_path` \
             alone"
                .to_owned(),
        )),
        Some(context) => of_context(context),
    }
}

fn of_context(context: &str) -> Shape {
    let Some(rest) = context.strip_prefix("ref_type:") else {
        return if is_pattern(context) && "ref_type:".starts_with(literal_head(context)) {
            Ok(None)
        } else {
            Err(never("after the project comes `ref_type:`", FORM))
        };
    };
    let (kind, name) = match rest.split_once(':') {
        Some((kind, name)) => (kind, Some(name)),
        None => (rest, None),
    };
    if !is_pattern(kind) && !matches!(kind, "branch" | "tag") {
        return Err(never("`ref_type` is `branch` or `tag`, of a merge request `branch`", FORM));
    }
    match name {
        Some(name) if name.starts_with("ref:refs/") => {
            Err(never("GitLab's `ref` is the bare name, without `refs/heads/`", FORM))
        }
        Some(name) if name.starts_with("ref:") && name.len() > 4 => Ok(None),
        Some(name) if is_pattern(name) && "ref:".starts_with(literal_head(name)) => Ok(None),
        None if is_pattern(kind) => Ok(None),
        _ => Err(never("after `ref_type` comes `ref:`", FORM)),
    }
}
