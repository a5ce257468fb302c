//! Everything as one JSON object, for tools of one's own.

use serde_json::{Map, Value, json};

use crate::tags::policy_tag;
use crate::{Blueprint, TAG_KEY, TAG_VALUE, trust_policy};

/// One JSON object: `role`, `oidc_provider` (null for Google), `managed_policy_arns`,
/// `inline_policies`.
pub fn json(blueprint: &Blueprint) -> Value {
    let document = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let inline: Map<String, Value> = blueprint
        .inline_policies
        .iter()
        .map(|policy| (policy.name.clone(), document(&policy.document)))
        .collect();
    let names = blueprint
        .managed_policies
        .iter()
        .chain(blueprint.inline_policies.iter().map(|policy| &policy.name));
    let tags: Vec<Value> = std::iter::once((TAG_KEY.to_owned(), TAG_VALUE.to_owned()))
        .chain(names.map(|name| policy_tag(name)))
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    json!({
        "role": {
            "RoleName": blueprint.role.name(),
            "Path": blueprint.role_path(),
            "AssumeRolePolicyDocument": document(&trust_policy(blueprint)),
            "MaxSessionDuration": blueprint.max_session_duration,
            "Tags": tags,
        },
        "oidc_provider": blueprint.provider_arn().map(|arn| json!({
            "Arn": arn,
            "Url": format!("https://{}", blueprint.provider.condition_prefix()),
            "ClientIDList": blueprint.audiences,
            "Tags": [{"Key": TAG_KEY, "Value": TAG_VALUE}],
        })),
        "managed_policy_arns": blueprint.managed_policies,
        "inline_policies": inline,
    })
}
