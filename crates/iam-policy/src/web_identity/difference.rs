//! What a condition that a token does not meet has come to differ in.

use serde_json::Value;

use super::Provider;
use super::token::TokenContent;
use crate::explain::{ConditionTrace, Found};

/// The difference between what a condition asks for and what the token gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The key is written with the provider's ARN in front.
    KeyAsArn {
        /// The key that IAM gives.
        right: String,
    },
    /// The key is that of another issuer: another host, path, slash or cluster.
    KeyOfAnotherIssuer {
        /// The key that IAM gives.
        right: String,
        /// Whether only a slash at the end differs.
        slash: bool,
    },
    /// The key's name is misspelt.
    KeyMisspelt {
        /// The key that IAM gives.
        right: String,
    },
    /// IAM offers no such key, although the token may have the claim.
    KeyNotOffered {
        /// The claim's name.
        claim: String,
        /// Whether the token has it.
        in_token: bool,
    },
    /// IAM offers the key, but this token has no such claim.
    ClaimAbsent,
    /// The token's `azp` became `:aud`, and its `aud` became `:oaud`.
    AudienceSwapped {
        /// The `azp`.
        party: String,
        /// The `aud`.
        audience: String,
    },
    /// `*` and `?` stand under an operator that takes them literally.
    PatternTakenLiterally,
    /// The values differ only in case.
    OnlyCase,
    /// A GitHub environment stands in `sub` where the ref is expected.
    EnvironmentReplacedRef,
    /// The token has the immutable form of the same GitHub repository's subject.
    ImmutableSubject,
    /// A GitLab ref stands in `sub` without `refs/heads/`.
    PlainRef,
    /// Another value.
    Value,
    /// A key of the request, not of the token.
    OfTheRequest,
}

/// Whether a condition key is meant to be a token's: it begins with a host, or, wrongly, with a
/// provider's ARN or URL.
pub(crate) fn is_claims_key(key: &str) -> bool {
    let first = key.split(':').next().unwrap_or_default();
    first.contains('.') || matches!(first, "arn" | "https" | "http")
}

/// Finds the difference.
pub fn difference(
    condition: &ConditionTrace,
    token: &TokenContent,
    provider: &Provider,
) -> Difference {
    let prefix = provider.prefix();
    let Some((issuer, name)) = condition.key.rsplit_once(':') else {
        return Difference::OfTheRequest;
    };
    if !is_claims_key(&condition.key) {
        return Difference::OfTheRequest;
    }
    if !issuer.eq_ignore_ascii_case(prefix) {
        let right = format!("{prefix}:{}", offered(provider, name).unwrap_or(name));
        if issuer.starts_with("arn:") {
            return Difference::KeyAsArn { right };
        }
        let slash = issuer.trim_end_matches('/').eq_ignore_ascii_case(prefix.trim_end_matches('/'));
        return Difference::KeyOfAnotherIssuer { right, slash };
    }
    match &condition.found {
        Found::Values(values) => value_difference(condition, values, token, name),
        Found::Unknown => Difference::Value,
        Found::Absent => key_difference(token, provider, name),
    }
}

/// The name as IAM spells it, where it offers such a key.
fn offered(provider: &Provider, name: &str) -> Option<&'static str> {
    provider.names().find(|candidate| candidate.eq_ignore_ascii_case(name))
}

fn key_difference(token: &TokenContent, provider: &Provider, name: &str) -> Difference {
    let prefix = provider.prefix();
    if offered(provider, name).is_some() {
        return Difference::ClaimAbsent;
    }
    let in_token = token.claims.get(name).is_some_and(|claim| *claim != Value::Null);
    if !in_token {
        let words = [("subject", "sub"), ("audience", "aud")];
        let word = words.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
        let near =
            word.map(|(_, right)| right).or_else(|| fed_types::nearest(name, provider.names()));
        if let Some(near) = near {
            return Difference::KeyMisspelt { right: format!("{prefix}:{near}") };
        }
    }
    Difference::KeyNotOffered { claim: name.to_owned(), in_token }
}

fn value_difference(
    condition: &ConditionTrace,
    values: &[String],
    token: &TokenContent,
    name: &str,
) -> Difference {
    let required = &condition.required;
    if condition.operator.contains("Not") {
        return Difference::Value;
    }
    let audience = token.claims.audience();
    if name.eq_ignore_ascii_case("aud")
        && let Some(party) = token.claims.authorized_party()
        && required.iter().any(|value| audience.contains(&value.as_str()))
    {
        return Difference::AudienceSwapped {
            party: party.to_owned(),
            audience: audience.join(","),
        };
    }
    let wild = |value: &&String| value.contains(['*', '?']);
    if condition.operator.contains("StringEquals") && required.iter().any(|value| wild(&value)) {
        return Difference::PatternTakenLiterally;
    }
    let Some(found) = values.first() else { return Difference::Value };
    let matches = |pattern: &str, text: &str| {
        let pattern: Vec<u8> = pattern
            .bytes()
            .map(|byte| match byte {
                b'*' => crate::wildcard::RUN,
                b'?' => crate::wildcard::ONE,
                other => other,
            })
            .collect();
        crate::wildcard::matches_ignoring_case(&pattern, text)
    };
    if required.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), found)) {
        return Difference::OnlyCase;
    }
    if name.eq_ignore_ascii_case("sub") {
        return subject_difference(required, found, matches);
    }
    Difference::Value
}

fn subject_difference(
    required: &[String],
    found: &str,
    matches: impl Fn(&str, &str) -> bool,
) -> Difference {
    if let Some(mutable) = without_ids(found)
        && required.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &mutable))
    {
        return Difference::ImmutableSubject;
    }
    if found.contains(":environment:") && required.iter().any(|value| value.contains(":ref:")) {
        return Difference::EnvironmentReplacedRef;
    }
    let plain = |value: &String| value.replace(":ref:refs/heads/", ":ref:");
    if found.starts_with("project_path:")
        && required.iter().any(|value| value.contains(":ref:refs/") && plain(value) == found)
    {
        return Difference::PlainRef;
    }
    Difference::Value
}

/// `repo:ORG@1/REPO@2:…` as `repo:ORG/REPO:…`.
fn without_ids(subject: &str) -> Option<String> {
    let (repository, context) = subject.strip_prefix("repo:")?.split_once(':')?;
    let (owner, name) = repository.split_once('/')?;
    let (owner, _) = owner.rsplit_once('@')?;
    let (name, _) = name.rsplit_once('@')?;
    Some(format!("repo:{owner}/{name}:{context}"))
}
