//! One file a subcommand.

use fed_lab::{Lab, LabConfig, LabError};

use crate::signals::Signals;
use crate::terminal::Terminal;

pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod exec;
mod place;
pub(crate) mod token;
pub(crate) mod up;
pub(crate) mod workflow;

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
