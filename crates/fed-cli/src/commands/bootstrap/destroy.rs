//! `bootstrap destroy`: takes away what apply made.

use clap::Args;
use iam_bootstrap::{plan_removal, read};

use super::apply::{carry_out, confirmed};
use super::blueprint::BlueprintArguments;
use super::plan::failed;
use super::show;
use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome, block_on};
use crate::settings::Service;
use crate::{Exit, Failure};

/// Remove what apply made, and nothing else.
///
/// Only what carries apply's tag is removed, with what hangs on it: attached and inline
/// policies, access keys. AWS is asked with the administrator's credentials that the AWS
/// SDK finds.
#[derive(Debug, Args)]
pub struct DestroyArguments {
    /// Which role.
    #[command(flatten)]
    pub blueprint: BlueprintArguments,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before removing anything
    #[arg(long, short)]
    pub yes: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

pub(super) fn run(context: Context<'_>, arguments: &DestroyArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let mut blueprint = arguments.blueprint.outline(&settings)?;
    // The user belongs to what apply can make: look for it even when it is not named.
    blueprint.user.get_or_insert_with(|| "no-policy-user".to_owned());
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let live = block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, environment).await?;
        read(&config, &blueprint).await.map_err(failed)
    })?;
    let plan = plan_removal(&blueprint, &live);
    let output = arguments.output.output;
    if arguments.dry_run || plan.changes.is_empty() {
        show::plan(context, &plan, output)?;
        return Ok(Exit::Done);
    }
    if !arguments.yes && !confirmed(context, &plan)? {
        return Err(Failure::new(Exit::Unexpected, "nothing was removed, as you wished"));
    }
    carry_out(context, &settings, &plan, output, &mut Vec::new())?;
    if output == OutputFormat::Json {
        show::plan(context, &plan, output)?;
    }
    Ok(Exit::Done)
}
