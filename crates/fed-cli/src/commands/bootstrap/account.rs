//! Whether the credentials around us are of the role's account.

use fed_types::RoleArn;
use iam_bootstrap::read_caller;

use super::refused::failed;
use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// Asks AWS who calls, before anything else is asked or done: IAM takes names only, and would
/// read, make and delete the role of that name in whatever account the credentials are of.
pub(super) fn must_own(
    context: Context<'_>,
    settings: &Settings,
    role: &RoleArn,
) -> Result<(), Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let caller = block_on(async {
        let config = aws.with_surrounding_credentials(Service::Sts, context.host).await?;
        read_caller(&config).await.map_err(failed)
    })?;
    caller
        .owns(role)
        .map_err(|error| Failure::from_error(Exit::InvalidConfiguration, &error).hint(error.hint()))
}
