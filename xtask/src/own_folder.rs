//! A folder of a run's own for what it needs on the way; removed at the end.

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A folder that was not there before, which nobody else can enter.
pub(crate) struct OwnFolder {
    path: PathBuf,
}

impl OwnFolder {
    /// Makes one among the temporary files. Nobody can know its name beforehand, and what is
    /// there already, a link for instance, is not taken for it.
    pub(crate) fn new(purpose: &str) -> Result<Self, Failure> {
        Self::within(&std::env::temp_dir(), || format!("fed-{purpose}-{:016x}", random()))
    }

    fn within(folder: &Path, name: impl Fn() -> String) -> Result<Self, Failure> {
        loop {
            let path = folder.join(name());
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let path = path.display();
                    return Err(Failure::new(format!("could not make `{path}`: {error}")));
                }
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to tidy up.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The standard library's keys for hashing are random.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_there_is_not_taken() {
        use std::cell::Cell;
        use std::os::unix::fs::{PermissionsExt, symlink};

        let place = OwnFolder::new("test").unwrap();
        let others = place.path().join("others");
        fs::create_dir(&others).unwrap();
        symlink(&others, place.path().join("0")).unwrap();
        fs::create_dir(place.path().join("1")).unwrap();
        let next = Cell::new(0);
        let name = || {
            next.set(next.get() + 1);
            (next.get() - 1).to_string()
        };
        let own = OwnFolder::within(place.path(), name).unwrap();
        assert_eq!(own.path(), place.path().join("2"));
        assert_eq!(fs::metadata(own.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let path = own.path().to_owned();
        drop(own);
        assert!(!path.exists() && others.exists());
        assert_ne!(random(), random());
    }
}
