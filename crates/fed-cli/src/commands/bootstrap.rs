//! `bootstrap`: the role that ID tokens may assume, and what belongs to it.

mod apply;
mod blueprint;
mod destroy;
mod export;
mod plan;
mod show;

use clap::Subcommand;

pub(crate) use plan::failed;

/// The commands below `bootstrap`.
#[derive(Debug, Subcommand)]
pub enum BootstrapCommand {
    /// Show what apply would change, and change nothing
    Plan(plan::PlanArguments),
    /// Create the role, its trust policy and what belongs to them, or bring them up to date
    Apply(apply::ApplyArguments),
    /// Remove what apply made, and nothing else
    Destroy(destroy::DestroyArguments),
    /// Write the same role for CloudFormation, as JSON, or as aws CLI commands
    Export(export::ExportArguments),
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, command: &BootstrapCommand) -> Outcome {
    match command {
        BootstrapCommand::Plan(arguments) => plan::run(context, arguments),
        BootstrapCommand::Apply(arguments) => apply::run(context, arguments),
        BootstrapCommand::Destroy(arguments) => destroy::run(context, arguments),
        BootstrapCommand::Export(arguments) => export::run(context, arguments),
    }
}
use crate::context::{Context, Outcome};
