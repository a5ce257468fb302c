//! Whose a token is at an issuer that many share, where its subject does not say: subjects can be
//! made of claims that everybody has.
//!
//! Source: GitHub, "OpenID Connect reference", customizing the subject claims; GitLab, "ID token
//! authentication"; Buildkite, "OIDC in Buildkite Pipelines"; Bitbucket, "Integrate Pipelines with
//! resource servers using OIDC".

use fed_types::Claims;

/// Claims that name the same thing in other words; the key by which a trust policy can best ask
/// for it comes first.
type Group = &'static [&'static str];

/// Issuers with what tells their tenants apart, from the narrowest: what is named in a subject
/// names all that is wider.
const ISSUERS: [(&str, &[Group]); 4] = [
    (
        "https://token.actions.githubusercontent.com",
        &[&["repository_id", "repository"], &["repository_owner_id", "repository_owner"]],
    ),
    ("https://gitlab.com", &[&["project_id", "project_path"]]),
    (
        "https://agent.buildkite.com",
        &[&["pipeline_id", "pipeline_slug"], &["organization_id", "organization_slug"]],
    ),
    ("https://api.bitbucket.org", &[&["repositoryUuid"]]),
];

/// The names of condition keys, behind the issuer's, of which a trust policy has to ask for one
/// beside a subject: that tells whose the token is where the subject's form does not. None where
/// it does, and at issuers that are not known to be shared so. `issuer` is without its scheme.
pub fn tenant_keys(issuer: &str, subject: &str) -> &'static [&'static str] {
    match names_by_form(&subject.to_ascii_lowercase()) {
        true => &[],
        false => groups(&format!("https://{issuer}")).first().copied().unwrap_or_default(),
    }
}

fn groups(issuer: &str) -> &'static [Group] {
    let is_of =
        |of: &str| issuer.strip_prefix(of).is_some_and(|it| it.is_empty() || it.starts_with('/'));
    ISSUERS.iter().find(|(of, _)| is_of(of)).map_or(&[], |(_, groups)| groups)
}

/// What the subject does not name.
pub(super) fn unnamed(claims: &Claims) -> Vec<Group> {
    let subject = claims.subject().unwrap_or_default().to_ascii_lowercase();
    let groups = groups(claims.issuer().unwrap_or_default());
    let is_named = |group: &Group| {
        group.iter().filter_map(|claim| claims.get(claim)).any(|it| names(&subject, &text(it)))
    };
    match names_by_form(&subject) {
        true => Vec::new(),
        false => groups.iter().take_while(|group| !is_named(group)).copied().collect(),
    }
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_ascii_lowercase()
}

/// Whether a value is a part of the subject, whole.
fn names(subject: &str, value: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !"-_.".contains(c));
    !value.is_empty()
        && subject.match_indices(value).any(|(at, found)| {
            let (before, after) = (&subject[..at], &subject[at + found.len()..]);
            is_end(before.chars().next_back()) && is_end(after.chars().next())
        })
}

/// Whether a subject has its issuer's own form, which names all, whatever the rest of the token
/// is.
fn names_by_form(subject: &str) -> bool {
    let of =
        |start: &str, and: &str| subject.strip_prefix(start).is_some_and(|it| it.contains(and));
    of("repo:", "/")
        || of("organization:", ":pipeline:")
        || of("project_path:", "/")
        || subject.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(claims: &str) -> Vec<&'static str> {
        let claims: serde_json::Map<_, _> = serde_json::from_str(claims).unwrap();
        unnamed(&Claims::from(claims)).into_iter().map(|group| group[0]).collect()
    }

    #[test]
    fn a_subject_without_its_tenants_name_needs_a_key_beside() {
        const GITHUB: &str = "token.actions.githubusercontent.com";
        for (issuer, subject, keys) in [
            (GITHUB, "environment:production", &["repository_id", "repository"][..]),
            (GITHUB, "repository_owner:acme", &["repository_id", "repository"]),
            (GITHUB, "repo:acme/app:environment:production", &[]),
            ("token.actions.githubusercontent.com/acme", "x", &["repository_id", "repository"]),
            ("gitlab.com", "main", &["project_id", "project_path"]),
            ("gitlab.com", "project_path:a/b:ref_type:branch:ref:main", &[]),
            ("api.bitbucket.org/2.0/workspaces/a/oidc", "x", &["repositoryUuid"]),
            ("accounts.google.com", "42", &[]),
            ("token.actions.githubusercontent.com.evil.example", "x", &[]),
        ] {
            assert_eq!(tenant_keys(issuer, subject), keys, "{issuer} {subject}");
        }
    }

    #[test]
    fn a_subject_names_its_tenant_or_does_not() {
        let github = r#""iss": "https://token.actions.githubusercontent.com""#;
        let acme = r#""repository": "acme/app", "repository_id": "7", "repository_owner": "acme""#;
        for (claims, expected) in [
            (format!(r#"{github}, {acme}, "sub": "repo:acme/app:ref:refs/heads/main""#), &[][..]),
            (format!(r#"{github}, "sub": "repo:acme/app:ref:refs/heads/main""#), &[]),
            (
                format!(r#"{github}, {acme}, "sub": "environment:production""#),
                &["repository_id", "repository_owner_id"],
            ),
            (
                format!(r#"{github}, "sub": "environment:production""#),
                &["repository_id", "repository_owner_id"],
            ),
            (
                format!(r#"{github}, {acme}, "sub": "repository_owner:acme""#),
                &["repository_id"],
            ),
            // A part of another name is no name.
            (
                format!(r#"{github}, {acme}, "sub": "repository_owner:acme-evil""#),
                &["repository_id", "repository_owner_id"],
            ),
            (
                r#""iss": "https://agent.buildkite.com", "sub": "main", "organization_slug": "acme""#
                    .to_owned(),
                &["pipeline_id", "organization_id"],
            ),
            (format!(r#"{github}, {acme}, "sub": "repository_id:7:ref:refs/heads/main""#), &[]),
            (
                format!(r#"{github}, {acme}, "sub": "repository_id:77:ref:refs/heads/main""#),
                &["repository_id", "repository_owner_id"],
            ),
            (r#""iss": "https://cluster.example", "sub": "system:serviceaccount:a:b""#.to_owned(), &[]),
        ] {
            assert_eq!(told(&format!("{{{claims}}}")), expected, "{claims}");
        }
    }
}
