//! One file a subcommand.

use fed_lab::{Lab, LabConfig, LabError, LabName, RunningLab, Surroundings};

use crate::signals::Signals;
use crate::terminal::Terminal;

mod audited;
pub(crate) mod check;
mod detached;

pub(crate) mod account;
pub(crate) mod completions;
pub(crate) mod decisions;
pub(crate) mod doctor;
pub(crate) mod down;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod learn;
pub(crate) mod logs;
pub(crate) mod page;
mod place;
mod reach;
pub(crate) mod reset;
pub(crate) mod reuse;
mod sealed;
pub(crate) mod status;
mod suite;
pub(crate) mod token;
pub(crate) mod up;
#[cfg(target_os = "linux")]
pub(crate) mod within;
pub(crate) mod workflow;
pub(crate) mod world;

/// Starts a lab, or gives it up when a signal comes first; then the signal.
async fn start(config: LabConfig, signals: &mut Signals) -> Result<Result<Lab, u8>, LabError> {
    let terminal = Terminal::new();
    let outcome = tokio::select! {
        lab = Lab::start(config, &terminal) => Ok(lab),
        signal = signals.next() => Err(signal),
    };
    terminal.clear();
    match outcome {
        Ok(lab) => Ok(Ok(lab?)),
        Err(signal) => Ok(Err(signal)),
    }
}

/// The lab of that name; without one the lab that this command runs in, else the only one
/// that `fed-lab up` has started.
fn running(surroundings: &Surroundings, name: Option<&LabName>) -> Result<RunningLab, LabError> {
    let around = RunningLab::around(|name| std::env::var(name).ok());
    match around.filter(|_| name.is_none()) {
        Some(lab) => Ok(lab),
        None => RunningLab::find(&surroundings.cache_dir, name),
    }
}
