//! A CloudFormation template in JSON, fit for a StackSet: it names no account.

use serde_json::{Value, json};

use super::bundle::as_json;
use crate::tags::{tags_for, tags_of_role};
use crate::trust::document;
use crate::{Blueprint, Provider};

/// The template. For issuers other than Google it creates the IAM OIDC provider and refers to
/// it, unless the parameter `OidcProviderArn` names the one that the account has already, which
/// no template can let accept another audience. The user gets no access key: its secret would be
/// the stack's to tell.
///
/// Source: CloudFormation user guide, `AWS::IAM::Role` and `AWS::IAM::OIDCProvider`.
// Long: the template, top to bottom.
pub fn cloudformation(blueprint: &Blueprint) -> Value {
    let mut resources = serde_json::Map::new();
    let tags_for = as_json(&tags_for(blueprint.role.name()));
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
                        "Tags": tags_for,
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
    let tags = as_json(&tags_of_role(&blueprint.policies(), blueprint.user.as_ref()));
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
    if let Some(user) = &blueprint.user {
        let properties = json!({"UserName": user, "Tags": tags_for});
        resources
            .insert("User".to_owned(), json!({"Type": "AWS::IAM::User", "Properties": properties}));
    }
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
            "Description": format!(
                "ARN of the issuer's IAM OIDC provider where the account has it already; it must \
                 accept the audience {}, which no template can add to it",
                blueprint.audiences.join(" and ")
            ),
        }});
        template["Conditions"] =
            json!({"MakeOidcProvider": {"Fn::Equals": [{"Ref": "OidcProviderArn"}, ""]}});
    }
    template
}
