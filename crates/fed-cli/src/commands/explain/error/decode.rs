//! What stands behind an encoded authorization message.

use aws_sdk_sts::Client;
use aws_sdk_sts::error::ProvideErrorMetadata;
use iam_bootstrap::BootstrapError;
use iam_policy::aws_error::Decoded;

use crate::commands::bootstrap::failed;
use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// Has STS decode it, with the credentials around us: it needs
/// `sts:DecodeAuthorizationMessage` in the account where the call was denied.
pub(super) fn decode(
    context: Context<'_>,
    settings: &Settings,
    encoded: &str,
) -> Result<Decoded, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Sts, context.host).await?;
        let call = Client::new(&config).decode_authorization_message().encoded_message(encoded);
        let answer = call.send().await.map_err(|error| match (error.code(), error.message()) {
            (Some(code), message) => Failure::new(
                Exit::Denied,
                format!(
                    "AWS does not decode the message: `{code}`: {}",
                    message.unwrap_or_default()
                ),
            ),
            (None, _) => failed(BootstrapError::from_sdk("have AWS decode the message", error)),
        })?;
        Decoded::read(answer.decoded_message().unwrap_or_default()).ok_or_else(|| {
            Failure::new(Exit::Unexpected, "AWS decoded the message to something unknown")
        })
    })
}
