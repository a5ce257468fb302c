//! Why a running lab was not found, or did not do what was asked of it.

use fed_types::shell_line;

use crate::LabName;

/// Why a running lab was not found, or did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunningLabError {
    /// None of that name.
    #[error("expected a running lab named `{0}`, found none")]
    NoneNamed(LabName),
    /// More than one, and none was chosen.
    #[error("expected one running lab, found {}: {}", .0.len(), .0.join(", "))]
    Several(Vec<String>),
    /// The lab around is that of one command, and ends with it.
    #[error(
        "expected this shell to be in a lab that `fed-lab up` has started, found that it is in one \
         that lasts as long as its command"
    )]
    NotStays,
    /// It was started by another version, or its files are gone.
    #[error("expected the lab's control endpoints in its environment, found no `{0}`")]
    NoControl(&'static str),
    /// It does not answer, or with something else.
    #[error("tried to {what} at `{url}`: {reason}")]
    Asked {
        /// The verb.
        what: &'static str,
        /// The control endpoints.
        url: String,
        /// What it or the operating system said.
        reason: String,
    },
    /// It said no, and why.
    #[error("{error}")]
    Refused {
        /// The lab's own words.
        error: String,
        /// And its hint.
        hint: Option<String>,
    },
    /// It said that it would stop, and did not.
    #[error("the lab `{lab}` did not stop within {seconds} s")]
    DoesNotStop {
        /// Its name or folder.
        lab: String,
        /// How long was waited.
        seconds: u64,
        /// Its process.
        process: u32,
    },
    /// The process that was to become a lab ended.
    #[error("expected a lab in the background, found that it ended ({0})")]
    DidNotStart(String),
    /// Only Unix lets a program leave its terminal.
    #[error("`--detach` needs Linux or macOS")]
    CannotDetach,
}

impl RunningLabError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoneNamed(_) => Some("fed-lab status shows those that run".to_owned()),
            Self::Several(_) => Some("choose one with --name NAME".to_owned()),
            Self::NotStays => Some(
                "what runs here is in that lab already, without `fed-lab exec`; --name NAME chooses \
                 another"
                    .to_owned(),
            ),
            Self::NoControl(_) => Some("end it and start it again: fed-lab up".to_owned()),
            Self::Refused { hint, .. } => hint.clone(),
            Self::DoesNotStop { process, .. } => Some(shell_line(["kill", &process.to_string()])),
            Self::CannotDetach => Some("run `fed-lab up` in a window of its own".to_owned()),
            Self::Asked { .. } | Self::DidNotStart(_) => None,
        }
    }
}
