//! `bootstrap apply`: makes it so.

use clap::Args;
use iam_bootstrap::{Blueprint, Plan};
use serde_json::json;

use super::access_key::{self, AccessKeyArguments};
use super::blueprint::BlueprintArguments;
use super::carry_out::{Carrier, carry_out};
use super::plan::plan;
use super::{consent, show};
use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome, block_on};
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
    /// Let a role and a provider be changed that were not made by apply
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
    let (administrator, blueprint) =
        arguments.blueprint.of_own_account(context, &settings, arguments.adopt)?;
    let held = arguments.access_key.held(context, &arguments.blueprint);
    let look = || block_on(plan(context, &administrator, &blueprint, held.clone()));
    let plan = look()?;
    let output = arguments.output.output;
    if plan.changes.is_empty() {
        show::plan(context, &plan, output)?;
        return Ok(Exit::Done);
    }
    consent::obtain(context, &blueprint.role, &plan, arguments.yes, "changed", look)?;
    let key_file = arguments.access_key.open(context, &plan)?;
    let outcome = carry_out(context, &administrator, &plan, output, Carrier::Apply(&blueprint));
    let keys = match outcome {
        Ok(keys) => keys,
        Err(failure) => {
            if let Some(file) = key_file {
                file.discard();
            }
            return Err(failure);
        }
    };
    let shown = match (keys.first(), key_file) {
        (Some(key), Some(file)) => vec![access_key::keep(context, &administrator, file, key)?],
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
    told.map_err(|failure| access_key::give_up(context, &administrator, key, failure))?;
    access_key::record(context, &administrator, key)?;
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
