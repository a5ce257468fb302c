//! `bootstrap plan`: what apply would change.

use clap::{Args, ValueEnum};
use iam_bootstrap::{Blueprint, Conflict, Plan, plan as compare, read};

use super::access_key::AccessKeyArguments;
use super::administrator::Administrator;
use super::blueprint::BlueprintArguments;
use super::refused::failed;
use super::{markdown, show};
use crate::arguments::OutputArguments;
use crate::context::{Context, Outcome, block_on};
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
    /// Let a role and a provider be changed that were not made by apply
    #[arg(long)]
    pub adopt: bool,
    /// Where the access key would go.
    #[command(flatten)]
    pub access_key: AccessKeyArguments,
    /// Exit with 7 where something would change, with 0 where nothing would
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
    /// For a review: the plan as Markdown
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "output")]
    pub format: Option<Format>,
}

/// Another form of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A heading, a summary, and each change with its documents as a difference
    Markdown,
}

pub(super) fn run(context: Context<'_>, arguments: &PlanArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let (administrator, blueprint) =
        arguments.blueprint.of_own_account(context, &settings, arguments.adopt)?;
    let held = arguments.access_key.held(context, &arguments.blueprint);
    let plan = block_on(plan(context, &administrator, &blueprint, held))?;
    match arguments.format {
        Some(Format::Markdown) => context.data(&markdown::plan(&plan, &blueprint.role))?,
        None => show::plan(context, &plan, arguments.output.output)?,
    }
    if arguments.detailed_exitcode && !plan.changes.is_empty() {
        return Ok(Exit::ChangesPending);
    }
    Ok(Exit::Done)
}

/// Reads the account and compares.
pub(super) async fn plan(
    context: Context<'_>,
    administrator: &Administrator,
    blueprint: &Blueprint,
    held_access_key: Option<String>,
) -> Result<Plan, Failure> {
    let config = administrator.iam(context).await?;
    let mut live = read(&config, blueprint).await.map_err(failed)?;
    live.held_access_key = held_access_key;
    compare(blueprint, &live).map_err(|conflict: Conflict| {
        let plan = Plan { changes: conflict.changes.clone(), ..Plan::default() };
        context.say(show::text(&plan).trim_end());
        Failure::from_error(Exit::Unexpected, &conflict)
            .hint(format!("{} with `--adopt`", conflict.hint()))
    })
}
