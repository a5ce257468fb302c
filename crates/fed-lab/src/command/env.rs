//! `fed-lab env`: what makes a shell one of the running lab.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use fed_lab::{
    Entered, LabError, LabName, RunningLab, Surroundings, running_labs, unset_variables,
};

use crate::shell::{Changes, Format, USUAL};

/// For which shell.
#[derive(Args)]
pub(crate) struct EnvOptions {
    /// For which shell
    #[arg(long, value_enum, default_value_t = USUAL, value_name = "FORMAT")]
    format: Format,

    /// Of which lab [default: the one this shell is in, else the one started last]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

/// Prints what a shell reads to be in the lab that it is in already, else in the one that was
/// started last: what would lend it real credentials or lead it elsewhere is unset.
pub(crate) fn env(options: &EnvOptions, surroundings: &Surroundings) -> Result<ExitCode, LabError> {
    let set = match &options.name {
        Some(name) => RunningLab::find(&surroundings.cache_dir, Some(name))?.environment().to_vec(),
        None => match Entered::read(|name| std::env::var(name).ok()).lab() {
            Some(around) => around.environment().to_vec(),
            None => started_last(surroundings)?,
        },
    };
    let aws_cli = set.iter().find(|(name, _)| name == "FED_LAB_AWS_CLI");
    let folder = aws_cli.and_then(|(_, path)| Path::new(path).parent());
    let first_on_path = folder.map(|folder| folder.to_string_lossy().into_owned());
    let unset = unset_variables(std::env::vars_os().map(|(name, _)| name));
    let changes = Changes { unset, set, first_on_path };
    anstream::print!("{}", changes.written(options.format));
    Ok(ExitCode::SUCCESS)
}

fn started_last(surroundings: &Surroundings) -> Result<Vec<(String, String)>, LabError> {
    let running = running_labs(&surroundings.cache_dir);
    if running.len() > 1 {
        anstream::eprintln!("{} labs are running; this is the one started last.", running.len());
    }
    running.into_iter().next().ok_or(LabError::NoRunningLab)
}
