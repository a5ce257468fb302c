//! The commands a person would type.

mod access_key;
mod provider;

use crate::tags::{tags_for, tags_of_role};
use crate::{Blueprint, Change, LiveState, plan};

/// What is IAM's in documents, such as `${aws:username}`, is not the shell's.
const HEAD: &str = "#!/bin/sh\n# shellcheck disable=SC2016\nset -eu\n";

/// IAM takes names only: with credentials of another account, the role would be made there.
fn account_check(account: &str) -> String {
    format!(
        "account=$(aws sts get-caller-identity --query Account --output text)\n\
         if [ \"$account\" != {account} ]; then\n  \
           printf 'nothing was done: the credentials are of account %s, the role is in account %s\\n' \
         \"$account\" {account} >&2\n  \
           exit 1\n\
         fi\n"
    )
}

/// A POSIX shell script of `aws iam` commands that makes the blueprint where there is no such
/// role yet. The issuer's provider, of which an account has one, may be there. Nothing in it is
/// secret: the access key goes into a new file of whoever runs it.
pub fn aws_cli(blueprint: &Blueprint) -> String {
    let mut script = String::from(HEAD);
    script.push_str(&account_check(blueprint.role.account().as_str()));
    if let Some(user) = &blueprint.user {
        script.push_str(&access_key::check(user));
    }
    // An empty account conflicts with nothing.
    let changes = plan(blueprint, &LiveState::default()).unwrap_or_default().changes;
    for change in &changes {
        match change {
            Change::CreateProvider { arn, url, client_ids, for_role } => {
                script.push_str(&provider::make(arn, url, client_ids, for_role));
            }
            Change::CreateAccessKey { user } => script.push_str(&access_key::make(user)),
            _ => script.push_str(&command(change)),
        }
    }
    script
}

/// One command a line; empty for what is not exported.
fn command(change: &Change) -> String {
    match change {
        Change::CreateRole {
            role,
            path,
            trust_policy,
            max_session_duration,
            policies,
            user,
            ..
        } => {
            format!(
                "aws iam create-role --role-name {} --path {} --max-session-duration \
                 {max_session_duration} --tags {} --assume-role-policy-document {}\n",
                quoted(role),
                quoted(path),
                tags(&tags_of_role(policies, user.as_ref())),
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
        Change::CreateUser { user, for_role } => format!(
            "aws iam create-user --user-name {} --tags {}\n",
            quoted(user),
            tags(&tags_for(for_role))
        ),
        _ => String::new(),
    }
}

/// As the aws CLI takes tags.
fn tags(pairs: &[(String, String)]) -> String {
    let words = pairs.iter().map(|(key, value)| quoted(&format!("Key={key},Value={value}")));
    words.collect::<Vec<_>>().join(" ")
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
                "{HEAD}{}aws iam create-role --role-name google-oidc-role --path / \
                 --max-session-duration 3600 --tags 'Key=fed:made-by,Value=fed-cli bootstrap' \
                 'Key=fed:policy:fdc9a125944b873f,Value=arn:aws:iam::aws:policy/AmazonEC2FullAccess' \
                 --assume-role-policy-document '{trust}'\naws iam attach-role-policy --role-name \
                 google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess\n",
                account_check("278805249149")
            )
        );
    }

    /// Whatever a provider is built of: the script is the last to look.
    #[test]
    fn a_host_is_one_word() {
        let mut blueprint = tutorial();
        let host_and_path = "issuer.example;$(touch x)'`id`/realm".to_owned();
        blueprint.provider = Provider::OpenIdConnect { host_and_path };
        let script = aws_cli(&blueprint);
        let word = quoted("issuer.example;$(touch x)'`id`");
        assert!(script.contains(&format!("-servername {word} -connect ")), "{script}");
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
