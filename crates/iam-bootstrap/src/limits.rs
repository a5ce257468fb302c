//! What IAM takes for its form: refused here before anything is made.
//!
//! Sources: IAM API reference, `CreateRole`, `CreateUser`, `PutRolePolicy`,
//! `CreateOpenIDConnectProvider`, `TagRole`; IAM user guide, "IAM and AWS STS quotas".

use crate::tags::{MOST_TAGS, tags_of_role};
use crate::{Blueprint, InvalidBlueprint, trust_policy};

/// Characters of a role's or user's name.
const NAME: usize = 64;
/// Characters of an inline policy's name.
const POLICY_NAME: usize = 128;
/// Characters of a path.
const PATH: usize = 512;
/// Characters of all inline policies of a role together, blanks apart.
const INLINE_POLICIES: usize = 10_240;
/// Characters of a trust policy, blanks apart, whatever an account's quota was raised to.
const TRUST_POLICY: usize = 4096;
/// Managed policies of a role, whatever an account's quota was raised to.
const MANAGED_POLICIES: usize = 25;
/// Client ids of a provider, and the characters of each.
pub(crate) const CLIENT_IDS: usize = 100;
const CLIENT_ID: usize = 255;

/// Checks names, lengths and numbers.
pub(crate) fn check(blueprint: &Blueprint) -> Result<(), InvalidBlueprint> {
    name("role's name", blueprint.role.name(), NAME)?;
    path(blueprint.role_path())?;
    if let Some(user) = &blueprint.user {
        name("user's name", user, NAME)?;
    }
    client_ids(&blueprint.audiences)?;
    policies(blueprint)?;
    let trust = trust_policy(blueprint);
    characters("trust policy", &trust)?;
    at_most("characters for the trust policy", size(&trust), TRUST_POLICY)?;
    let tags = tags_of_role(&blueprint.policies(), blueprint.user.as_ref());
    at_most("tags for a role, of which each policy and the user takes one", tags.len(), MOST_TAGS)
}

fn client_ids(audiences: &[String]) -> Result<(), InvalidBlueprint> {
    for audience in audiences {
        characters("audience", audience)?;
        at_most("characters for an audience", audience.chars().count(), CLIENT_ID)?;
    }
    at_most("audiences for a provider", audiences.len(), CLIENT_IDS)
}

fn policies(blueprint: &Blueprint) -> Result<(), InvalidBlueprint> {
    at_most("managed policies for a role", blueprint.managed_policies.len(), MANAGED_POLICIES)?;
    let inline = &blueprint.inline_policies;
    for (index, policy) in inline.iter().enumerate() {
        name("inline policy's name", &policy.name, POLICY_NAME)?;
        characters("inline policy", &policy.document)?;
        let is_same = |other: &crate::InlinePolicy| other.name.eq_ignore_ascii_case(&policy.name);
        if inline.iter().take(index).any(is_same) {
            return Err(InvalidBlueprint::Form {
                what: "second inline policy",
                value: policy.name.clone(),
                why: "names are the same whatever their case, and one would replace the other"
                    .to_owned(),
            });
        }
    }
    let characters = inline.iter().map(|policy| size(&policy.document)).sum();
    at_most("characters for all inline policies of a role", characters, INLINE_POLICIES)
}

/// Letters, digits and a few signs.
fn name(what: &'static str, value: &str, most: usize) -> Result<(), InvalidBlueprint> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    let why = match value.chars().find(|c| !plain(*c)) {
        _ if value.is_empty() => "it is empty".to_owned(),
        Some(c) => format!("it has letters, digits and `+=,.@-_`, and no `{}`", c.escape_debug()),
        None if value.len() > most => {
            format!("it has at most {most} characters, and this {}", value.len())
        }
        None => return Ok(()),
    };
    Err(InvalidBlueprint::Form { what, value: value.to_owned(), why })
}

fn path(value: &str) -> Result<(), InvalidBlueprint> {
    let is_plain = value.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    let why = if !value.starts_with('/') || !value.ends_with('/') || !is_plain {
        "it begins and ends with a slash, and has no blanks and no letters beyond ASCII".to_owned()
    } else if value.len() > PATH {
        format!("it has at most {PATH} characters, and this {}", value.len())
    } else {
        return Ok(());
    };
    Err(InvalidBlueprint::Form { what: "path of a role", value: value.to_owned(), why })
}

/// What documents and client ids may be written with.
fn characters(what: &'static str, text: &str) -> Result<(), InvalidBlueprint> {
    let plain = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}') && c != '\u{7f}';
    match text.chars().find(|c| !plain(*c)) {
        Some(c) => Err(InvalidBlueprint::Form {
            what: "character",
            value: c.escape_unicode().to_string(),
            why: format!("nothing beyond Latin-1 stands in the {what}"),
        }),
        None => Ok(()),
    }
}

fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), InvalidBlueprint> {
    if found > most { Err(InvalidBlueprint::TooMany { what, found, most }) } else { Ok(()) }
}

/// The characters that IAM counts: all but blanks.
pub(crate) fn size(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InlinePolicy;
    use crate::blueprint::tests::tutorial;

    fn told(change: impl FnOnce(&mut Blueprint)) -> String {
        let mut blueprint = tutorial();
        change(&mut blueprint);
        blueprint.validate().map_or_else(|error| error.to_string(), |()| "taken".to_owned())
    }

    fn role(resource: &str) -> String {
        let arn = format!("arn:aws:iam::278805249149:role{resource}");
        told(|blueprint| blueprint.role = arn.parse().unwrap())
    }

    #[test]
    fn names_and_paths_are_as_iam_takes_them() {
        assert_eq!(role(&format!("/{}", "r".repeat(64))), "taken");
        let long = "r".repeat(65);
        assert_eq!(
            role(&format!("/{long}")),
            format!("IAM takes no role's name `{long}`: it has at most 64 characters, and this 65")
        );
        assert_eq!(
            role("/a b"),
            "IAM takes no role's name `a b`: it has letters, digits and `+=,.@-_`, and no ` `"
        );
        let path = |n: usize| role(&format!("/{}/r", "p".repeat(n)));
        assert_eq!(path(510), "taken");
        assert!(path(511).ends_with("it has at most 512 characters, and this 513"));
        assert!(role("/ü/r").starts_with("IAM takes no path of a role `/ü/`: "));
        for (user, expected) in [
            ("robot,1+2=3.@-_", "taken"),
            ("", "IAM takes no user's name ``: it is empty"),
            (
                "a/b",
                "IAM takes no user's name `a/b`: it has letters, digits and `+=,.@-_`, and no `/`",
            ),
        ] {
            assert_eq!(told(|blueprint| blueprint.user = Some(user.to_owned())), expected);
        }
        assert!(told(|blueprint| blueprint.user = Some("u".repeat(65))).ends_with("and this 65"));
    }

    fn inline(name: &str, document: String) -> InlinePolicy {
        InlinePolicy { name: name.to_owned(), document }
    }

    #[test]
    fn policies_are_as_many_and_as_long_as_iam_takes_them() {
        let padded = |n: usize| format!("{{ \"a\" : \"{}\" }}", "x".repeat(n - 8));
        let of = |policies: Vec<InlinePolicy>| told(|it| it.inline_policies = policies);
        assert_eq!(of(vec![inline("a", padded(10_240))]), "taken");
        assert_eq!(
            of(vec![inline("a", padded(5000)), inline("b", padded(5241))]),
            "IAM takes at most 10240 characters for all inline policies of a role, found 10241"
        );
        assert!(of(vec![inline(&"a".repeat(129), padded(10))]).ends_with("and this 129"));
        assert_eq!(
            of(vec![inline("a", padded(10)), inline("A", padded(10))]),
            "IAM takes no second inline policy `A`: names are the same whatever their case, and \
             one would replace the other"
        );
        assert_eq!(
            of(vec![inline("a", "{\"Sid\": \"한\"}".to_owned())]),
            "IAM takes no character `\\u{d55c}`: nothing beyond Latin-1 stands in the inline policy"
        );
        let many = |n: usize| (0..n).map(|n| inline(&n.to_string(), "{}".to_owned())).collect();
        assert_eq!(of(many(48)), "taken");
        assert_eq!(
            of(many(49)),
            "IAM takes at most 50 tags for a role, of which each policy and the user takes one, \
             found 51"
        );
        let arns = (0..26).map(|n| format!("arn:aws:iam::aws:policy/P{n}")).collect();
        assert_eq!(
            told(|blueprint| blueprint.managed_policies = arns),
            "IAM takes at most 25 managed policies for a role, found 26"
        );
    }

    #[test]
    fn audiences_and_the_trust_policy_are_as_long_as_iam_takes_them() {
        let gitlab = |change: &dyn Fn(&mut Blueprint)| {
            told(|blueprint| {
                blueprint.provider =
                    crate::Provider::from_issuer("https://issuer.example").unwrap();
                change(blueprint);
            })
        };
        assert_eq!(gitlab(&|it| it.audiences = vec!["a".repeat(255)]), "taken");
        assert_eq!(
            gitlab(&|it| it.audiences = vec!["a".repeat(256)]),
            "IAM takes at most 255 characters for an audience, found 256"
        );
        let many = |n: usize| {
            move |it: &mut Blueprint| {
                it.audiences = (0..n).map(|n| n.to_string()).collect();
            }
        };
        assert_eq!(gitlab(&many(100)), "taken");
        assert_eq!(gitlab(&many(101)), "IAM takes at most 100 audiences for a provider, found 101");
        assert!(
            gitlab(&|it| it.subjects = vec!["s".repeat(4000)])
                .starts_with("IAM takes at most 4096 characters for the trust policy, found 42")
        );
        assert_eq!(
            gitlab(&|it| it.subjects = vec!["에이다".to_owned()]),
            "IAM takes no character `\\u{c5d0}`: nothing beyond Latin-1 stands in the trust policy"
        );
    }
}
