//! What `fed-lab exec --sealed` runs a command by: this process puts itself into namespaces of
//! its own and becomes the command.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;
use fed_lab::sealed;

use super::exec::not_run;

/// The command; without one the namespaces are made, and no more.
#[derive(Args)]
pub(crate) struct WithinOptions {
    #[arg(last = true)]
    command: Vec<OsString>,
}

pub(crate) fn within(options: &WithinOptions) -> ExitCode {
    match sealed::enter() {
        Ok(true) => {}
        // Who waits outside says so.
        Ok(false) => return ExitCode::FAILURE,
        Err(error) => {
            anstream::eprintln!("error: tried to speak with the lab outside");
            anstream::eprintln!("  caused by: {error}");
            anstream::eprintln!("\nhint: fed-lab exec --sealed -- COMMAND");
            return ExitCode::from(2);
        }
    }
    let Some((program, arguments)) = options.command.split_first() else {
        return ExitCode::SUCCESS;
    };
    let error = Command::new(program).args(arguments).exec();
    not_run(Path::new(program), &error)
}
