//! Resource control policies of a world.

use super::{GUARD, in_account, refused};

#[test]
fn a_resource_control_policy_only_denies_what_it_names() {
    let told = |document: &str| {
        refused(&in_account(&format!(
            "[organization]\n[[organization.resource_control_policy]]\nname = \"guard\"\n\
             document = {document}\n"
        )))
    };
    let all: Vec<String> = [
        GUARD.replace("\"Deny\"", "\"Allow\""),
        GUARD.replace("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"111122223333\"}"),
        GUARD.replace("\"s3:*\"", "\"*\""),
        GUARD.replace("\"s3:*\"", "[\"s3:*\",\"*\"]"),
        GUARD.replace("\"Action\"", "\"NotAction\""),
        GUARD.replace("\"Principal\":\"*\",", ""),
    ]
    .iter()
    .map(|document| told(document))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
    let stray = refused(&in_account("resource_control_policies = [\"guard\"]\n"));
    assert!(
        stray.contains("expected an `[organization]` with `resource_control_policies`"),
        "{stray}"
    );
    let unknown = "[organization]\nresource_control_policies = [\"guard\"]\n";
    let unknown = refused(&in_account(unknown));
    let expected =
        "line 5, column 30: expected an `organization.resource_control_policy`, found `guard`";
    assert!(unknown.contains(expected), "{unknown}");
}
