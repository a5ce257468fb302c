//! Everything as one JSON object, for tools of one's own.

use serde_json::{Map, Value, json};

use crate::tags::{tags_for, tags_of_role};
use crate::{Blueprint, trust_policy};

/// One JSON object: `role`, `oidc_provider` (null for Google), `managed_policy_arns`,
/// `inline_policies`, `user` (null where none is asked for).
pub fn json(blueprint: &Blueprint) -> Value {
    let document = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let inline: Map<String, Value> = blueprint
        .inline_policies
        .iter()
        .map(|policy| (policy.name.clone(), document(&policy.document)))
        .collect();
    let role = blueprint.role.name();
    let tags = as_json(&tags_of_role(&blueprint.policies(), blueprint.user.as_ref()));
    let tags_for = as_json(&tags_for(role));
    json!({
        "role": {
            "RoleName": role,
            "Path": blueprint.role_path(),
            "AssumeRolePolicyDocument": document(&trust_policy(blueprint)),
            "MaxSessionDuration": blueprint.max_session_duration,
            "Tags": tags,
        },
        "oidc_provider": blueprint.provider_arn().map(|arn| json!({
            "Arn": arn,
            "Url": format!("https://{}", blueprint.provider.condition_prefix()),
            "ClientIDList": blueprint.audiences,
            "Tags": tags_for,
        })),
        "managed_policy_arns": blueprint.managed_policies,
        "inline_policies": inline,
        "user": blueprint.user.as_ref().map(|user| json!({"UserName": user, "Tags": tags_for})),
    })
}

/// Tags as IAM writes them.
pub(super) fn as_json(tags: &[(String, String)]) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}
