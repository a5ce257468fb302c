//! What a person sees on standard error.

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use fed_lab::{LabError, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A spinner on a terminal; elsewhere one line for each new kind of work.
pub(crate) struct Terminal {
    spinner: ProgressBar,
    said: std::sync::Mutex<String>,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let target = match std::io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let spinner = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(Duration::from_millis(100));
        Self { spinner, said: std::sync::Mutex::default() }
    }

    /// Takes the spinner away.
    pub(crate) fn clear(&self) {
        self.spinner.finish_and_clear();
    }
}

impl Progress for Terminal {
    fn doing(&self, what: &str) {
        self.spinner.set_message(what.to_owned());
        if !self.spinner.is_hidden() {
            return;
        }
        // `pulling X: layer 7` and `fetching X: 12 of 90` are the same kind of work.
        let kind = what.split(": ").next().unwrap_or(what);
        if let Ok(mut said) = self.said.lock()
            && *said != kind
        {
            anstream::eprintln!("{kind} …");
            kind.clone_into(&mut said);
        }
    }

    fn note(&self, sentence: &str) {
        self.spinner.suspend(|| anstream::eprintln!("{sentence}"));
    }
}

/// The error, what caused it, and what to do about it.
pub(crate) fn report(error: &LabError) -> ExitCode {
    if let Some(log) = error.log() {
        for line in log.lines() {
            anstream::eprintln!("  | {line}");
        }
    }
    anstream::eprintln!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        anstream::eprintln!("  caused by: {cause}");
        source = cause.source();
    }
    if let Some(hint) = error.hint() {
        anstream::eprintln!("\nhint: {hint}");
    }
    ExitCode::from(error.exit_code())
}
