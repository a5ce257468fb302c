//! Why nothing could be learned or checked.

use std::io;
use std::path::PathBuf;

use fed_types::shell_line;

/// Why nothing could be learned or checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LessonError {
    /// The command is not there, or no program.
    #[error("tried to run `{}`", program.display())]
    NotRun {
        /// As it was typed.
        program: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// What the command expects in the account could not be put there.
    #[error("tried to prepare the account by `--setup`, which ended with {status}")]
    Setup {
        /// How it ended.
        status: String,
        /// The end of what it said.
        said: String,
    },
    /// More than can be learned from.
    #[error("expected a command that uses less: {0} calls were not kept, and would be lacking")]
    TooMuchUsed(u64),
    /// A policy cannot be read.
    #[error("tried to read the policy in `{}`", path.display())]
    UnreadablePolicy {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// IAM would not take it.
    #[error("expected a policy that IAM takes in `{}`: {reason}", path.display())]
    InvalidPolicy {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// What was learned does not allow what it was learned from: a fault of this program.
    #[error("what was learned does not allow `{0}`, which was used")]
    NotCovered(String),
}

impl LessonError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::InvalidPolicy { path, .. } => {
                Some(shell_line(["fed-cli", "policy", "lint", &path.display().to_string()]))
            }
            Self::NotRun { .. } => Some("the command stands behind `--`".to_owned()),
            Self::Setup { .. } => {
                Some("it runs in a shell, as the account's administrator".to_owned())
            }
            Self::TooMuchUsed(_) => Some("learn from a part of it at a time".to_owned()),
            Self::UnreadablePolicy { .. } | Self::NotCovered(_) => None,
        }
    }

    /// 5 for policies that cannot be read or taken, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnreadablePolicy { .. } | Self::InvalidPolicy { .. } => 5,
            _ => 1,
        }
    }

    /// The end of what a program said.
    pub fn log(&self) -> Option<&str> {
        match self {
            Self::Setup { said, .. } => Some(said.as_str()).filter(|said| !said.is_empty()),
            _ => None,
        }
    }
}
