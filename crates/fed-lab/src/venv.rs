//! The virtual environment that holds an emulator and the aws CLI.
//!
//! It is made aside, in a folder of its own, and renamed when it is whole: a
//! folder of the final name is complete, or it is not there. Scripts of a virtual
//! environment hold absolute paths and would break by the renaming, so none of
//! them is kept; the emulator is started through the interpreter, and `aws` is ours, a
//! wrapper that finds the interpreter beside itself.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::python::{self, Python};
use crate::run_directory::make_private_directory;
use crate::{LabError, Progress, Surroundings};

mod install;
mod packages;
mod pip;
mod remembered;

pub(crate) use packages::{LOCALSTACK, MINISTACK, MOTO, Packages};

/// Begins the name of a folder that is not whole.
const PARTIAL: &str = ".partial-";
/// The real aws CLI in an environment, alone in its folder.
const AWS_CLI: &str = "cli/aws";
/// How often a run looks whether another has finished installing.
const POLL: Duration = Duration::from_millis(5);

/// Files that this program brings: their path, content and mode. They are made
/// anew when another version of this program brought others.
const OURS: [(&str, &str, u32); 2] = [
    // `aws` is beside nothing else, so that its folder can be put on a `PATH`; `-I`
    // keeps modules of the current folder out.
    (AWS_CLI, "#!/bin/sh\nexec \"${0%/*}/../bin/python\" -I \"${0%/*}/../aws.py\" \"$@\"\n", 0o755),
    ("aws.py", include_str!("../python/aws.py"), 0o644),
];

/// A complete virtual environment.
#[derive(Debug, Clone)]
pub(crate) struct Venv {
    root: PathBuf,
    /// The file that says that it is whole.
    remembered: PathBuf,
}

impl Venv {
    /// Its interpreter.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.join("bin/python")
    }

    /// The real aws CLI, alone in its folder.
    pub(crate) fn aws_cli(&self) -> PathBuf {
        self.root.join(AWS_CLI)
    }

    /// What LocalStack computed on an earlier run and may start from.
    pub(crate) fn warm_cache(&self) -> PathBuf {
        self.root.join("warm")
    }

    /// Has the next lab look anew whether it is whole.
    pub(crate) fn distrust(&self) {
        // Nobody may have remembered it.
        let _ = fs::remove_file(&self.remembered);
    }

    /// Whether its interpreter still runs: it leans on one that may have been
    /// removed since.
    async fn runs(&self, packages: Packages) -> bool {
        let mut command = Command::new(self.python());
        let import = format!("import {}", packages.modules);
        command.args(["-I", "-c", &import]).kill_on_drop(true);
        command.output().await.is_ok_and(|output| output.status.success())
    }
}

/// Finds the virtual environment, or makes it (once, under a minute, from the
/// package index). Runs at the same time wait for each other.
///
/// # Errors
/// [`LabError::NoPython`], [`LabError::FedPython`], [`LabError::NoVenv`],
/// [`LabError::NoInternet`], [`LabError::Install`], [`LabError::File`].
pub(crate) async fn prepare(
    packages: Packages,
    surroundings: &Surroundings,
    progress: &dyn Progress,
) -> Result<Venv, LabError> {
    if !cfg!(unix) {
        return Err(LabError::HostUnsupported);
    }
    let folder = surroundings.cache_dir.join("host");
    let remembered = remembered::file(&folder, packages);
    let venv = match remembered::recall(&remembered, surroundings) {
        Some(venv) => venv,
        None => {
            let venv = find_or_make(packages, surroundings, &folder, remembered, progress).await?;
            remembered::remember(&venv, surroundings);
            venv
        }
    };
    bring_ours(&venv.root)?;
    Ok(venv)
}

/// The environment that belongs to the Python of this machine, whole.
async fn find_or_make(
    packages: Packages,
    surroundings: &Surroundings,
    folder: &Path,
    remembered: PathBuf,
    progress: &dyn Progress,
) -> Result<Venv, LabError> {
    let python = python::find(surroundings).await?;
    make_private_directory(folder)?;
    let venv = Venv { root: folder.join(name(packages, &python)), remembered };
    if venv.root.is_dir() && venv.runs(packages).await {
        return Ok(venv);
    }
    let lock_file = folder.join(format!("{}.lock", name(packages, &python)));
    let _lock = lock(&lock_file, packages, progress).await?;
    if venv.root.is_dir() {
        if venv.runs(packages).await {
            return Ok(venv);
        }
        remove(&venv.root)?;
    }
    make(packages, folder, &venv, &python, progress).await?;
    Ok(venv)
}

/// The folder's name: another Python or another lock is another environment.
fn name(packages: Packages, python: &Python) -> String {
    let (major, minor) = python.version;
    let fingerprint = fingerprint(packages.requirements);
    format!("{}-python{major}.{minor}-{fingerprint:016x}", packages.label)
}

/// FNV-1a, 64 bits: the same on every build and machine, which is all it is for.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Waits until no other run installs, and keeps others waiting while it is held.
async fn lock(path: &Path, packages: Packages, progress: &dyn Progress) -> Result<File, LabError> {
    let failed = |what| move |source| LabError::File { what, path: path.to_owned(), source };
    let lock = File::create(path).map_err(failed("create"))?;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => {
                let name = packages.name;
                progress.doing(&format!("waiting for another run that is installing {name}"));
                tokio::time::sleep(POLL).await;
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
    }
}

/// Makes the environment aside and gives it its name. The caller holds the lock,
/// so folders that are not whole are nobody's.
async fn make(
    packages: Packages,
    folder: &Path,
    venv: &Venv,
    python: &Python,
    progress: &dyn Progress,
) -> Result<(), LabError> {
    let prefix = format!("{PARTIAL}{}-", name(packages, python));
    for partial in entries(folder, &prefix) {
        remove(&partial)?;
    }
    let partial =
        tempfile::Builder::new().prefix(&prefix).tempdir_in(folder).map_err(|source| {
            LabError::File { what: "create a folder in", path: folder.to_owned(), source }
        })?;
    install::install(packages, partial.path(), &venv.root, python, progress).await?;
    let whole = partial.keep();
    fs::rename(&whole, &venv.root).map_err(|source| LabError::File {
        what: "create",
        path: venv.root.clone(),
        source,
    })
}

/// The aws CLI of an environment that an earlier run made, if any.
pub fn installed_aws_cli(cache_dir: &Path) -> Option<PathBuf> {
    let labels = [LOCALSTACK, MOTO, MINISTACK].map(|packages| packages.label).into_iter();
    let found = labels.flat_map(|label| entries(&cache_dir.join("host"), label));
    found.map(|root| root.join(AWS_CLI)).find(|aws| aws.is_file())
}

/// Sees that [`OURS`] are there, each whole at any moment: other runs use them.
fn bring_ours(root: &Path) -> Result<(), LabError> {
    for (name, content, mode) in OURS {
        let path = root.join(name);
        if fs::read(&path).is_ok_and(|found| found == content.as_bytes()) {
            continue;
        }
        replace(&path, content, mode).map_err(|source| LabError::File {
            what: "write",
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}

fn replace(path: &Path, content: &str, mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut aside = tempfile::NamedTempFile::new_in(folder)?;
    aside.write_all(content.as_bytes())?;
    #[cfg(unix)]
    aside.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = mode;
    // Closed before it is run: a file that is open for writing cannot be.
    let aside = aside.into_temp_path();
    aside.persist(path)?;
    Ok(())
}

fn entries(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .collect()
}

fn remove(path: &Path) -> Result<(), LabError> {
    fs::remove_dir_all(path).map_err(|source| LabError::File {
        what: "remove",
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
