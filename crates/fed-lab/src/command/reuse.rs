//! `fed-lab exec --reuse`: a command in a lab that runs, in an account of its own.

use std::path::PathBuf;
use std::process::ExitCode;

use fed_lab::{Entered, LabError, LabName, RunningLab, RunningLabError, Surroundings};

use super::exec::{ExecOptions, Place};
use crate::signals::Signals;

/// Opens an account in a running lab, runs the command there, and closes the account.
pub(crate) async fn reuse(
    options: &ExecOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    let lab = find(options.name.as_ref(), surroundings)?;
    let opening = lab.new_account(options.lab.seed_of_reused());
    let account = tokio::select! {
        account = opening => account?,
        signal = signals.next() => return Ok(ExitCode::from(128 + signal)),
    };
    let folder = own_folder()?;
    let environment = lab.environment_for(&account, folder.path())?;
    let value = |wanted: &str| {
        environment.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let place = Place {
        aws_cli: value("FED_LAB_AWS_CLI").map(PathBuf::from),
        by_proxy: value("FED_LAB_PROXY_URL").is_some(),
        search_path: &surroundings.search_path,
        environment,
    };
    let code = place.run(&options.command, &mut signals).await;
    // What was asked for is done; an account that stays ends with its lab.
    if let Err(error) = lab.close_account(&account.id).await {
        anstream::eprintln!("warning: the account {} was not closed: {error}", account.id);
    }
    Ok(code)
}

/// A folder that nobody else can enter, gone at the end.
fn own_folder() -> Result<tempfile::TempDir, LabError> {
    let mut private = tempfile::Builder::new();
    private.prefix("fed-lab-");
    #[cfg(unix)]
    private.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    private.tempdir().map_err(|source| LabError::File {
        what: "create a folder in",
        path: std::env::temp_dir(),
        source,
    })
}

/// The lab of that name; without one the lab that this command runs in, else the only one. In a
/// lab that lasts as long as its command there is no other.
fn find(name: Option<&LabName>, surroundings: &Surroundings) -> Result<RunningLab, LabError> {
    if name.is_none() {
        match Entered::read(|name| std::env::var(name).ok()) {
            Entered::Staying(lab) => return Ok(lab),
            Entered::OfCommand(_) => return Err(RunningLabError::NotStays.into()),
            Entered::None => {}
        }
    }
    RunningLab::find(&surroundings.cache_dir, name)
}
