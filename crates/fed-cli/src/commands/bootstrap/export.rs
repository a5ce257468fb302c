//! `bootstrap export`: the same role for other tools.

use clap::{Args, ValueEnum};
use iam_bootstrap::export;

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
    Ok(Exit::Done)
}
