//! Who the AWS credentials around us belong to.

use aws_sdk_sts::Client;
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata};

use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// The ARN that `GetCallerIdentity` answers with: every caller may ask.
pub(super) fn arn(context: Context<'_>, settings: &Settings) -> Result<String, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Sts, context.host).await?;
        let answer = Client::new(&config).get_caller_identity().send().await;
        let answer = answer.map_err(|error| match (error.code(), error.message()) {
            (Some(code), message) => Failure::new(
                Exit::Denied,
                format!("AWS does not say who calls: `{code}`: {}", message.unwrap_or_default()),
            ),
            (None, _) => {
                tracing::debug!(error = %DisplayErrorContext(&error), "GetCallerIdentity failed");
                Failure::new(Exit::Unexpected, "could not ask AWS who calls").caused_by(&error)
            }
        })?;
        answer.arn.ok_or_else(|| Failure::new(Exit::Unexpected, "AWS does not say who calls"))
    })
}
