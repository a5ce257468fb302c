//! Source `command`: what a command prints.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use fed_types::{Hint, text_of};
use tokio::process::Command;

use super::presented::{self, Origin, PresentedError};
use crate::clock::Clock;
use crate::id_token::UnverifiedIdToken;

/// A command that prints an ID token. Run as it is, without a shell.
#[derive(Clone, Debug)]
pub struct CommandSource {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether a person sees what it writes to stderr, at once, and can answer it: "touch your
    /// security key". Else the end of that is in the error.
    pub talks: bool,
    /// The audience expected, where known.
    pub audience: Option<String>,
}

/// Why there is no ID token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No command given.
    #[error("`token_command` is empty")]
    NoCommand,
    /// It cannot be started.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// It took too long and was ended.
    #[error("`{program}` printed no token within {} s", limit.as_secs())]
    Timeout {
        /// The program.
        program: String,
        /// How long it had.
        limit: Duration,
    },
    /// It failed.
    #[error("`{program}` failed ({status}){}", said(stderr))]
    Failed {
        /// The program.
        program: String,
        /// How.
        status: ExitStatus,
        /// The end of what it wrote to stderr, tokens taken out.
        stderr: String,
    },
    /// What it prints is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

impl CommandError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NoCommand => {
                Some("`token_command = [\"gcloud\", \"auth\", \"print-identity-token\"]`".into())
            }
            Self::Start { program, source } if source.kind() == io::ErrorKind::NotFound => {
                Some(if program.contains(' ') {
                    "give the arguments one by one: `token_command = [\"program\", \"argument\"]`"
                        .into()
                } else {
                    format!("is `{program}` installed and in `PATH`?").into()
                })
            }
            Self::Start { .. } | Self::Timeout { .. } | Self::Failed { .. } => {
                Some("run it by hand; it must print an ID token and nothing else".into())
            }
            Self::Presented(error) => error.hint(),
        }
    }
}

impl CommandSource {
    pub(super) async fn run(&self, clock: &dyn Clock) -> Result<UnverifiedIdToken, CommandError> {
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Err(CommandError::NoCommand);
        };
        let (stdin, stderr) = if self.talks {
            (Stdio::inherit(), Stdio::inherit())
        } else {
            (Stdio::null(), Stdio::piped())
        };
        let mut command = Command::new(program);
        command.args(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(stderr);
        command.kill_on_drop(true);
        let child = async { command.spawn()?.wait_with_output().await };
        let output = tokio::select! {
            biased;
            output = child => output,
            // Dropped, the command is ended.
            () = clock.wait(self.timeout) => {
                let (program, limit) = (program.clone(), self.timeout);
                return Err(CommandError::Timeout { program, limit });
            }
        };
        let output =
            output.map_err(|source| CommandError::Start { program: program.clone(), source })?;
        if !output.status.success() {
            return Err(CommandError::Failed {
                program: program.clone(),
                status: output.status,
                stderr: fit_to_show(&output.stderr),
            });
        }
        // What is no text is no token either, and is told so.
        let text = text_of(output.stdout).unwrap_or_else(|_| "\u{fffd}".to_owned());
        let origin = Origin::Command(program.clone());
        Ok(presented::accept(&text, &origin, self.audience.as_deref(), clock.now())?)
    }
}

/// The longest word repeated from a command's stderr: messages have short words, tokens
/// long ones.
const LONGEST_WORD: usize = 64;

/// How much of a command's stderr is repeated, in characters.
const LONGEST_TEXT: usize = 300;

fn fit_to_show(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if word.len() > LONGEST_WORD { "[redacted]" } else { word })
        .collect();
    let shown: String =
        words.join(" ").chars().filter(|character| !character.is_control()).collect();
    let skip = shown.chars().count().saturating_sub(LONGEST_TEXT);
    shown.chars().skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_says_is_repeated_without_tokens() {
        let stderr = format!("error:\n  \u{1b}[31mtoken {} refused", "canary".repeat(20));
        assert_eq!(fit_to_show(stderr.as_bytes()), "error: [31mtoken [redacted] refused");
        assert_eq!(fit_to_show("x ".repeat(400).as_bytes()).len(), 300);
    }
}
