//! Which environment the last lab stood on, so that the next one asks no interpreter and imports
//! nothing to know that it is whole.
//!
//! What is remembered is only believed while the files that it leans on are the same. It saves
//! time and nothing else: what cannot be read or written is no error.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::{Packages, Venv, entries, fingerprint, python, replace};
use crate::Surroundings;

/// An environment that was whole.
#[derive(Serialize, Deserialize)]
struct Remembered {
    /// Where its interpreter was looked for; `None` where `FED_PYTHON` named it.
    search_path: Option<String>,
    /// The environment's folder.
    root: PathBuf,
    interpreter: Stamp,
    packages: Stamp,
}

/// A file or folder, links followed, as it was.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    path: PathBuf,
    length: u64,
    /// Since 1970.
    modified_nanoseconds: u128,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        let found = fs::metadata(&path).ok()?;
        let since = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { path, length: found.len(), modified_nanoseconds: since.as_nanos() })
    }
}

/// The file that it is remembered in, beside the environments.
pub(super) fn file(folder: &Path, packages: Packages) -> PathBuf {
    let fingerprint = fingerprint(packages.requirements);
    folder.join(format!("{}-{fingerprint:016x}.last.json", packages.label))
}

/// The environment that served last, if it is what would be found again.
pub(super) fn recall(file: &Path, surroundings: &Surroundings) -> Option<Venv> {
    let remembered: Remembered = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let Remembered { search_path, root, interpreter, packages } = remembered;
    let is_asked_for = match python::named(surroundings) {
        // Behind a shim may be another one each time.
        Some(named) => named.canonicalize().is_ok_and(|named| named == interpreter.path),
        None => {
            search_path.is_some() && search_path.as_deref() == surroundings.search_path.to_str()
        }
    };
    let is_whole = Stamp::of(&interpreter_of(&root))? == interpreter
        && Stamp::of(&packages_of(&root)?)? == packages;
    (is_asked_for && is_whole).then(|| Venv { root, remembered: file.to_owned() })
}

/// Remembers an environment that was just found to be whole.
pub(super) fn remember(venv: &Venv, surroundings: &Surroundings) {
    let _ = write(venv, surroundings);
}

fn write(venv: &Venv, surroundings: &Surroundings) -> Option<()> {
    let search_path = match surroundings.fed_python {
        Some(_) => None,
        None => Some(surroundings.search_path.to_str()?.to_owned()),
    };
    let remembered = Remembered {
        search_path,
        root: venv.root.clone(),
        interpreter: Stamp::of(&interpreter_of(&venv.root))?,
        packages: Stamp::of(&packages_of(&venv.root)?)?,
    };
    let text = serde_json::to_string(&remembered).ok()?;
    replace(&venv.remembered, &text, 0o600).ok()
}

fn interpreter_of(root: &Path) -> PathBuf {
    root.join("bin/python")
}

/// Where pip puts packages: it changes when one is added or goes.
fn packages_of(root: &Path) -> Option<PathBuf> {
    entries(&root.join("lib"), "python").into_iter().next().map(|lib| lib.join("site-packages"))
}
