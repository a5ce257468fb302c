//! Private directories and whole files.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes the directory, and makes it the owner's alone (mode 0700). On Windows the
/// profile directory's own access list already is.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    tighten(path, &metadata, 0o700)
}

/// Takes group's and others' rights away where they have any.
#[cfg(unix)]
pub(crate) fn tighten(path: &Path, metadata: &fs::Metadata, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "was readable by others; made private");
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// Takes group's and others' rights away where they have any: nothing to do here.
#[cfg(not(unix))]
pub(crate) fn tighten(_path: &Path, _metadata: &fs::Metadata, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Options for a file only its owner may read (mode 0600).
#[cfg(unix)]
pub(crate) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Options for a file in a directory that is private already.
#[cfg(not(unix))]
pub(crate) fn private_options() -> OpenOptions {
    OpenOptions::new()
}

/// Whether what was written must outlive a machine that loses power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It must: nobody could get it back.
    Flushed,
    /// It need not: it can be had anew, and waiting for the disk costs more than that. A
    /// process that is killed loses nothing either way.
    LeftToTheSystem,
}

/// What carries writes over a loss of power: the system's disk, or one that a test watches.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Returns once the file, or the directory, of that path is on the disk.
    fn flush(&self, path: &Path, file: &File) -> io::Result<()>;
}

/// The system's own.
#[derive(Debug)]
pub(crate) struct SystemDisk;

impl Disk for SystemDisk {
    fn flush(&self, _path: &Path, file: &File) -> io::Result<()> {
        file.sync_all()
    }
}

/// Replaces `path` by `contents`, whole or not at all: written to `aside`, flushed to
/// the disk where that is asked for, renamed. Only the holder of the entry's lock calls
/// this, so one name aside is enough, and what a killed process left there is replaced.
pub(crate) fn replace(
    disk: &dyn Disk,
    path: &Path,
    aside: &Path,
    contents: &[u8],
    durability: Durability,
) -> io::Result<()> {
    remove(aside)?;
    let written =
        write_new(disk, aside, contents, durability).and_then(|()| fs::rename(aside, path));
    if let Err(error) = written {
        if let Err(error) = remove(aside) {
            tracing::warn!(path = %aside.display(), %error, "what could not be saved is left");
        }
        return Err(error);
    }
    if let (Durability::Flushed, Some(directory)) = (durability, path.parent()) {
        flush_directory(disk, directory);
    }
    Ok(())
}

/// Deletes the file. `false` when there was none.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_new(
    disk: &dyn Disk,
    path: &Path,
    contents: &[u8],
    durability: Durability,
) -> io::Result<()> {
    let mut file = private_options().write(true).create_new(true).open(path)?;
    file.write_all(contents)?;
    match durability {
        Durability::Flushed => disk.flush(path, &file),
        Durability::LeftToTheSystem => Ok(()),
    }
}

/// Makes the rename itself durable where the system can; the data already is.
#[cfg(unix)]
fn flush_directory(disk: &dyn Disk, path: &Path) {
    if let Err(error) = File::open(path).and_then(|directory| disk.flush(path, &directory)) {
        tracing::debug!(path = %path.display(), %error, "cannot flush the directory");
    }
}

/// Makes the rename itself durable where the system can: not here.
#[cfg(not(unix))]
fn flush_directory(_disk: &dyn Disk, _path: &Path) {}

/// A file's contents; `None` when there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let metadata = file.metadata()?;
    if let Err(error) = tighten(path, &metadata, 0o600) {
        tracing::warn!(path = %path.display(), %error, "readable by others");
    }
    let mut contents = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    io::Read::read_to_end(&mut file, &mut contents)?;
    Ok(Some(contents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_no_error_and_what_cannot_be_read_is_one() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(read(&directory.path().join("absent")).unwrap(), None);
        assert_eq!(read(directory.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert!(!remove(&directory.path().join("absent")).unwrap());
        assert_eq!(remove(directory.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }

    /// Rights are taken away, and none are given.
    #[cfg(unix)]
    #[test]
    fn what_is_private_stays_as_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "x").unwrap();
        for (before, after) in [(0o400, 0o400), (0o600, 0o600), (0o640, 0o600), (0o604, 0o600)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            assert_eq!(read(&path).unwrap().as_deref(), Some(&b"x"[..]));
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, after, "{before:o}");
        }
    }
}
