//! `bootstrap plan`: what apply would change.

use clap::Args;
use iam_bootstrap::{Blueprint, BootstrapError, Conflict, Plan, plan as compare, read};

use super::blueprint::BlueprintArguments;
use super::show;
use crate::arguments::OutputArguments;
use crate::context::{Context, Outcome, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// Show what apply would change, and change nothing.
///
/// AWS is asked with the administrator's credentials that the AWS SDK finds: in the
/// environment, by AWS_PROFILE, and so on.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Which role, and who may assume it.
    #[command(flatten)]
    pub blueprint: BlueprintArguments,
    /// Let a role be changed that was not made by apply
    #[arg(long)]
    pub adopt: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

pub(super) fn run(context: Context<'_>, arguments: &PlanArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let blueprint = arguments.blueprint.blueprint(context, &settings, arguments.adopt)?;
    let plan = block_on(plan(context, &settings, &blueprint))?;
    show::plan(context, &plan, arguments.output.output)?;
    Ok(Exit::Done)
}

/// Reads the account and compares.
pub(super) async fn plan(
    context: Context<'_>,
    settings: &Settings,
    blueprint: &Blueprint,
) -> Result<Plan, Failure> {
    let environment = &context.host.environment;
    let config =
        settings.aws(environment)?.with_surrounding_credentials(Service::Iam, environment).await?;
    let live = read(&config, blueprint).await.map_err(failed)?;
    compare(blueprint, &live).map_err(|conflict: Conflict| {
        let plan = Plan { changes: conflict.changes.clone(), notes: Vec::new() };
        context.say(show::text(&plan).trim_end());
        Failure::from_error(Exit::Unexpected, &conflict).hint(conflict.hint())
    })
}

/// What IAM refused.
pub(crate) fn failed(error: BootstrapError) -> Failure {
    let exit = match error {
        BootstrapError::Denied { .. } | BootstrapError::Credentials { .. } => Exit::Denied,
        BootstrapError::NoCredentials { .. } => Exit::InvalidConfiguration,
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, &error).maybe_hint(error.hint())
}
