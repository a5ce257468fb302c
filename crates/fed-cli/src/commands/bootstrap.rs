//! `bootstrap`: the role that ID tokens may assume, and what belongs to it.

mod access_key;
mod administrator;
mod apply;
mod blueprint;
mod carry_out;
mod consent;
mod destroy;
mod export;
mod markdown;
mod plan;
mod refused;
mod show;

use clap::Subcommand;

pub(crate) use administrator::Administrator;
pub(crate) use refused::failed;

use crate::context::{Context, Outcome};

/// The commands below `bootstrap`.
#[derive(Debug, Subcommand)]
pub enum BootstrapCommand {
    Plan(plan::PlanArguments),
    Apply(apply::ApplyArguments),
    Destroy(destroy::DestroyArguments),
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
