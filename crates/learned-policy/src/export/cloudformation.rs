//! A CloudFormation template in JSON.

use serde_json::{Map, Value, json};

use super::Named;

/// The template: the policies, and where it is known who assumes it, the role that they are
/// attached to.
///
/// Source: CloudFormation user guide, `AWS::IAM::ManagedPolicy` and `AWS::IAM::Role`.
pub fn cloudformation(named: &Named<'_>) -> Value {
    let mut resources = Map::new();
    for (number, name, document) in named.policies() {
        resources.insert(
            format!("Policy{number}"),
            json!({
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": { "ManagedPolicyName": name, "PolicyDocument": document },
            }),
        );
    }
    if let Some(trust) = named.trust {
        let attached =
            named.policies().map(|(number, _, _)| json!({ "Ref": format!("Policy{number}") }));
        resources.insert(
            "Role".to_owned(),
            json!({
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": named.name,
                    "AssumeRolePolicyDocument": trust,
                    "ManagedPolicyArns": attached.collect::<Vec<Value>>(),
                },
            }),
        );
    }
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": resources })
}
