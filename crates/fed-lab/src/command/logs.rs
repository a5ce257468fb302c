//! `fed-lab logs`: what a lab and its emulator have said.

use std::fs::File;
use std::io;
use std::process::ExitCode;

use clap::Args;
use fed_lab::{LabError, LabName, RunningLab, Surroundings};

/// Of which lab.
#[derive(Args)]
pub(crate) struct LogsOptions {
    /// Of which lab [default: the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

/// Copies the logs that are files to standard output, one after the other.
pub(crate) fn logs(
    options: &LogsOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let lab = RunningLab::find(&surroundings.cache_dir, options.name.as_ref())?;
    let logs = lab.logs();
    if logs.is_empty() {
        anstream::eprintln!(
            "no log is a file: a lab in the foreground logs on its terminal, a container's log is \
             Docker's; decisions are at FED_LAB_GATE_URL, /_gate/decisions"
        );
    }
    for path in logs {
        anstream::eprintln!("==> {}", path.display());
        let copied = File::open(&path).and_then(|mut log| io::copy(&mut log, &mut io::stdout()));
        match copied {
            // Who reads no further has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(source) => return Err(LabError::File { what: "read", path, source }),
            Ok(_) => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}
