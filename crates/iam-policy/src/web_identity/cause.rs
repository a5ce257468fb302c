//! Why a token is not admitted, in the order in which a person should mend it.

use super::claims::SessionClaims;
use super::difference::{Difference, difference};
use super::issuer::registered;
use super::question::{Providers, Question};
use super::token::TokenContent;
use super::{Found, Provider};
use crate::explain::{ConditionTrace, Found as InRequest, StatementTrace};
use crate::sts::{Check, Denial, Report};
use crate::truth::Truth;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The line of the trust policy it is about.
    pub line: Option<u32>,
    /// The reason.
    pub text: String,
}

/// The reasons of a denial; empty where the token is not denied.
pub fn causes(question: &Question<'_>, report: &Report<Found>) -> Vec<Cause> {
    let outcome = report.outcome();
    let Some(denial) = outcome.denial() else { return Vec::new() };
    if denial.check != Check::TrustPolicy {
        return vec![Cause { line: None, text: before_the_policy(question, report, denial) }];
    }
    let (Some(token), Some(provider), Some(obstacle)) =
        (&report.found.token, &report.found.provider, report.obstacle())
    else {
        let text = "the role's trust policy cannot be understood, so it lets nobody in".to_owned();
        return vec![Cause { line: None, text }];
    };
    if let Some(deny) = obstacle.explanation.denying() {
        return vec![Cause { line: Some(deny.line), text: denied(deny, obstacle.action) }];
    }
    let Some(nearest) = obstacle.explanation.nearest_allow() else {
        let text = format!("no statement allows `{}`", obstacle.action);
        return vec![Cause { line: None, text }];
    };
    of_statement(nearest, obstacle.action, token, provider)
}

fn denied(deny: &StatementTrace, action: &str) -> String {
    let conditions: Vec<String> =
        deny.conditions.iter().map(|condition| format!("`{}`", condition.key)).collect();
    match conditions.as_slice() {
        [] => format!("a Deny forbids `{action}` to everybody it names"),
        keys => format!("a Deny forbids `{action}` for what {} is", keys.join(" and ")),
    }
}

/// Principal and action first, then wrong keys, then wrong values: a wrong key hides that its
/// value is right.
fn of_statement(
    statement: &StatementTrace,
    action: &str,
    token: &TokenContent,
    provider: &Provider,
) -> Vec<Cause> {
    let line = Some(statement.line);
    let mut causes = Vec::new();
    if statement.principal == Truth::False {
        let text = format!(
            "the statement does not name the token's provider: `Federated` must be `{}`",
            provider.name()
        );
        causes.push(Cause { line, text });
    }
    if !statement.action {
        causes.push(Cause { line, text: format!("the statement does not allow `{action}`") });
    }
    let mut conditions: Vec<(bool, Cause)> = statement
        .conditions
        .iter()
        .filter(|condition| condition.outcome != Truth::True)
        .map(|condition| {
            let difference = difference(condition, token, provider);
            let text = told(condition, &difference);
            (has_right_key(&difference), Cause { line: Some(condition.line), text })
        })
        .collect();
    conditions.sort_by_key(|(right, _)| *right);
    causes.extend(conditions.into_iter().map(|(_, cause)| cause));
    causes
}

fn has_right_key(difference: &Difference) -> bool {
    !matches!(
        difference,
        Difference::KeyAsArn { .. }
            | Difference::KeyOfAnotherIssuer { .. }
            | Difference::KeyMisspelt { .. }
            | Difference::KeyNotOffered { .. }
    )
}

/// What is wrong with a condition.
pub fn told(condition: &ConditionTrace, difference: &Difference) -> String {
    let ConditionTrace { operator, key, required, found, .. } = condition;
    let asked = required.join("`, `");
    let has = match found {
        InRequest::Values(values) => values.join("`, `"),
        InRequest::Absent => "nothing".to_owned(),
        InRequest::Unknown => "unknown".to_owned(),
    };
    match difference {
        Difference::KeyAsArn { right } => {
            format!("`{key}` is written with the provider's ARN: the key is `{right}`")
        }
        Difference::KeyOfAnotherIssuer { right, slash: true } => {
            format!("`{key}` lacks or has the slash at the end of the issuer: the key is `{right}`")
        }
        Difference::KeyOfAnotherIssuer { right, slash: false } => {
            format!("`{key}` is a key of another issuer: this token's is `{right}`")
        }
        Difference::KeyMisspelt { right } => {
            format!("IAM offers no key `{key}`: it is `{right}`")
        }
        Difference::KeyNotOffered { claim, in_token: true } => format!(
            "IAM offers no key `{key}`, although the token has the claim `{claim}`: a condition \
             on it is never met"
        ),
        Difference::KeyNotOffered { in_token: false, .. } => {
            format!("IAM offers no key `{key}`: a condition on it is never met")
        }
        Difference::ClaimAbsent => format!("the token has no claim for `{key}`"),
        Difference::AudienceSwapped { party, audience } => swapped(key, party, audience),
        Difference::PatternTakenLiterally => {
            format!("`{operator}` takes `*` and `?` literally: `{key}` is `{has}`")
        }
        Difference::OnlyCase => {
            format!("`{key}` differs only in case: asked for `{asked}`, the token has `{has}`")
        }
        Difference::EnvironmentReplacedRef => format!(
            "the job names an environment, and with one GitHub puts the environment in place of \
             the ref: asked for `{asked}`, the token has `{has}`"
        ),
        Difference::ImmutableSubject => format!(
            "the token has the immutable form of the same repository's subject, with ids: `{has}`"
        ),
        Difference::PlainRef => {
            format!("GitLab writes a ref without `refs/heads/`: the token has `{has}`")
        }
        Difference::Value if operator.contains("Not") => {
            format!("`{key}`: {operator} keeps `{asked}` out, the token has `{has}`")
        }
        Difference::Value => {
            format!("`{key}`: {operator} asks for `{asked}`, the token has `{has}`")
        }
        Difference::OfTheRequest => {
            format!("`{key}`: {operator} asks for `{asked}`, the request has `{has}`")
        }
    }
}

fn swapped(key: &str, party: &str, audience: &str) -> String {
    let became = match key.starts_with(Provider::Google.prefix()) {
        true => "became `:oaud`",
        false => "no key",
    };
    format!(
        "the token has an `azp`: it became `:aud` (`{party}`), and the `aud` (`{audience}`) {became}"
    )
}

/// What ends the call before the trust policy is asked, or after.
fn before_the_policy(question: &Question<'_>, report: &Report<Found>, denial: &Denial) -> String {
    let token = report.found.token.as_ref();
    let role = question.parameters.role_arn;
    match (denial.check, token) {
        (Check::Issuer, Some(token)) => issuer(question, &token.issuer),
        (Check::Audience, Some(token)) => audience(question, token),
        (Check::RolesClaim, _) => format!(
            "the token's claim `https://aws.amazon.com/roles` does not list `{role}`: no pattern \
             is known there, and several ARNs are a list, or have a semicolon between them"
        ),
        (Check::SessionClaims, Some(token)) => session_claims(token, denial),
        (Check::Role, _) => format!("there is no role `{role}`"),
        (Check::Duration, _) => {
            format!("{} seconds are more than the role's MaxSessionDuration", report.found.duration)
        }
        (Check::Signature, _) => "the token is not signed with a key of its issuer".to_owned(),
        (check, _) => format!("{}: {}", check.name(), denial.message),
    }
}

/// Which tag, or what else, STS does not take.
fn session_claims(token: &TokenContent, denial: &Denial) -> String {
    match SessionClaims::of(&token.claims) {
        Err(fault) => fault.to_string(),
        Ok(_) => format!("{}: {}", denial.check.name(), denial.message),
    }
}

fn issuer(question: &Question<'_>, issuer: &str) -> String {
    if !issuer.starts_with("https://") {
        return format!("`{issuer}` is no https URL, and IAM takes no other for an OIDC provider");
    }
    let account = crate::arn::account(question.parameters.role_arn).unwrap_or_default();
    let bare = |url: &str| url.trim_end_matches('/').to_ascii_lowercase();
    let host = issuer.strip_prefix("https://").unwrap_or(issuer);
    let providers = match question.providers {
        Providers::Are(providers) => providers,
        Providers::IncludeTheIssuer | Providers::Unknown => &[],
    };
    if host.contains(':') {
        return format!("`{issuer}` has a port, and the URL of an IAM OIDC provider has none");
    }
    match providers.iter().find(|provider| bare(&provider.url) == bare(host)) {
        Some(near) if near.url.trim_end_matches('/') == host.trim_end_matches('/') => format!(
            "the provider is `https://{}`, the token's issuer `{issuer}`: they differ in the \
             slash at the end, and the same text is asked for",
            near.url
        ),
        Some(near) => format!(
            "the provider is `https://{}`, the token's issuer `{issuer}`: they differ in case",
            near.url
        ),
        None => format!("account `{account}` has no OIDC provider for `{issuer}`"),
    }
}

fn audience(question: &Question<'_>, token: &TokenContent) -> String {
    let meant = match token.claims.authorized_party() {
        Some(party) => format!("`azp` is `{party}`"),
        None => format!("`aud` is `{}`", token.claims.audience().join("`, `")),
    };
    let clients = match question.providers {
        Providers::Are(providers) => registered(&token.issuer, providers)
            .map(|provider| provider.client_ids.join("`, `"))
            .unwrap_or_default(),
        Providers::IncludeTheIssuer | Providers::Unknown => String::new(),
    };
    format!("the token's {meant}, the provider's client ids are `{clients}`")
}
