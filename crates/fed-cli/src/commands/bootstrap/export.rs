//! `bootstrap export`: the same role for other tools.

use clap::{Args, ValueEnum};
use fed_types::shell_line;
use iam_bootstrap::{Blueprint, export};

use super::blueprint::BlueprintArguments;
use crate::context::{Context, Outcome};
use crate::{Exit, render};

/// Write the same role for CloudFormation or Terraform, as JSON, or as aws CLI commands.
///
/// AWS is not asked.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Which role, and who may assume it.
    #[command(flatten)]
    pub blueprint: BlueprintArguments,
    /// For which tool
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Format,
}

/// For which tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A CloudFormation template, in JSON; it names no account, so it fits a StackSet
    Cloudformation,
    /// All parts in one JSON object
    Json,
    /// HCL for Terraform and OpenTofu
    Terraform,
    /// A shell script of aws CLI commands
    AwsCli,
}

pub(super) fn run(context: Context<'_>, arguments: &ExportArguments) -> Outcome {
    let settings = arguments.blueprint.settings(context)?;
    let draft = arguments.blueprint.draft(context, &settings, false)?;
    let blueprint = arguments.blueprint.finished(context, &settings, draft)?;
    let text = match arguments.format {
        Format::Cloudformation => render::json(&export::cloudformation(&blueprint)),
        Format::Json => render::json(&export::json(&blueprint)),
        Format::Terraform => export::terraform(&blueprint),
        Format::AwsCli => export::aws_cli(&blueprint),
    };
    context.data(&text)?;
    for note in notes(&blueprint, arguments.format) {
        context.say(&format!("note: {note}"));
    }
    Ok(Exit::Done)
}

/// What the text does not do, and who does.
fn notes(blueprint: &Blueprint, format: Format) -> Vec<String> {
    let mut notes = Vec::new();
    if format == Format::AwsCli {
        return notes;
    }
    if let Some(user) = &blueprint.user {
        let command = shell_line(["aws", "iam", "create-access-key", "--user-name", user]);
        notes.push(format!(
            "it makes the user `{user}` and no access key, whose secret would be in what the tool \
             keeps: `{command}` makes one"
        ));
    }
    if blueprint.provider_arn().is_some() && format != Format::Json {
        notes.push(format!(
            "where the account has the issuer's provider already, that must accept the audience \
             `{}`: the tool adds none to it, `aws iam add-client-id-to-open-id-connect-provider` \
             does",
            blueprint.audiences.join("` and `")
        ));
    }
    notes
}
