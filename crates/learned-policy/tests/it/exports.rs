//! What other tools are given.

use std::collections::{BTreeMap, BTreeSet};

use learned_policy::{
    Named, Permission, Rules, Trusted, cloudformation, json, learn, terraform, trust_policy,
};
use serde_json::json;

fn trusted() -> serde_json::Value {
    let keys = BTreeMap::from([("accounts.google.com:sub".to_owned(), "42".to_owned())]);
    let token = Trusted::Token { provider: "accounts.google.com".to_owned(), keys };
    trust_policy(&BTreeSet::from([token])).unwrap()
}

#[test]
fn one_policy_is_a_document_and_several_are_a_list() {
    let one = learn([Permission::new("s3:GetObject", "arn:aws:s3:::b/k")], &Rules::default());
    let named = Named { name: "app", documents: &one.documents, trust: None };
    assert!(json(&named).starts_with("{\n  \"Version\": \"2012-10-17\",\n"));
    let many = (0..300).map(|number| {
        Permission::new("s3:GetObject", format!("arn:aws:s3:::bucket/folder-of-many/{number:08}"))
    });
    let many = learn(many, &Rules::default());
    let named = Named { name: "app", documents: &many.documents, trust: None };
    let list: Vec<serde_json::Value> = serde_json::from_str(&json(&named)).unwrap();
    assert_eq!(list.len(), many.documents.len());
    assert!(terraform(&named).contains("\"app-2\""));
}

#[test]
fn terraform_gets_policy_role_and_attachment() {
    let used = Permission::new("s3:GetObject", "arn:aws:s3:::b/a*");
    let learned = learn([used], &Rules::default());
    let trust = trusted();
    let named = Named { name: "app", documents: &learned.documents, trust: Some(&trust) };
    let hcl = terraform(&named);
    for part in [
        "resource \"aws_iam_policy\" \"learned_1\" {\n  name   = \"app\"\n  policy = jsonencode({\n",
        "\"Resource\" = \"arn:aws:s3:::b/a$${*}\"",
        "resource \"aws_iam_role\" \"learned\" {",
        "\"accounts.google.com:sub\" = \"42\"",
        "policy_arn = aws_iam_policy.learned_1.arn",
    ] {
        assert!(hcl.contains(part), "{part} in {hcl}");
    }
    let alone = terraform(&Named { trust: None, ..named });
    assert!(!alone.contains("aws_iam_role\""), "{alone}");
}

#[test]
fn cloudformation_gets_the_same() {
    let learned = learn([Permission::new("s3:ListAllMyBuckets", "*")], &Rules::default());
    let trust = trusted();
    let named = Named { name: "app", documents: &learned.documents, trust: Some(&trust) };
    let template = cloudformation(&named);
    let policy = &template["Resources"]["Policy1"];
    assert_eq!(policy["Properties"]["PolicyDocument"], learned.documents[0].to_json());
    let role = &template["Resources"]["Role"]["Properties"];
    assert_eq!(role["ManagedPolicyArns"], json!([{"Ref": "Policy1"}]));
    assert_eq!(role["AssumeRolePolicyDocument"], trust);
}
