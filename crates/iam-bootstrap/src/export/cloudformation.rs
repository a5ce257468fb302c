//! A CloudFormation template in JSON, fit for a StackSet: it names no account.

use serde_json::{Value, json};

use crate::trust::document;
use crate::{Blueprint, Provider};

/// The template. For issuers other than Google it creates the IAM OIDC provider and
/// refers to it.
///
/// Source: CloudFormation user guide, `AWS::IAM::Role` and `AWS::IAM::OIDCProvider`.
pub fn cloudformation(blueprint: &Blueprint) -> Value {
    let mut resources = serde_json::Map::new();
    let federated = match &blueprint.provider {
        Provider::Google => json!(blueprint.provider.condition_prefix()),
        Provider::OpenIdConnect { host_and_path } => {
            resources.insert(
                "OidcProvider".to_owned(),
                json!({
                    "Type": "AWS::IAM::OIDCProvider",
                    "Properties": {
                        "Url": format!("https://{host_and_path}"),
                        "ClientIdList": blueprint.audiences,
                    },
                }),
            );
            json!({"Fn::GetAtt": ["OidcProvider", "Arn"]})
        }
    };
    let policies: Vec<Value> = blueprint
        .inline_policies
        .iter()
        .map(|policy| {
            let document: Value = serde_json::from_str(&policy.document).unwrap_or(Value::Null);
            json!({"PolicyName": policy.name, "PolicyDocument": document})
        })
        .collect();
    resources.insert(
        "Role".to_owned(),
        json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": blueprint.role.name(),
                "Path": blueprint.role_path(),
                "MaxSessionDuration": blueprint.max_session_duration,
                "AssumeRolePolicyDocument": document(blueprint, federated),
                "ManagedPolicyArns": blueprint.managed_policies,
                "Policies": policies,
            },
        }),
    );
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Role {} for web identities", blueprint.role.name()),
        "Resources": resources,
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    })
}
