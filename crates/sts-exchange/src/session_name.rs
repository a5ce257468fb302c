//! The name of a role session, which CloudTrail shows.

use std::fmt;
use std::str::FromStr;

use fed_types::Claims;

/// `RoleSessionName`: 2 to 64 characters out of letters, digits and `_+=,.@-`
/// (aws-truth.md, parameters of AssumeRoleWithWebIdentity).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleSessionName(String);

/// The text is no role session name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRoleSessionName {
    /// Shorter than 2 or longer than 64 characters.
    #[error("expected a role session name of 2 to 64 characters, found {length} in `{text}`")]
    Length {
        /// As given.
        text: String,
        /// Characters in it.
        length: usize,
    },
    /// A character AWS does not take.
    #[error(
        "expected a role session name of letters, digits and `_+=,.@-`, found `{character}` in `{text}`"
    )]
    Character {
        /// As given.
        text: String,
        /// The first character that is wrong.
        character: char,
    },
}

const SHORTEST: usize = 2;
const LONGEST: usize = 64;

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

impl InvalidRoleSessionName {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let (Self::Length { text, .. } | Self::Character { text, .. }) = self;
        sanitized(text).map(|name| format!("for instance `{name}`"))
    }
}

impl RoleSessionName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name used when none is configured: the token's `email`, else its `sub`, what
    /// AWS does not take replaced by `-` and cut to 64 characters. `None` when the token
    /// has neither.
    pub fn from_claims(claims: &Claims) -> Option<Self> {
        claims.text("email").and_then(sanitized).or_else(|| claims.subject().and_then(sanitized))
    }
}

fn sanitized(text: &str) -> Option<RoleSessionName> {
    let name: String = text
        .trim()
        .chars()
        .take(LONGEST)
        .map(|character| if is_allowed(character) { character } else { '-' })
        .collect();
    name.parse().ok()
}

impl FromStr for RoleSessionName {
    type Err = InvalidRoleSessionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(character) = text.chars().find(|&character| !is_allowed(character)) {
            return Err(InvalidRoleSessionName::Character { text: text.to_owned(), character });
        }
        match text.len() {
            SHORTEST..=LONGEST => Ok(Self(text.to_owned())),
            length => Err(InvalidRoleSessionName::Length { text: text.to_owned(), length }),
        }
    }
}

impl fmt::Display for RoleSessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_claims(json: &str) -> Option<String> {
        let claims = Claims::from_json(json.as_bytes()).unwrap();
        RoleSessionName::from_claims(&claims).map(|name| name.to_string())
    }

    #[test]
    fn what_aws_takes_is_taken() {
        for text in ["ab", "google-oidc-session", "a_+=,.@-Z9", &"x".repeat(64)] {
            assert_eq!(text.parse::<RoleSessionName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_aws_refuses_is_refused_with_its_reason() {
        let long = "x".repeat(65);
        for (text, message) in [
            ("", "expected a role session name of 2 to 64 characters, found 0 in ``".to_owned()),
            ("a", "expected a role session name of 2 to 64 characters, found 1 in `a`".to_owned()),
            (
                long.as_str(),
                format!("expected a role session name of 2 to 64 characters, found 65 in `{long}`"),
            ),
            (
                "a b",
                "expected a role session name of letters, digits and `_+=,.@-`, found ` ` in `a b`"
                    .to_owned(),
            ),
            (
                "repo:org/repo",
                "expected a role session name of letters, digits and `_+=,.@-`, found `:` in `repo:org/repo`".to_owned(),
            ),
            (
                "jürgen",
                "expected a role session name of letters, digits and `_+=,.@-`, found `ü` in `jürgen`".to_owned(),
            ),
            (
                "ab\n",
                "expected a role session name of letters, digits and `_+=,.@-`, found `\n` in `ab\n`".to_owned(),
            ),
        ] {
            assert_eq!(text.parse::<RoleSessionName>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn the_hint_is_a_name_that_works() {
        let error = "repo:org/repo".parse::<RoleSessionName>().unwrap_err();
        assert_eq!(error.hint().unwrap(), "for instance `repo-org-repo`");
        assert_eq!("".parse::<RoleSessionName>().unwrap_err().hint(), None);
    }

    #[test]
    fn the_default_is_the_email_then_the_subject() {
        for (claims, name) in [
            (r#"{"email":"ana@example.com","sub":"11"}"#, Some("ana@example.com")),
            (r#"{"sub":"113632458324056836621"}"#, Some("113632458324056836621")),
            (
                r#"{"sub":"repo:org/repo:ref:refs/heads/main"}"#,
                Some("repo-org-repo-ref-refs-heads-main"),
            ),
            (r#"{"email":"jürgen@example.com","sub":"11"}"#, Some("j-rgen@example.com")),
            (r#"{"email":"","sub":"11"}"#, Some("11")),
            (r#"{"email":7,"sub":"11"}"#, Some("11")),
            (r#"{"sub":"1"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(from_claims(claims).as_deref(), name, "{claims}");
        }
        let long = format!(r#"{{"email":"{}@example.com"}}"#, "x".repeat(80));
        assert_eq!(from_claims(&long).unwrap(), "x".repeat(64));
    }
}
