//! The checks of what the call says beside the token.

use super::Found;
use crate::sts::{Check, Denial, Faults, OpenQuestion, Step, TextLimits, role_arn, session_policy};
use crate::web_identity::question::{Presented, Question};

const DEFAULT_DURATION: u32 = 3600;
/// Managed session policies.
const POLICIES: usize = 10;
/// Characters of the inline policy, and of everything that is packed.
const PLAINTEXT: usize = 2048;

/// Their limits, all told at once; then whether the ARN is a role's, and whether an OAuth
/// token is meant.
pub(super) fn parameters(question: &Question<'_>, found: &mut Found) -> Step {
    let parameters = &question.parameters;
    let mut faults = Faults::default();
    faults.hold("roleArn", parameters.role_arn, TextLimits::arn());
    faults.hold("roleSessionName", parameters.role_session_name, TextLimits::name(2, 64));
    if let Presented::Jwt(jwt) = question.token {
        faults.hold("webIdentityToken", jwt, TextLimits::length(4, 20_000).sensitive());
    }
    if let Some(provider_id) = parameters.provider_id {
        faults.hold("providerId", provider_id, TextLimits::length(4, 2048));
    }
    let duration = parameters.duration.unwrap_or(i64::from(DEFAULT_DURATION));
    faults.hold_duration(duration, 900, 43_200);
    if let Some(policy) = parameters.policy {
        faults.hold("policy", policy, TextLimits::policy(PLAINTEXT));
    }
    faults.hold_count("policyArns", parameters.policy_arns.len(), POLICIES);
    for (index, arn) in parameters.policy_arns.iter().enumerate() {
        let member = format!("policyArns.{}.member.arn", index + 1);
        faults.hold(&member, arn, TextLimits::arn());
    }
    found.duration = u32::try_from(duration).unwrap_or(DEFAULT_DURATION);
    let checked = faults.check(Check::Parameters).and_then(|()| role_arn(parameters.role_arn));
    match (checked, parameters.provider_id) {
        (Err(denial), _) => Step::Failed(denial),
        (Ok(_), Some(provider_id)) => oauth(provider_id),
        (Ok(_), None) => Step::Passed,
    }
}

/// A `ProviderId` says that the token is an OAuth 2.0 access token.
fn oauth(provider_id: &str) -> Step {
    match provider_id {
        "www.amazon.com" => Step::Failed(Denial::invalid_token(
            Check::Parameters,
            "Provided Token is not a Login With Amazon token",
        )),
        "graph.facebook.com" => Step::Open(OpenQuestion {
            check: Check::Parameters,
            question: format!("whether the access token of `{provider_id}` is genuine"),
        }),
        _ => Step::Failed(Denial::access_denied(
            Check::Parameters,
            "Unrecognized OAuth provider. Do not include a provider parameter when submitting \
             OpenIDConnect ID tokens",
        )),
    }
}

/// Whether session policies and tags fit together, and the inline one is a policy.
pub(super) fn session_policies(question: &Question<'_>, found: &Found) -> Step {
    let parameters = &question.parameters;
    let tags: usize = found.session.tags.iter().map(|(key, value)| key.len() + value.len()).sum();
    let length = parameters.policy.map_or(0, str::len)
        + parameters.policy_arns.iter().map(String::len).sum::<usize>()
        + tags;
    let percent = length * 100 / PLAINTEXT;
    if percent > 100 {
        return Step::Failed(Denial::new(
            Check::SessionPolicies,
            400,
            "PackedPolicyTooLarge",
            format!(
                "Packed policy consumes {percent}% of allotted space, please use smaller policy."
            ),
        ));
    }
    let Some(text) = parameters.policy else { return Step::Passed };
    match session_policy(text) {
        Ok(_) => Step::Passed,
        Err(message) => {
            let check = Check::SessionPolicies;
            Step::Failed(Denial::new(check, 400, "MalformedPolicyDocument", message))
        }
    }
}
