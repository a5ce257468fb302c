//! The commands a person would type.

use crate::{Blueprint, Change, LiveState, TAG_KEY, TAG_VALUE, plan};

/// A POSIX shell script of `aws iam` commands that makes the blueprint in an empty
/// account. Nothing in it is secret.
pub fn aws_cli(blueprint: &Blueprint) -> String {
    let mut script = String::from("#!/bin/sh\nset -eu\n");
    // An empty account conflicts with nothing.
    let changes = plan(blueprint, &LiveState::default()).unwrap_or_default().changes;
    let tag = quoted(&format!("Key={TAG_KEY},Value={TAG_VALUE}"));
    for change in &changes {
        let words = match change {
            Change::CreateProvider { url, client_ids } => {
                let ids: Vec<String> = client_ids.iter().map(|id| quoted(id)).collect();
                format!(
                    "create-open-id-connect-provider --url {} --client-id-list {} --tags {tag}",
                    quoted(url),
                    ids.join(" ")
                )
            }
            Change::CreateRole { role, path, trust_policy, max_session_duration } => format!(
                "create-role --role-name {} --path {} --max-session-duration \
                 {max_session_duration} --tags {tag} --assume-role-policy-document {}",
                quoted(role),
                quoted(path),
                quoted(trust_policy)
            ),
            Change::AttachRolePolicy { role, policy_arn } => format!(
                "attach-role-policy --role-name {} --policy-arn {}",
                quoted(role),
                quoted(policy_arn)
            ),
            Change::PutRolePolicy { role, policy, to, .. } => format!(
                "put-role-policy --role-name {} --policy-name {} --policy-document {}",
                quoted(role),
                quoted(policy),
                quoted(to)
            ),
            Change::CreateUser { user } => {
                format!("create-user --user-name {} --tags {tag}", quoted(user))
            }
            Change::CreateAccessKey { user } => {
                format!("create-access-key --user-name {}", quoted(user))
            }
            _ => continue,
        };
        script.push_str("aws iam ");
        script.push_str(&words);
        script.push('\n');
    }
    script
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':');
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::tests::tutorial;
    use crate::export::{cloudformation, json};
    use crate::{Provider, trust_policy};

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("a-b_c.d/e:f"), "a-b_c.d/e:f");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn the_script_holds_the_tutorials_commands() {
        let script = aws_cli(&tutorial());
        let trust = trust_policy(&tutorial());
        assert_eq!(
            script,
            format!(
                "#!/bin/sh\nset -eu\naws iam create-role --role-name google-oidc-role --path / \
                 --max-session-duration 3600 --tags 'Key=fed:made-by,Value=fed-cli bootstrap' \
                 --assume-role-policy-document '{trust}'\naws iam attach-role-policy --role-name \
                 google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess\n"
            )
        );
    }

    #[test]
    fn the_template_names_no_account() {
        let mut blueprint = tutorial();
        blueprint.provider = Provider::from_issuer("https://issuer.example/realm").unwrap();
        let template = cloudformation(&blueprint);
        assert!(!template.to_string().contains("278805249149"));
        assert_eq!(
            template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
                ["Principal"]["Federated"]["Fn::GetAtt"][0],
            "OidcProvider"
        );
    }

    #[test]
    fn google_needs_no_provider_in_any_format() {
        assert!(json(&tutorial())["oidc_provider"].is_null());
        assert!(cloudformation(&tutorial())["Resources"]["OidcProvider"].is_null());
        assert!(!aws_cli(&tutorial()).contains("create-open-id-connect-provider"));
    }
}
