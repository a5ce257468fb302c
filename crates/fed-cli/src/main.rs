//! The binary: builds the one [`Host`] and runs.

use std::process::ExitCode;

use fed_cli::{Exit, Host};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(fed_cli::tell_of_panic));
    let outcome =
        std::panic::catch_unwind(|| fed_cli::run(&Host::of_this_process(), std::env::args_os()));
    outcome.unwrap_or(Exit::Unexpected).into()
}
