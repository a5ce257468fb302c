//! What of an account bears on who may assume a role: the role's trust policy, the OIDC
//! providers; and the writing of another trust policy.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;

use crate::BootstrapError;
use crate::bootstrap_error::is_missing;
use crate::read::decoded;

/// A role, as far as it says who may assume it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFacts {
    /// Its ARN: it tells of which account and path the role is.
    pub role_arn: String,
    /// Its trust policy.
    pub trust_policy: String,
    /// Seconds.
    pub max_session_duration: u32,
}

/// An OIDC provider of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredProvider {
    /// Its ARN.
    pub arn: String,
    /// Host and path.
    pub url: String,
    /// The audiences it is registered for; read of the provider that was asked about alone.
    pub client_ids: Vec<String>,
}

/// Reads the role; `None` when it is not there.
///
/// # Errors
/// [`BootstrapError`] when it cannot be read.
pub async fn read_trust(
    config: &SdkConfig,
    name: &str,
) -> Result<Option<TrustFacts>, BootstrapError> {
    let answer = match Client::new(config).get_role().role_name(name).send().await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(BootstrapError::from_sdk(format!("read role `{name}`"), error)),
    };
    Ok(answer.role().map(|role| TrustFacts {
        role_arn: role.arn().to_owned(),
        trust_policy: decoded(role.assume_role_policy_document().unwrap_or_default()),
        max_session_duration: role
            .max_session_duration()
            .and_then(|seconds| u32::try_from(seconds).ok())
            .unwrap_or(3600),
    }))
}

/// Lists the account's OIDC providers, with the client ids of the one for `host_and_path`.
///
/// # Errors
/// [`BootstrapError`] when they cannot be read.
pub async fn read_providers(
    config: &SdkConfig,
    host_and_path: &str,
) -> Result<Vec<RegisteredProvider>, BootstrapError> {
    let client = Client::new(config);
    let listed = client.list_open_id_connect_providers().send().await;
    let listed =
        listed.map_err(|error| BootstrapError::from_sdk("list the OIDC providers", error))?;
    let mut providers = Vec::new();
    for entry in listed.open_id_connect_provider_list() {
        let Some(arn) = entry.arn() else { continue };
        let url = arn.split_once(":oidc-provider/").map_or(arn, |(_, url)| url).to_owned();
        let mut client_ids = Vec::new();
        if url == host_and_path {
            let answer = client
                .get_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .send()
                .await;
            let provider = answer
                .map_err(|error| BootstrapError::from_sdk("read the OIDC provider", error))?;
            client_ids = provider.client_id_list().to_vec();
        }
        providers.push(RegisteredProvider { arn: arn.to_owned(), url, client_ids });
    }
    Ok(providers)
}

/// Puts another trust policy on a role.
///
/// # Errors
/// [`BootstrapError`] when IAM does not take it.
pub async fn put_trust_policy(
    config: &SdkConfig,
    name: &str,
    document: &str,
) -> Result<(), BootstrapError> {
    let call = Client::new(config).update_assume_role_policy().role_name(name);
    match call.policy_document(document).send().await {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(BootstrapError::from_sdk(format!("put the trust policy of role `{name}`"), error))
        }
    }
}
