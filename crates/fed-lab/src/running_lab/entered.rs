//! The lab that a command runs in, and a command in an account of its own there.

use std::path::Path;

use super::RunningLab;
use crate::account::LabAccount;
use crate::{LabError, aws_files, run_directory};

/// What names a role of the lab's first account, and lends it to whoever asks: a pod's.
const OF_FIRST_ACCOUNT: [&str; 2] = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/// Where a command runs.
pub enum Entered {
    /// In no lab, or in one that has ended.
    None,
    /// In one that `fed-lab up` has started.
    Staying(RunningLab),
    /// In one that was started for it, and that nobody else finds.
    OfCommand(RunningLab),
}

impl Entered {
    /// By the variables of a command.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let key_file = variable("FED_LAB_CONTROL_KEY_FILE");
        match key_file.and_then(|file| run_directory::of_file(Path::new(&file))) {
            None => Self::None,
            Some((published, true)) => Self::Staying(RunningLab::of(published)),
            Some((kept, false)) => Self::OfCommand(RunningLab::of(kept)),
        }
    }

    /// The lab, whichever it is.
    pub fn lab(self) -> Option<RunningLab> {
        match self {
            Self::None => None,
            Self::Staying(lab) | Self::OfCommand(lab) => Some(lab),
        }
    }
}

impl RunningLab {
    /// What a command finds in its environment that has another account of the lab than the
    /// first: nothing that lends it the first one's roles or keys, and files for AWS clients in a
    /// folder of its own, which are empty.
    ///
    /// # Errors
    /// [`LabError::File`].
    pub fn environment_for(
        &self,
        account: &LabAccount,
        folder: &Path,
    ) -> Result<Vec<(String, String)>, LabError> {
        aws_files::write(folder)?;
        let own = [account.environment(), aws_files::variables(folder)].concat();
        let is_of_lab = |name: &String| {
            own.iter().all(|(known, _)| known != name) && !OF_FIRST_ACCOUNT.contains(&name.as_str())
        };
        let of_lab = self.environment.iter().filter(|(name, _)| is_of_lab(name)).cloned();
        Ok(of_lab.chain(own.iter().cloned()).collect())
    }
}
