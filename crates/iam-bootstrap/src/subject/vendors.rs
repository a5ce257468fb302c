//! Services that run for everybody, or that give each customer an issuer: Vercel, Scalr,
//! Codefresh, Pulumi, Spacelift, env zero, Bitbucket.
//!
//! Sources: Vercel documentation, "OIDC Federation Reference"; Scalr documentation, "AWS";
//! Codefresh documentation, "OIDC for pipelines"; Pulumi documentation, "OIDC token claims" and
//! "Deployments OIDC, AWS"; Spacelift documentation, "OpenID Connect (OIDC)" and "With AWS";
//! env zero documentation, "OIDC for AWS"; Bitbucket documentation, "Integrate Pipelines with
//! resource servers using OIDC".

use super::paths::{Path, below};
use super::{Shape, is_pattern, literal_head, never, strangers};

/// `owner:TEAM:project:PROJECT:environment:ENVIRONMENT`; a team may have an issuer of its own.
pub(super) fn vercel(prefix: &str, subject: &str) -> Shape {
    const FORM: &str = "the form is `owner:TEAM:project:PROJECT:environment:ENVIRONMENT`, or \
                        `…:project:PROJECT:*` for all environments";
    let team = prefix.strip_prefix("oidc.vercel.com/").unwrap_or_default();
    let owner = subject.strip_prefix("owner:").and_then(|rest| rest.split(':').next());
    if !team.is_empty() && owner.is_some_and(|owner| !is_pattern(owner) && owner != team) {
        return Err(never("the issuer is another team's", FORM));
    }
    let path = Path { whole: &["owner", "project"], then: &["environment"], form: FORM };
    below(subject, &path)
}

/// `account:ACCOUNT:environment:ENVIRONMENT:workspace:WORKSPACE`.
pub(super) fn scalr(subject: &str) -> Shape {
    let path = Path {
        whole: &["account", "environment"],
        then: &["workspace"],
        form: "the form is `account:ACCOUNT:environment:ENVIRONMENT:workspace:WORKSPACE`, or \
               `…:environment:ENVIRONMENT:workspace:*` for all of them",
    };
    below(subject, &path)
}

/// `account:ID:pipeline:ID`, and behind it what started the pipeline.
pub(super) fn codefresh(subject: &str) -> Shape {
    let path = Path {
        whole: &["account", "pipeline"],
        then: &[],
        form: "the form is `account:ACCOUNT-ID:pipeline:PIPELINE-ID:*`",
    };
    below(subject, &path)
}

/// Deployments and environments, each with the organisation behind a fixed beginning.
pub(super) fn pulumi(subject: &str) -> Shape {
    const FORM: &str = "the form is `pulumi:deploy:org:ORGANIZATION:project:PROJECT:stack:STACK:*` \
                        or `pulumi:environments:org:ORGANIZATION:env:PROJECT/ENVIRONMENT`";
    const BEGINNINGS: [&str; 3] = [
        "pulumi:deploy:org:",
        "pulumi:environments:org:",
        "pulumi:environments:pulumi.organization.login:",
    ];
    let head = literal_head(subject);
    let Some(beginning) = BEGINNINGS.into_iter().find(|text| head.starts_with(text)) else {
        let may_be = is_pattern(subject) && BEGINNINGS.iter().any(|text| text.starts_with(head));
        return Err(if may_be {
            strangers("organisations of everybody have such a subject", FORM)
        } else {
            never("Pulumi's `sub` begins with `pulumi:deploy:` or `pulumi:environments:`", FORM)
        });
    };
    let behind = head.get(beginning.len()..).unwrap_or_default();
    let (organization, rest) = match behind.split_once(':') {
        Some((organization, rest)) if !organization.is_empty() => (organization, rest),
        _ if is_pattern(subject) => {
            return Err(strangers("organisations of that beginning can be made by anybody", FORM));
        }
        _ => return Err(never("a part is missing", FORM)),
    };
    let (of, is_narrow, is_whole) = if beginning == BEGINNINGS[0] {
        let whole = rest.starts_with("project:") && rest.contains(":stack:");
        (
            "deployment",
            whole,
            whole && rest.contains(":operation:") && rest.ends_with(":scope:write"),
        )
    } else {
        let name =
            rest.strip_prefix("env:").or_else(|| rest.strip_prefix("currentEnvironment.name:"));
        let is_named = name.is_some_and(|name| !name.is_empty());
        ("environment", is_named, is_named || rest.contains(".name:") || rest.contains(".login:"))
    };
    match is_pattern(subject) {
        false if !is_whole => Err(never("a part is missing", FORM)),
        true if !is_narrow => Ok(Some(format!("more than one {of} of `{organization}`"))),
        _ => Ok(None),
    }
}

/// `space:ID:stack:ID:run_type:TYPE:scope:write`; the issuer is one account's own.
pub(super) fn spacelift(subject: &str) -> Shape {
    const FORM: &str = "the form is `space:SPACE-ID:stack:STACK-ID:run_type:TYPE:scope:write` (or \
                        `module:…`, `scope:read`), or `space:SPACE-ID:stack:STACK-ID:*`";
    if !is_pattern(subject) {
        let parts: Vec<&str> = subject.split(':').collect();
        return match parts.as_slice() {
            [
                "space",
                space,
                "stack" | "module",
                id,
                "run_type",
                kind,
                "scope",
                "read" | "write",
            ] if ![space, id, kind].iter().any(|part| part.is_empty()) => Ok(None),
            _ => Err(never("Spacelift's `sub` says space, stack, type of run and scope", FORM)),
        };
    }
    let head = literal_head(subject);
    if !head.starts_with("space:") && !"space:".starts_with(head) {
        return Err(never("Spacelift's `sub` begins with the space", FORM));
    }
    let parts: Vec<&str> = head.split(':').collect();
    Ok(match parts.as_slice() {
        ["space", _, "stack" | "module", _, _, ..] => None,
        ["space", space, _, ..] => Some(format!("more than one stack of space `{space}`")),
        _ => Some("stacks of more than one space of the account".to_owned()),
    })
}

/// One text for an organisation, which says nothing of whose it is.
pub(super) fn env_zero(subject: &str) -> Shape {
    if is_pattern(subject) {
        return Err(strangers(
            "organisations of everybody have such a subject",
            "name it in full: env zero shows it under the organisation's policies",
        ));
    }
    Ok(None)
}

/// `{REPOSITORY}:{STEP}` or `{REPOSITORY}:{ENVIRONMENT}:{STEP}`; the issuer is one workspace's own.
pub(super) fn bitbucket(subject: &str) -> Shape {
    const FORM: &str =
        "the form is `{REPOSITORY-UUID}:*`, or `{REPOSITORY-UUID}:{ENVIRONMENT-UUID}:*`";
    if !is_pattern(subject) {
        return Err(never("Bitbucket's `sub` ends with the step, another one in every run", FORM));
    }
    let head = literal_head(subject);
    if !head.is_empty() && !head.starts_with('{') {
        return Err(never("Bitbucket's `sub` begins with the repository's id, in braces", FORM));
    }
    let is_whole = head.split_once("}:").is_some();
    Ok((!is_whole).then(|| "more than one repository of the workspace".to_owned()))
}
