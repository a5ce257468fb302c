//! Why a command failed, told in one place.

use std::fmt;
use std::process::ExitCode;

/// A failure: what we tried and found, what to do, and the exit status.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Something did not work: exit status 1.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: 1 }
    }

    /// The command line is wrong: exit status 2, the usage as the hint.
    pub(crate) fn usage(message: impl Into<String>, usage: &str) -> Self {
        Self { message: message.into(), hint: Some(usage.trim_end().to_owned()), code: 2 }
    }

    /// With advice that can be followed as it stands.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the exit status of the program that failed.
    pub(crate) fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// Writes message and hint to standard error.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        match self.hint.as_deref() {
            Some(hint) if hint.contains('\n') => eprintln!("\n{hint}"),
            Some(hint) => eprintln!("\nhint: {hint}"),
            None => {}
        }
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
