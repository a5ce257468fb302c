//! The commands a person would type.

use crate::tags::{ACCESS_KEY, FOR_ROLE, policy_tag};
use crate::{Blueprint, Change, LiveState, TAG_KEY, TAG_VALUE, plan};

/// What is IAM's in documents, such as `${aws:username}`, is not the shell's.
const HEAD: &str = "#!/bin/sh\n# shellcheck disable=SC2016\nset -eu\n";

/// A POSIX shell script of `aws iam` commands that makes the blueprint where there is no such
/// role yet. The issuer's provider, of which an account has one, may be there. Nothing in it is
/// secret.
pub fn aws_cli(blueprint: &Blueprint) -> String {
    let mut script = String::from(HEAD);
    // An empty account conflicts with nothing.
    let changes = plan(blueprint, &LiveState::default()).unwrap_or_default().changes;
    for change in &changes {
        match (change, blueprint.provider_arn()) {
            (Change::CreateProvider { url, client_ids }, Some(arn)) => {
                script.push_str(&provider(&arn, url, client_ids));
            }
            _ => script.push_str(&command(change)),
        }
    }
    script
}

/// One command a line; empty for what is not exported.
fn command(change: &Change) -> String {
    let tag = quoted(&format!("Key={TAG_KEY},Value={TAG_VALUE}"));
    match change {
        Change::CreateRole { role, path, trust_policy, max_session_duration, policies } => {
            let recorded = policies.iter().map(|policy| policy_tag(policy));
            let recorded: String = recorded
                .map(|(key, value)| format!(" {}", quoted(&format!("Key={key},Value={value}"))))
                .collect();
            format!(
                "aws iam create-role --role-name {} --path {} --max-session-duration \
                 {max_session_duration} --tags {tag}{recorded} --assume-role-policy-document {}\n",
                quoted(role),
                quoted(path),
                quoted(trust_policy)
            )
        }
        Change::AttachRolePolicy { role, policy_arn } => format!(
            "aws iam attach-role-policy --role-name {} --policy-arn {}\n",
            quoted(role),
            quoted(policy_arn)
        ),
        Change::PutRolePolicy { role, policy, to, .. } => format!(
            "aws iam put-role-policy --role-name {} --policy-name {} --policy-document {}\n",
            quoted(role),
            quoted(policy),
            quoted(to)
        ),
        Change::CreateUser { user, for_role } => {
            let for_role = quoted(&format!("Key={FOR_ROLE},Value={for_role}"));
            format!("aws iam create-user --user-name {} --tags {tag} {for_role}\n", quoted(user))
        }
        Change::CreateAccessKey { user } => {
            let user = quoted(user);
            format!(
                "aws iam create-access-key --user-name {user}\n\
                 key=$(aws iam list-access-keys --user-name {user} --query \
                 'AccessKeyMetadata[0].AccessKeyId' --output text)\n\
                 aws iam tag-user --user-name {user} --tags \"Key={ACCESS_KEY},Value=$key\"\n"
            )
        }
        _ => String::new(),
    }
}

/// Makes the provider, or adds the client ids to the one that is there. An older aws CLI wants
/// a thumbprint: of the last certificate that the host sends.
fn provider(arn: &str, url: &str, client_ids: &[String]) -> String {
    let host = url.trim_start_matches("https://").split('/').next().unwrap_or_default();
    let ids: Vec<String> = client_ids.iter().map(|id| quoted(id)).collect();
    let mut script = format!(
        "provider={}\n\
         if aws iam get-open-id-connect-provider --open-id-connect-provider-arn \"$provider\" \
         >/dev/null 2>&1; then\n",
        quoted(arn)
    );
    for id in &ids {
        script.push_str(&format!(
            "  aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn \
             \"$provider\" --client-id {id}\n"
        ));
    }
    script.push_str(&format!(
        "else\n  \
           create_provider() {{\n    \
             aws iam create-open-id-connect-provider --url {} --client-id-list {} --tags {} \"$@\"\n  \
           }}\n  \
           if ! said=$(create_provider 2>&1); then\n    \
             case $said in\n      \
               *thumbprint-list*)\n        \
                 thumbprint=$(openssl s_client -servername {host} -connect {host}:443 -showcerts \
                 </dev/null 2>/dev/null | awk '/BEGIN CERT/ {{c = \"\"}} {{c = c $0 \"\\n\"}} \
                 /END CERT/ {{last = c}} END {{printf \"%s\", last}}' | openssl x509 -noout -sha1 \
                 -fingerprint | sed 's/.*=//; s/://g')\n        \
                 create_provider --thumbprint-list \"$thumbprint\"\n        \
                 ;;\n      \
               *)\n        \
                 printf '%s\\n' \"$said\" >&2\n        \
                 exit 1\n        \
                 ;;\n    \
             esac\n  \
           fi\nfi\n",
        quoted(url),
        ids.join(" "),
        quoted(&format!("Key={TAG_KEY},Value={TAG_VALUE}")),
    ));
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
                "{HEAD}aws iam create-role --role-name google-oidc-role --path / \
                 --max-session-duration 3600 --tags 'Key=fed:made-by,Value=fed-cli bootstrap' \
                 'Key=fed:policy:fdc9a125944b873f,Value=arn:aws:iam::aws:policy/AmazonEC2FullAccess' \
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
                ["Principal"]["Federated"]["Fn::If"][1]["Fn::GetAtt"][0],
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
