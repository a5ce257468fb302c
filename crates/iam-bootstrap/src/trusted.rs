//! Whose tokens a trust policy names.

use serde_json::Value;

/// Whether the trust policy names the provider, by itself or among all. What cannot be read
/// may name it.
pub(crate) fn names(trust_policy: &str, provider_arn: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(trust_policy) else { return true };
    federated(&policy).iter().any(|name| name == provider_arn || name == "*")
}

/// The providers that a trust policy names: the ARNs of IAM OIDC providers, and `*`.
pub(crate) fn federated(policy: &Value) -> Vec<String> {
    let mut found = federated_principals(policy);
    found.retain(|name| name == "*" || name.contains(":oidc-provider/"));
    found
}

/// Whose tokens a trust policy names: those, and the issuers that AWS knows by itself.
pub(crate) fn federated_principals(policy: &Value) -> Vec<String> {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut found = Vec::new();
    for principal in statements.iter().filter_map(|statement| statement.get("Principal")) {
        let values = match principal {
            Value::Object(kinds) => kinds.get("Federated").unwrap_or(&Value::Null),
            other => other,
        };
        match values {
            Value::String(one) => found.push(one.clone()),
            Value::Array(several) => {
                found.extend(several.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}
