//! What STS says of an inline session policy that it does not take.

use crate::lint::Code;
use crate::policy::{Policy, PolicyError};
use crate::policy_kind::PolicyKind;

/// Reads an inline session policy.
///
/// # Errors
/// The message of `MalformedPolicyDocument`. Source: docs/aws-truth.md; where STS's sentence is
/// not known, what is wrong.
pub fn session_policy(text: &str) -> Result<Policy, String> {
    Policy::parse(text, PolicyKind::Session).map_err(|error| words(text, &error))
}

fn words(text: &str, error: &PolicyError) -> String {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(_) => "The policy is not in the valid JSON format.".to_owned(),
        Ok(_) if error.finding().code == Code::ProhibitedPrincipal => {
            "Policy document should not specify a principal.".to_owned()
        }
        Ok(_) => format!("Syntax errors in policy: {error}"),
    }
}
