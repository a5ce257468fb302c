//! One exchange: the token for the role's credentials.

use sts_exchange::{
    AssumedRole, ExchangeError, ExchangeRequest, RetryPolicy, RoleSessionName, SessionDuration,
    SessionPolicy, StsEndpoint, exchange as call,
};

use crate::config::ConfigError;
use crate::context::Context;
use crate::identity::Identity;
use crate::settings::{RoleSettings, Service, Settings, proxies};
use crate::{Exit, Failure};

/// The session name where neither settings nor token give one.
pub(crate) const SESSION_NAME: &str = "fed-cli";

/// Exchanges the token as the settings say.
pub(crate) async fn exchange(
    context: Context<'_>,
    settings: &Settings,
    identity: &Identity,
) -> Result<AssumedRole, Failure> {
    let aws = settings.aws(&context.host.environment)?;
    let endpoint = StsEndpoint {
        region: settings.region(&aws)?.to_owned(),
        endpoint_url: aws.endpoint(Service::Sts).map(str::to_owned),
        proxies: proxies(&context.host.environment)?,
    };
    let request = request(settings.role(&context.host.files)?, identity)?;
    call(&request, &endpoint, &RetryPolicy::STANDARD).await.map_err(failed)
}

fn request(role: RoleSettings, identity: &Identity) -> Result<ExchangeRequest, Failure> {
    let session_name = match &role.session_name {
        Some(name) => name.parse::<RoleSessionName>().map_err(|error| ConfigError::Invalid {
            key: "role_session_name",
            why: error.to_string(),
            hint: error.hint(),
        })?,
        None => match RoleSessionName::from_claims(&identity.claims) {
            Some(name) => name,
            None => SESSION_NAME.parse().map_err(|error| {
                Failure::from_error(
                    Exit::Unexpected,
                    &error as &sts_exchange::InvalidRoleSessionName,
                )
            })?,
        },
    };
    let duration = match &role.duration {
        Some(text) => {
            Some(text.parse::<SessionDuration>().map_err(|error| ConfigError::Invalid {
                key: "duration",
                why: error.to_string(),
                hint: Some(error.hint()),
            })?)
        }
        None => None,
    };
    Ok(ExchangeRequest {
        token: identity.token.clone(),
        role_arn: role.role_arn,
        session_name,
        duration,
        session_policy: SessionPolicy {
            document: role.session_policy,
            arns: role.session_policy_arns,
        },
        chain: role.chain,
    })
}

fn failed(error: ExchangeError) -> Failure {
    let exit = match &error {
        ExchangeError::Invalid(_) => Exit::InvalidConfiguration,
        ExchangeError::Refused(refusal) if (400..500).contains(&refusal.status) => Exit::Denied,
        ExchangeError::Refused(_)
        | ExchangeError::NoAnswer { .. }
        | ExchangeError::Unreadable { .. } => Exit::Unexpected,
    };
    Failure::from_error(exit, &error).maybe_hint(error.hint())
}
