//! The administrator's credentials: found once, of the role's account, and the same to the end.
//!
//! A process or a file that gives them may give another account's the next time, and IAM takes
//! names only: it would make and delete the role of that name there.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use fed_types::{RoleArn, did_you_mean};
use iam_bootstrap::{BootstrapError, read_caller};
use tokio::sync::Mutex;

use super::refused::failed;
use crate::context::{Context, block_on};
use crate::environment::AWS_PROFILE;
use crate::settings::{AwsSettings, Service, Settings};
use crate::{Exit, Failure, Host, aws_files};

/// Somebody who may sign for the role's account.
pub(crate) struct Administrator {
    aws: AwsSettings,
    credentials: SharedCredentialsProvider,
}

impl Administrator {
    /// Finds the credentials and asks AWS whose they are, before anything else is asked or done.
    pub(crate) fn of(
        context: Context<'_>,
        settings: &Settings,
        role: &RoleArn,
    ) -> Result<Self, Failure> {
        let aws = settings.aws(&context.host.environment)?;
        block_on(async {
            let sts = aws.with_surrounding_credentials(Service::Sts, context.host).await?;
            let credentials = match sts.credentials_provider() {
                Some(surrounding) => SharedCredentialsProvider::new(Kept {
                    surrounding,
                    role: role.clone(),
                    sts: sts.clone(),
                    kept: Mutex::default(),
                }),
                None => return Err(Failure::new(Exit::Unexpected, "nothing gives credentials")),
            };
            let caller = read_caller(&signing(sts, credentials.clone())).await;
            let caller = caller.map_err(|error| {
                let none = matches!(error, BootstrapError::NoCredentials { .. });
                none.then(|| missing_profile(context.host))
                    .flatten()
                    .unwrap_or_else(|| failed(error))
            })?;
            caller.owns(role).map_err(|error| {
                Failure::from_error(Exit::InvalidConfiguration, &error).hint(error.hint())
            })?;
            Ok(Self { aws, credentials })
        })
    }

    /// A configuration for IAM that signs with these credentials.
    pub(crate) async fn iam(&self, context: Context<'_>) -> Result<SdkConfig, Failure> {
        let config = self.aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        Ok(signing(config, self.credentials.clone()))
    }
}

/// Where the profile that is named is none, that is why there are no credentials.
fn missing_profile(host: &Host) -> Option<Failure> {
    let named = host.environment.text(AWS_PROFILE)?;
    let known = aws_files::profiles(host);
    if known.iter().any(|name| name == named) {
        return None;
    }
    let message = format!(
        "there is no profile `{named}`, which `{AWS_PROFILE}` names, in `{}` or `{}`",
        aws_files::config(host).display(),
        aws_files::credentials(host).display()
    );
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = match (did_you_mean(named, known.iter().copied()), known.as_slice()) {
        (Some(meant), _) => meant,
        (None, []) => "neither file has any: `aws configure` writes one".to_owned(),
        (None, known) => format!("there are `{}`", known.join("`, `")),
    };
    Some(Failure::new(Exit::InvalidConfiguration, message).hint(hint))
}

fn signing(config: SdkConfig, credentials: SharedCredentialsProvider) -> SdkConfig {
    config.into_builder().credentials_provider(credentials).build()
}

/// Asks once, and again only where what it got has expired. Then whose the new ones are is
/// looked at as well.
#[derive(Debug)]
struct Kept {
    surrounding: SharedCredentialsProvider,
    role: RoleArn,
    sts: SdkConfig,
    kept: Mutex<Option<Credentials>>,
}

/// Credentials that end within this are asked for anew.
const MARGIN: Duration = Duration::from_secs(15);

impl Kept {
    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        let lasts = |credentials: &&Credentials| {
            credentials.expiry().is_none_or(|expiry| expiry > SystemTime::now() + MARGIN)
        };
        if let Some(credentials) = kept.as_ref().filter(lasts) {
            return Ok(credentials.clone());
        }
        let new = self.surrounding.provide_credentials().await?;
        if kept.is_some() {
            self.check(&new).await?;
        }
        *kept = Some(new.clone());
        Ok(new)
    }

    async fn check(&self, new: &Credentials) -> Result<(), CredentialsError> {
        let config = signing(self.sts.clone(), SharedCredentialsProvider::new(new.clone()));
        let caller = read_caller(&config).await.map_err(CredentialsError::provider_error)?;
        caller.owns(&self.role).map_err(CredentialsError::provider_error)
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
