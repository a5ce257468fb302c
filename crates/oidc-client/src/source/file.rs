//! Source `file`: a file that something else keeps fresh, such as a Kubernetes projected
//! token.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fed_types::{Hint, text_of};

use super::presented::{self, Origin, PresentedError};
use crate::clock::Clock;
use crate::id_token::UnverifiedIdToken;

/// A file, read anew each time.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// Where it is.
    pub path: PathBuf,
    /// The audience expected, where known.
    pub audience: Option<String>,
}

/// Why there is no ID token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read the token file `{path}`")]
    Read {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is longer than any token.
    #[error("the token file `{0}` is longer than 20000 bytes")]
    TooLong(PathBuf),
    /// What is in it is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

/// The longest token that is read, in bytes.
const LONGEST: u64 = 20_000;

impl FileError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => Some(
                "is the volume mounted, and is the path the one that the platform names?".into(),
            ),
            Self::Read { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => Some(
                "in a pod that runs as another user set `securityContext: { fsGroup: … }`".into(),
            ),
            Self::Read { .. } | Self::TooLong(_) => None,
            Self::Presented(error) => error.hint(),
        }
    }
}

impl FileSource {
    pub(super) async fn read(&self, clock: &dyn Clock) -> Result<UnverifiedIdToken, FileError> {
        let whole = self.path.clone();
        // One thread for all of it: each step of an asynchronous file starts another.
        let read = tokio::task::spawn_blocking(move || read(&whole)).await;
        self.accepted(read.map_err(io::Error::other).flatten(), clock)
    }

    /// The same, waiting for the disk.
    pub(super) fn read_now(&self, clock: &dyn Clock) -> Result<UnverifiedIdToken, FileError> {
        self.accepted(read(&self.path), clock)
    }

    fn accepted(
        &self,
        text: io::Result<String>,
        clock: &dyn Clock,
    ) -> Result<UnverifiedIdToken, FileError> {
        let path = || self.path.clone();
        let text = text.map_err(|source| FileError::Read { path: path(), source })?;
        if text.len() as u64 > LONGEST {
            return Err(FileError::TooLong(path()));
        }
        let origin = Origin::File(path());
        Ok(presented::accept(&text, &origin, self.audience.as_deref(), clock.now())?)
    }
}

/// The file's text, as far as it may be a token and a little more; two bytes a letter, where
/// PowerShell wrote it.
fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(2 * LONGEST + 4).read_to_end(&mut bytes)?;
    text_of(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
