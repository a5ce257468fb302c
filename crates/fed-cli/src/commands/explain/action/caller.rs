//! Who the AWS credentials around us belong to.

use iam_bootstrap::read_caller;

use crate::Failure;
use crate::commands::bootstrap::failed;
use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};

/// The ARN that `GetCallerIdentity` answers with: every caller may ask.
pub(super) fn arn(context: Context<'_>, settings: &Settings) -> Result<String, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let caller = block_on(async {
        let config = aws.with_surrounding_credentials(Service::Sts, context.host).await?;
        read_caller(&config).await.map_err(failed)
    })?;
    Ok(caller.arn)
}
