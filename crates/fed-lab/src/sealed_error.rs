//! Why a command has no world of its own.

mod missing;
mod step;

use std::io;

pub use missing::Missing;
pub use step::Step;

/// Why a command has no world of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// The system does not let it be made.
    #[error("tried to make {step} for the command")]
    Refused {
        /// What could not be made.
        step: Step,
        /// What the operating system said.
        source: io::Error,
        /// What is likely missing.
        missing: Missing,
    },
    /// The process that was to become the command ended, or could not be spoken to.
    #[error("tried to agree with the command's process on its namespaces")]
    Unanswered(#[source] io::Error),
    /// Names lead nowhere in this lab.
    #[error("expected a lab with names for a command in a world of its own")]
    NoNames,
    /// Worlds of their own are Linux's.
    #[error("tried to give the command a world of its own, which only Linux has")]
    Elsewhere,
}

impl SealedError {
    /// A step that failed, with what this system says is missing.
    pub(crate) fn refused(step: Step, source: io::Error) -> Self {
        Self::Refused { step, source, missing: Missing::here() }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused { missing, .. } => Some(missing.hint()),
            Self::NoNames => Some("LabConfig::names has them lead into the lab"),
            Self::Elsewhere => Some("use --names instead"),
            Self::Unanswered(_) => None,
        }
    }
}
