//! A CloudFormation template in JSON, fit for a StackSet: it names no account.

use serde_json::{Value, json};

use crate::tags::policy_tag;
use crate::trust::document;
use crate::{Blueprint, Provider, TAG_KEY, TAG_VALUE};

/// The template. For issuers other than Google it creates the IAM OIDC provider and refers to
/// it, unless the parameter `OidcProviderArn` names the one that the account has already.
///
/// Source: CloudFormation user guide, `AWS::IAM::Role` and `AWS::IAM::OIDCProvider`.
// Long: the template, top to bottom.
pub fn cloudformation(blueprint: &Blueprint) -> Value {
    let mut resources = serde_json::Map::new();
    let federated = match &blueprint.provider {
        Provider::Google => json!(blueprint.provider.condition_prefix()),
        Provider::OpenIdConnect { host_and_path } => {
            resources.insert(
                "OidcProvider".to_owned(),
                json!({
                    "Type": "AWS::IAM::OIDCProvider",
                    "Condition": "MakeOidcProvider",
                    "Properties": {
                        "Url": format!("https://{host_and_path}"),
                        "ClientIdList": blueprint.audiences,
                        "Tags": [{"Key": TAG_KEY, "Value": TAG_VALUE}],
                    },
                }),
            );
            json!({"Fn::If": [
                "MakeOidcProvider",
                {"Fn::GetAtt": ["OidcProvider", "Arn"]},
                {"Ref": "OidcProviderArn"},
            ]})
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
    let names = blueprint.inline_policies.iter().map(|policy| &policy.name);
    let recorded = blueprint.managed_policies.iter().chain(names);
    let tags: Vec<Value> = std::iter::once((TAG_KEY.to_owned(), TAG_VALUE.to_owned()))
        .chain(recorded.map(|name| policy_tag(name)))
        .map(|(key, value)| json!({"Key": key, "Value": value}))
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
                "Tags": tags,
            },
        }),
    );
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Role {} for web identities", blueprint.role.name()),
        "Resources": resources,
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    });
    if blueprint.provider != Provider::Google {
        template["Parameters"] = json!({"OidcProviderArn": {
            "Type": "String",
            "Default": "",
            "Description": "ARN of the issuer's IAM OIDC provider where the account has it already",
        }});
        template["Conditions"] =
            json!({"MakeOidcProvider": {"Fn::Equals": [{"Ref": "OidcProviderArn"}, ""]}});
    }
    template
}
