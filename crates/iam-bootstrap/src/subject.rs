//! Which subjects an issuer's tokens can have, and whom a pattern of them lets in.
//!
//! A subject that no token has makes a role that nobody assumes; a pattern that is cut at the
//! wrong place makes one that strangers assume. Sources: the issuers' own pages on their ID
//! tokens, listed in `docs/aws-truth.md`.

mod audience;
mod clusters;
mod github;
mod gitlab;
mod paths;
mod vendors;

pub(crate) use audience::check as check_audience;

use crate::provider::{GITHUB, is_eks};
use crate::{InvalidBlueprint, Provider};

/// What is wrong with a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// No token of the issuer has it.
    NeverMatches { why: &'static str, expected: String },
    /// Tokens of strangers have it.
    Strangers { why: &'static str, expected: String },
}

fn never(why: &'static str, expected: impl Into<String>) -> Fault {
    Fault::NeverMatches { why, expected: expected.into() }
}

fn strangers(why: &'static str, expected: impl Into<String>) -> Fault {
    Fault::Strangers { why, expected: expected.into() }
}

/// Whether it is a pattern, for `StringLike`.
pub(crate) fn is_pattern(subject: &str) -> bool {
    subject.contains(['*', '?'])
}

/// What stands before the first wildcard.
fn literal_head(pattern: &str) -> &str {
    pattern.split(['*', '?']).next().unwrap_or_default()
}

/// Checks one subject; `Some` is a warning about whom it lets in.
///
/// # Errors
/// [`InvalidBlueprint::NeverMatches`], [`InvalidBlueprint::Strangers`],
/// [`InvalidBlueprint::Variable`].
pub(crate) fn check(
    provider: &Provider,
    subject: &str,
) -> Result<Option<String>, InvalidBlueprint> {
    let prefix = provider.condition_prefix();
    let key = || format!("{prefix}:sub");
    let value = || subject.to_owned();
    if subject.contains("${") {
        return Err(InvalidBlueprint::Variable { key: key(), value: value() });
    }
    let outcome = match provider {
        Provider::Google => google(subject),
        Provider::OpenIdConnect { .. } => by_issuer(prefix, subject),
    };
    let who = outcome.map_err(|fault| match fault {
        Fault::NeverMatches { why, expected } => {
            InvalidBlueprint::NeverMatches { key: key(), value: value(), why, expected }
        }
        Fault::Strangers { why, expected } => {
            InvalidBlueprint::Strangers { key: key(), value: value(), why, expected }
        }
    })?;
    Ok(who.map(|who| format!("`{subject}` lets in {who}")))
}

/// What a subject's shape says: `Ok(None)` where it is as narrow as it looks, else whom it
/// lets in.
type Shape = Result<Option<String>, Fault>;

fn by_issuer(prefix: &str, subject: &str) -> Shape {
    let host = prefix.split('/').next().unwrap_or_default();
    match host {
        GITHUB => github::check(subject),
        "gitlab.com" => gitlab::check(subject),
        "app.terraform.io" => paths::terraform(subject),
        "agent.buildkite.com" => paths::buildkite(subject),
        "oidc.circleci.com" => paths::circleci(prefix, subject),
        "oidc.vercel.com" => vendors::vercel(prefix, subject),
        "scalr.io" => vendors::scalr(subject),
        "oidc.codefresh.io" => vendors::codefresh(subject),
        "login.app.env0.com" => vendors::env_zero(subject),
        "api.bitbucket.org" => vendors::bitbucket(subject),
        _ if prefix == "api.pulumi.com/oidc" => vendors::pulumi(subject),
        _ if is_of_spacelift(host) => vendors::spacelift(subject),
        _ if is_eks(prefix) => clusters::check(subject),
        // Any Kubernetes cluster, whoever serves its keys.
        _ if subject.starts_with("system:") => clusters::check(subject),
        // GitHub and GitLab on a host of one's own.
        _ if prefix.ends_with("/_services/token") => github::check(subject),
        _ if subject.starts_with("project_path:") => gitlab::check(subject),
        _ => unknown(subject),
    }
}

/// `ACCOUNT.app.spacelift.io`, and the same in the United States.
fn is_of_spacelift(host: &str) -> bool {
    host.ends_with(".app.spacelift.io") || host.ends_with(".app.us.spacelift.io")
}

/// Google's `sub` is a number, a person's as a service account's.
fn google(subject: &str) -> Shape {
    if is_pattern(subject) {
        return Err(strangers(
            "Google numbers the accounts of everybody",
            "name each number in full",
        ));
    }
    if subject.contains('@') {
        return Err(never(
            "Google's `sub` is the account's number, not its address",
            "sign in without naming a subject, so that the token tells the number; a service \
             account's is its unique id (`gcloud iam service-accounts describe EMAIL --format \
             'value(uniqueId)'`)",
        ));
    }
    if !subject.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(never(
            "Google's `sub` is a number",
            "sign in without naming a subject, so that the token tells the number",
        ));
    }
    Ok(None)
}

/// An issuer of which nothing is known.
fn unknown(subject: &str) -> Shape {
    if !is_pattern(subject) {
        return Ok(None);
    }
    if literal_head(subject).is_empty() {
        return Err(strangers(
            "it begins with a wildcard, and who else the issuer signs in is not known",
            "name each subject in full, or a pattern that begins with what only yours have",
        ));
    }
    Ok(Some(
        "everyone whose subject fits; what subjects this issuer gives is not known here".to_owned(),
    ))
}

#[cfg(test)]
mod tests;
