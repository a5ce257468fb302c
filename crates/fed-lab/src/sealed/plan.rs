//! What the lab asks the command's process to make.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files;
use crate::LabError;

/// Goes to the command's process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(super) files: Vec<Instead>,
    /// Where to listen.
    pub(super) ports: Vec<u16>,
}

/// A file that is seen in the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instead {
    pub(super) of: PathBuf,
    pub(super) file: PathBuf,
}

impl Plan {
    /// Writes the files that it needs into the lab's folder; `authority` is the lab's certificate
    /// as PEM.
    ///
    /// # Errors
    /// [`LabError::File`].
    pub(crate) fn new(folder: &Path, authority: &str, ports: Vec<u16>) -> Result<Self, LabError> {
        let each = files::write(folder, authority)?.into_iter();
        let files = each.map(|(of, file)| Instead { of, file }).collect();
        Ok(Self { files, ports })
    }
}
