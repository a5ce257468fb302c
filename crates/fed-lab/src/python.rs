//! Which Python interpreter the host backend uses.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::rejected_python::{Rejected, Why};
use crate::{LabError, Surroundings};

/// What `LocalStack` 4.13.1 runs on at least.
const OLDEST: (u32, u32) = (3, 10);
/// Looked for in this order, after `FED_PYTHON`. The locked packages are known to
/// install on all of the numbered ones.
const NAMES: [&str; 5] = ["python3.13", "python3.12", "python3.11", "python3.10", "python3"];
/// How long an interpreter may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);
/// Prints version and path; runs on any Python.
const QUESTION: &str =
    "import sys; print('%d.%d %s' % (sys.version_info[0], sys.version_info[1], sys.executable))";

/// An interpreter that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Python {
    /// The interpreter itself, behind any shim.
    pub(crate) program: PathBuf,
    /// Such as (3, 12).
    pub(crate) version: (u32, u32),
}

/// The first that will do: `FED_PYTHON` and nothing else where it is set, else
/// `python3.13` down to `python3.10` and `python3` on the search path.
///
/// # Errors
/// [`LabError::FedPython`], or [`LabError::NoPython`] with all that were tried.
pub(crate) async fn find(surroundings: &Surroundings) -> Result<Python, LabError> {
    if let Some(program) = named(surroundings) {
        return ask(&program).await.map_err(LabError::FedPython);
    }
    let mut rejected = Vec::new();
    for name in NAMES {
        for program in locate(OsStr::new(name), &surroundings.search_path) {
            match ask(&program).await {
                Ok(python) => return Ok(python),
                Err(why) => rejected.push(why),
            }
        }
    }
    Err(LabError::NoPython(rejected))
}

/// What `FED_PYTHON` names, where it is set.
pub(crate) fn named(surroundings: &Surroundings) -> Option<PathBuf> {
    let named = surroundings.fed_python.as_ref()?;
    let found = locate(named, &surroundings.search_path);
    Some(found.into_iter().next().unwrap_or_else(|| PathBuf::from(named)))
}

/// The files that the name means: itself where it has a folder in it, else one a
/// folder of the search path.
fn locate(name: &OsStr, search_path: &OsString) -> Vec<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return vec![PathBuf::from(name)];
    }
    std::env::split_paths(search_path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .filter(|file| file.is_file())
        .collect()
}

/// Runs it: a shim may be there without anything behind it.
async fn ask(program: &Path) -> Result<Python, Rejected> {
    let reject = |why| Rejected { program: program.to_owned(), why };
    let mut command = Command::new(program);
    command.args(["-c", QUESTION]).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, command.output()).await {
        Ok(Ok(output)) if output.status.success() => output,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(reject(Why::Missing));
        }
        _ => return Err(reject(Why::DoesNotRun)),
    };
    let answer = String::from_utf8_lossy(&output.stdout);
    let parsed = answer.trim_end().split_once(' ').and_then(|(version, executable)| {
        let (major, minor) = version.split_once('.')?;
        Some(((major.parse().ok()?, minor.parse().ok()?), PathBuf::from(executable)))
    });
    match parsed {
        Some((version, program)) if version >= OLDEST => Ok(Python { program, version }),
        Some(((major, minor), _)) => Err(reject(Why::TooOld(major, minor))),
        None => Err(reject(Why::DoesNotRun)),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
