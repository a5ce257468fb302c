//! One folder for each running lab, and what is left of labs that died.
//!
//! A lab owns its folder as long as it holds the lock on the `lock` file in it.
//! The operating system lets go of the lock however the process ends, so a folder
//! whose lock can be taken belongs to nobody, whichever process ids are in use.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::{LabError, LabName};

/// Names of the files in a lab's folder.
const LOCK: &str = "lock";
const STATE: &str = "environment.json";
/// There where the lab may be found by whoever is not in it.
const PUBLISHED: &str = "published";
const CONTAINER: &str = "container";
const NAME: &str = "name";
/// The lab's own log, when nobody sees its standard error.
pub(crate) const LOG: &str = "lab.log";
/// What the emulator says, where it is a process of this machine.
pub(crate) const EMULATOR_LOG: &str = "emulator.log";
/// Among the folders: held while a name is taken.
const NAMING: &str = "naming.lock";

/// A running lab's folder; removed when dropped.
pub(crate) struct RunDirectory {
    path: PathBuf,
    _lock: File,
}

/// What a lab that died has left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leftover {
    /// Its folder's name, which is also its containers' label.
    pub(crate) id: String,
    /// Whether it may have left a container.
    pub(crate) container: bool,
    path: PathBuf,
}

impl RunDirectory {
    /// Makes a folder of this lab's own below `cache_dir`, closed to other users.
    pub(crate) fn create(cache_dir: &Path) -> Result<Self, LabError> {
        let runs = cache_dir.join("runs");
        make_private_directory(&runs)?;
        let failed = |what, path: &Path| {
            let path = path.to_owned();
            move |source| LabError::File { what, path, source }
        };
        // Locked before it has its name: nobody takes it for a dead lab's folder.
        let mut private = tempfile::Builder::new();
        private.prefix(".new-");
        #[cfg(unix)]
        private.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let aside = private.tempdir_in(&runs).map_err(failed("create a folder in", &runs))?;
        let lock = File::create(aside.path().join(LOCK)).map_err(failed("write", &runs))?;
        lock.lock().map_err(failed("lock", &runs))?;
        let aside = aside.keep();
        let random = aside.file_name().unwrap_or_default().to_string_lossy();
        let id = random.trim_start_matches(".new-").to_ascii_lowercase();
        let path = runs.join(format!("lab-{}-{id}", std::process::id()));
        fs::rename(&aside, &path).map_err(failed("create", &path))?;
        Ok(Self { path, _lock: lock })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The lab's name: letters, digits and hyphens.
    pub(crate) fn id(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Takes a name that no living lab has.
    pub(crate) fn take_name(&self, cache_dir: &Path, name: &LabName) -> Result<(), LabError> {
        let path = cache_dir.join("runs").join(NAMING);
        let failed = |source| LabError::File { what: "lock", path: path.clone(), source };
        let naming = File::create(&path).map_err(failed)?;
        naming.lock().map_err(failed)?;
        let is_taken = |path: &PathBuf| !is_dead(path) && name_of(path).as_ref() == Some(name);
        if labs(cache_dir).iter().any(is_taken) {
            return Err(LabError::NameTaken(name.clone()));
        }
        self.write_private(NAME, name.as_str().as_bytes()).map(drop)
    }

    /// Notes that this lab is about to have a container.
    pub(crate) fn mark_container(&self) -> Result<(), LabError> {
        self.write_private(CONTAINER, b"").map(drop)
    }

    /// Keeps what a command in this lab finds in its environment, the administrator's key
    /// among it.
    pub(crate) fn keep(&self, environment: &[(String, String)]) -> Result<(), LabError> {
        let path = self.path.join(STATE);
        let failed =
            |error| LabError::File { what: "write", path, source: io::Error::other(error) };
        let text = serde_json::to_vec(environment).map_err(failed)?;
        self.write_private(STATE, &text).map(drop)
    }

    /// Lets `fed-lab env` find this lab.
    pub(crate) fn publish(&self) -> Result<(), LabError> {
        self.write_private(PUBLISHED, b"").map(drop)
    }

    /// Writes a file that only this user may read.
    pub(crate) fn write_private(&self, name: &str, content: &[u8]) -> Result<PathBuf, LabError> {
        let path = self.path.join(name);
        write_private_file(&path, content)?;
        Ok(path)
    }
}

/// Writes a file that only this user may read, in the place of one that may be there: who reads
/// it meanwhile has the old one or the new one, whole.
pub(crate) fn write_private_file(path: &Path, content: &[u8]) -> Result<(), LabError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || {
        // Closed to other users from the start.
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|source| LabError::File { what: "write", path: path.to_owned(), source })
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

impl Leftover {
    /// Removes the folder.
    pub(crate) fn remove(self) {
        remove(&self.path);
    }
}

/// It may hold the administrator's key: who cannot have it removed is told.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path) {
        tracing::error!(%error, path = %path.display(), "a lab's folder could not be removed");
    }
}

/// Makes the folder and those above it, closed to other users.
pub(crate) fn make_private_directory(path: &Path) -> Result<(), LabError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| LabError::File {
        what: "create",
        path: path.to_owned(),
        source,
    })
}

/// What labs that died have left below `cache_dir`.
pub(crate) fn leftovers(cache_dir: &Path) -> Vec<Leftover> {
    labs(cache_dir)
        .into_iter()
        .filter(|path| is_dead(path))
        .map(|path| Leftover {
            id: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            container: path.join(CONTAINER).exists(),
            path,
        })
        .collect()
}

/// A lab that is running and can be found.
pub(crate) struct Published {
    pub(crate) path: PathBuf,
    pub(crate) name: Option<LabName>,
    pub(crate) environment: Vec<(String, String)>,
}

/// The labs that have published what a shell needs and that still run, newest first.
pub(crate) fn published(cache_dir: &Path) -> Vec<Published> {
    let mut running: Vec<(SystemTime, Published)> = labs(cache_dir)
        .into_iter()
        .filter(|path| !is_dead(path))
        .filter_map(|path| {
            let published = fs::metadata(path.join(PUBLISHED));
            let since = published.and_then(|metadata| metadata.modified()).ok()?;
            Some((since, kept(path)?))
        })
        .collect();
    running.sort_by_key(|(since, _)| std::cmp::Reverse(*since));
    running.into_iter().map(|(_, lab)| lab).collect()
}

fn kept(path: PathBuf) -> Option<Published> {
    let environment = serde_json::from_slice(&fs::read(path.join(STATE)).ok()?).ok()?;
    Some(Published { name: name_of(&path), path, environment })
}

/// A lab that runs, by any file in its folder, and whether it can be found without one.
pub(crate) fn of_file(file: &Path) -> Option<(Published, bool)> {
    let path = file.parent().filter(|path| !is_dead(path))?.to_owned();
    let is_published = path.join(PUBLISHED).exists();
    Some((kept(path)?, is_published))
}

/// Whether the lab of that folder still runs, or is taking its folder away: the lock goes
/// first then.
pub(crate) fn is_ending(path: &Path) -> bool {
    path.exists() && !(path.join(LOCK).exists() && is_dead(path))
}

fn name_of(path: &Path) -> Option<LabName> {
    fs::read_to_string(path.join(NAME)).ok()?.parse().ok()
}

/// The environments that labs started by `fed-lab up` with this cache folder have
/// published and that still run, newest first.
pub fn running_labs(cache_dir: &Path) -> Vec<Vec<(String, String)>> {
    published(cache_dir).into_iter().map(|lab| lab.environment).collect()
}

fn labs(cache_dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(cache_dir.join("runs")) else { return Vec::new() };
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("lab-");
    entries.filter_map(io::Result::ok).filter(named).map(|entry| entry.path()).collect()
}

/// Whether nobody holds the folder's lock. In doubt it is alive.
fn is_dead(path: &Path) -> bool {
    match File::open(path.join(LOCK)) {
        Ok(lock) => {
            !matches!(lock.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_)))
        }
        Err(error) => error.kind() == io::ErrorKind::NotFound && path.is_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_lab_is_no_leftover_and_a_dead_one_is() {
        let cache = tempfile::tempdir().unwrap();
        let alive = RunDirectory::create(cache.path()).unwrap();
        let dead = cache.path().join("runs/lab-1-dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(LOCK), "").unwrap();
        fs::write(dead.join(CONTAINER), "").unwrap();

        let found = leftovers(cache.path());
        assert_eq!(
            found,
            [Leftover { id: "lab-1-dead".to_owned(), container: true, path: dead.clone() }]
        );
        for leftover in found {
            leftover.remove();
        }
        assert!(!dead.exists());
        assert!(alive.path().exists());
    }

    #[test]
    fn a_name_belongs_to_one_living_lab() {
        let cache = tempfile::tempdir().unwrap();
        let name: LabName = "shop".parse().unwrap();
        let one = RunDirectory::create(cache.path()).unwrap();
        one.take_name(cache.path(), &name).unwrap();
        let other = RunDirectory::create(cache.path()).unwrap();
        let refused = other.take_name(cache.path(), &name).unwrap_err();
        assert_eq!(refused.to_string(), "a lab named `shop` is running already");
        other.take_name(cache.path(), &"till".parse().unwrap()).unwrap();
        drop(one);

        let dead = cache.path().join("runs/lab-1-dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(NAME), "shop").unwrap();
        RunDirectory::create(cache.path()).unwrap().take_name(cache.path(), &name).unwrap();
    }

    #[test]
    fn a_folder_in_the_making_is_left_alone() {
        let cache = tempfile::tempdir().unwrap();
        fs::create_dir_all(cache.path().join("runs/.new-x")).unwrap();
        assert_eq!(leftovers(cache.path()), []);
    }

    #[test]
    fn only_published_and_living_labs_are_found() {
        let cache = tempfile::tempdir().unwrap();
        let lab = RunDirectory::create(cache.path()).unwrap();
        let _unpublished = RunDirectory::create(cache.path()).unwrap();
        assert_eq!(running_labs(cache.path()), Vec::<Vec<(String, String)>>::new());

        let environment = vec![("AWS_REGION".to_owned(), "ap-northeast-2".to_owned())];
        lab.keep(&environment).unwrap();
        let file = lab.path().join("control_key");
        let (known, is_published) = of_file(&file).unwrap();
        assert_eq!((known.environment, is_published), (environment.clone(), false));
        assert_eq!(running_labs(cache.path()), Vec::<Vec<(String, String)>>::new());
        lab.publish().unwrap();
        assert_eq!(running_labs(cache.path()), [environment]);
        assert!(of_file(&file).unwrap().1);

        let path = lab.path().to_owned();
        drop(lab);
        assert!(!path.exists() && of_file(&file).is_none());
        assert_eq!(running_labs(cache.path()), Vec::<Vec<(String, String)>>::new());
    }

    /// Who has begun to read goes on with what it has opened.
    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_whole() {
        let cache = tempfile::tempdir().unwrap();
        let lab = RunDirectory::create(cache.path()).unwrap();
        let path = lab.write_private("profiles", b"first").unwrap();
        let mut reader = File::open(&path).unwrap();
        lab.write_private("profiles", b"second").unwrap();
        assert_eq!(io::read_to_string(&mut reader).unwrap(), "first");
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        let left: Vec<_> = fs::read_dir(lab.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "the lock and the file: {left:?}");
    }

    #[cfg(unix)]
    #[test]
    fn other_users_can_read_nothing() {
        use std::os::unix::fs::PermissionsExt;

        let cache = tempfile::tempdir().unwrap();
        let lab = RunDirectory::create(&cache.path().join("c")).unwrap();
        let file = lab.write_private("secret", b"hush").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(lab.path()), 0o700);
        assert_eq!(mode(&cache.path().join("c/runs")), 0o700);
    }
}
