//! `bootstrap apply`: makes it so.

use clap::Args;
use iam_bootstrap::{AccessKey, Blueprint, Change, Plan, converge};
use serde_json::json;

use super::access_key::{self, AccessKeyArguments};
use super::blueprint::BlueprintArguments;
use super::plan::plan;
use super::refused::failed;
use super::{consent, show};
use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure, render};

/// Create the role, its trust policy and what belongs to them, or bring them up to date.
///
/// Run twice, the second time changes nothing. What is made carries a tag, by which
/// destroy knows it. AWS is asked with the administrator's credentials that the AWS SDK
/// finds: in the environment, by AWS_PROFILE, and so on.
#[derive(Debug, Args)]
pub struct ApplyArguments {
    /// Which role, and who may assume it.
    #[command(flatten)]
    pub blueprint: BlueprintArguments,
    /// Let a role be changed that was not made by apply
    #[arg(long)]
    pub adopt: bool,
    /// Do not ask before changing anything
    #[arg(long, short)]
    pub yes: bool,
    /// Where the access key goes.
    #[command(flatten)]
    pub access_key: AccessKeyArguments,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

pub(super) fn run(context: Context<'_>, arguments: &ApplyArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let blueprint = arguments.blueprint.of_own_account(context, &settings, arguments.adopt)?;
    let held = arguments.access_key.held(context, &arguments.blueprint);
    let plan = block_on(plan(context, &settings, &blueprint, held))?;
    let output = arguments.output.output;
    if plan.changes.is_empty() {
        show::plan(context, &plan, output)?;
        return Ok(Exit::Done);
    }
    consent::obtain(context, &plan, arguments.yes, "changed")?;
    let key_file = arguments.access_key.open(context, &plan)?;
    let keys = match carry_out(context, &settings, &plan, Some(&blueprint), output) {
        Ok(keys) => keys,
        Err(failure) => {
            if let Some(file) = key_file {
                file.discard();
            }
            return Err(failure);
        }
    };
    let shown = match (keys.first(), key_file) {
        (Some(key), Some(file)) => vec![access_key::keep(context, &settings, file, key)?],
        (Some(key), None) => vec![access_key::whole(key)],
        (None, file) => {
            if let Some(file) = file {
                file.discard();
            }
            Vec::new()
        }
    };
    let told = tell(context, output, &blueprint, &plan, &shown);
    let Some(key) = keys.first().filter(|_| arguments.access_key.show_secrets) else {
        return told.map(|()| Exit::Done);
    };
    told.map_err(|failure| access_key::give_up(context, &settings, key, failure))?;
    access_key::record(context, &settings, key)?;
    Ok(Exit::Done)
}

/// What is said at the end: everything to a program, the access key to a person, who has been
/// told of each change.
fn tell(
    context: Context<'_>,
    output: OutputFormat,
    blueprint: &Blueprint,
    plan: &Plan,
    keys: &[serde_json::Value],
) -> Result<(), Failure> {
    if output == OutputFormat::Json {
        return context.data(&render::json(&json!({
            "role_arn": blueprint.role,
            "changes": plan.changes,
            "notes": plan.notes,
            "access_keys": keys,
        })));
    }
    keys.iter().try_for_each(|key| context.data(&render::json(key)))
}

/// Carries the plan out, telling of each change; the access keys that were made. With the
/// blueprint, what others have done meanwhile is looked at again.
pub(super) fn carry_out(
    context: Context<'_>,
    settings: &Settings,
    plan: &Plan,
    blueprint: Option<&Blueprint>,
    output: OutputFormat,
) -> Result<Vec<AccessKey>, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let mut keys = Vec::new();
    let mut broken = None;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        let done = |change: &Change, key: Option<&AccessKey>| {
            keys.extend(key.cloned());
            if output == OutputFormat::Text {
                let told = context.data(&format!("{} {change}\n", change.sign()));
                broken = broken.take().or(told.err());
            }
        };
        let outcome = match blueprint {
            Some(blueprint) => converge(&config, blueprint, plan, done).await,
            None => iam_bootstrap::apply(&config, &plan.changes, done).await,
        };
        outcome.map_err(failed)
    })?;
    for note in &plan.notes {
        context.say(&format!("note: {note}"));
    }
    match broken {
        Some(failure) if keys.is_empty() => Err(failure),
        // A key that was made is kept, whoever reads.
        _ => Ok(keys),
    }
}
