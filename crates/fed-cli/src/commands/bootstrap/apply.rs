//! `bootstrap apply`: makes it so.

use std::path::PathBuf;

use clap::Args;
use fed_types::Secret;
use iam_bootstrap::{AccessKey, Change, Plan};
use serde_json::json;

use super::blueprint::BlueprintArguments;
use super::plan::{failed, plan};
use super::show;
use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome, block_on};
use crate::host::PrivateFile;
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
    /// New file for the access key of --no-policy-user, readable by you only
    #[arg(long, value_name = "FILE", conflicts_with = "show_secrets")]
    pub access_key_file: Option<PathBuf>,
    /// Print the access key of --no-policy-user, secret included
    #[arg(long)]
    pub show_secrets: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

pub(super) fn run(context: Context<'_>, arguments: &ApplyArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let blueprint = arguments.blueprint.blueprint(context, &settings, arguments.adopt)?;
    let plan = block_on(plan(context, &settings, &blueprint))?;
    if plan.changes.is_empty() {
        show::plan(context, &plan, arguments.output.output)?;
        return Ok(Exit::Done);
    }
    if !arguments.yes && !confirmed(context, &plan)? {
        return Err(Failure::new(Exit::Unexpected, "nothing was changed, as you wished"));
    }
    let key_file = key_file(context, arguments, &plan)?;
    let mut keys = Vec::new();
    let outcome = carry_out(context, &settings, &plan, arguments.output.output, &mut keys);
    // A key that was made is kept, whatever else went wrong: its secret is shown this once.
    let shown = keep(context, arguments, key_file, &keys)?;
    outcome?;
    if arguments.output.output == OutputFormat::Json {
        context.data(&render::json(&json!({
            "role_arn": blueprint.role,
            "changes": plan.changes,
            "notes": plan.notes,
            "access_keys": shown,
        })))?;
    } else {
        for key in &shown {
            context.data(&render::json(key))?;
        }
    }
    Ok(Exit::Done)
}

/// Asks where somebody can answer; a script that calls us has decided already.
pub(super) fn confirmed(context: Context<'_>, plan: &Plan) -> Result<bool, Failure> {
    let terminal = &context.host.terminal;
    if !terminal.is_interactive() {
        return Ok(true);
    }
    context.say(show::text(plan).trim_end());
    let answer = terminal.ask("\nCarry this out? [y/N] ").map_err(|error| {
        Failure::new(Exit::Unexpected, "could not ask for confirmation").caused_by(&error)
    })?;
    Ok(answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes")))
}

/// Carries the plan out, telling of each change; access keys that were made go to `keys`.
pub(super) fn carry_out(
    context: Context<'_>,
    settings: &Settings,
    plan: &Plan,
    output: OutputFormat,
    keys: &mut Vec<AccessKey>,
) -> Result<(), Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let mut broken = None;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, environment).await?;
        let done = |change: &Change, key: Option<&AccessKey>| {
            keys.extend(key.cloned());
            if output == OutputFormat::Text {
                let told = context.data(&format!("{} {change}\n", change.sign()));
                broken = broken.take().or(told.err());
            }
        };
        iam_bootstrap::apply(&config, &plan.changes, done).await.map_err(failed)
    })?;
    for note in &plan.notes {
        context.say(&format!("note: {note}"));
    }
    broken.map_or(Ok(()), Err)
}

/// Opens the file for the key before anything is changed: a key whose secret cannot be
/// kept would be lost.
fn key_file(
    context: Context<'_>,
    arguments: &ApplyArguments,
    plan: &Plan,
) -> Result<Option<PrivateFile>, Failure> {
    let user = plan.changes.iter().find_map(|change| match change {
        Change::CreateAccessKey { user } => Some(user),
        _ => None,
    });
    let Some(user) = user.filter(|_| !arguments.show_secrets) else {
        return Ok(None);
    };
    let path = match &arguments.access_key_file {
        Some(path) => path.clone(),
        None => PathBuf::from(format!("{user}.access-key.json")),
    };
    let file = context.host.files.create_private(&path).map_err(|error| {
        let message = format!("could not create `{}` for the access key", path.display());
        Failure::new(Exit::Unexpected, message)
            .caused_by(&error)
            .hint("nothing was changed; name another file with `--access-key-file`")
    })?;
    Ok(Some(file))
}

/// Writes the keys to the file, or returns them for printing.
fn keep(
    context: Context<'_>,
    arguments: &ApplyArguments,
    file: Option<PrivateFile>,
    keys: &[AccessKey],
) -> Result<Vec<serde_json::Value>, Failure> {
    let whole = |key: &AccessKey| {
        json!({"AccessKey": {
            "UserName": key.user,
            "AccessKeyId": key.access_key_id,
            "Status": "Active",
            "SecretAccessKey": key.secret_access_key.expose(),
        }})
    };
    match file {
        None if arguments.show_secrets => Ok(keys.iter().map(whole).collect()),
        None => Ok(Vec::new()),
        Some(file) => {
            let path = file.path().to_owned();
            let Some(key) = keys.first() else {
                file.discard();
                return Ok(Vec::new());
            };
            file.write(&Secret::new(render::json(&whole(key)))).map_err(|error| {
                let message = format!("could not write the access key to `{}`", path.display());
                Failure::new(Exit::Unexpected, message).caused_by(&error).hint(format!(
                    "its secret is lost: delete the key with `aws iam delete-access-key \
                     --user-name {} --access-key-id {}` and run this again",
                    key.user, key.access_key_id
                ))
            })?;
            context.say(&format!(
                "the access key `{}` of user `{}` is in `{}`, readable by you only",
                key.access_key_id,
                key.user,
                path.display()
            ));
            Ok(vec![json!({"AccessKey": {
                "UserName": key.user,
                "AccessKeyId": key.access_key_id,
                "Status": "Active",
                "File": path.display().to_string(),
            }})])
        }
    }
}
