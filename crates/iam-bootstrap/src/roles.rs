//! The roles that tokens of an issuer may assume, to choose from.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;

use crate::read::decoded;
use crate::trusted::federated_principals;
use crate::{BootstrapError, Provider};

/// The ARNs of the account's roles whose trust policy names the issuer, in the order of their
/// names. Whether it admits a certain token is another question.
///
/// # Errors
/// [`BootstrapError`] where they may not be listed.
pub async fn federated_roles(
    config: &SdkConfig,
    provider: &Provider,
) -> Result<Vec<String>, BootstrapError> {
    let client = Client::new(config);
    let mut found = Vec::new();
    let mut roles = client.list_roles().into_paginator().items().send();
    while let Some(role) = roles.next().await {
        let role = role.map_err(|error| BootstrapError::from_sdk("list the roles", error))?;
        let trust = decoded(role.assume_role_policy_document().unwrap_or_default());
        if names(&trust, provider) {
            found.push(role.arn().to_owned());
        }
    }
    found.sort();
    Ok(found)
}

fn names(trust: &str, provider: &Provider) -> bool {
    let Ok(policy) = serde_json::from_str(trust) else { return false };
    let name = provider.condition_prefix();
    let is_it = |principal: &String| match provider {
        Provider::Google => principal == name,
        Provider::OpenIdConnect { .. } => principal.ends_with(&format!(":oidc-provider/{name}")),
    };
    federated_principals(&policy).iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_whose_trust_names_the_issuer_are_listed() {
        let github = Provider::from_issuer("https://token.actions.githubusercontent.com").unwrap();
        let trust = |principal: &str| {
            format!(
                r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"Federated": {principal}}},
                "Action": "sts:AssumeRoleWithWebIdentity"}}]}}"#
            )
        };
        let arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
        assert!(names(&trust(&format!("\"{arn}\"")), &github));
        assert!(names(&trust("\"accounts.google.com\""), &Provider::Google));
        for other in
            ["\"accounts.google.com\"".to_owned(), format!("\"{arn}/acme\""), "\"x\"".to_owned()]
        {
            assert!(!names(&trust(&other), &github), "{other}");
        }
        assert!(!names(&trust("\"accounts.google.com.example\""), &Provider::Google));
        assert!(!names("no policy", &Provider::Google));
    }
}
