//! What the lab needs to know of the process it runs in, read in one place.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::{LabError, PersonsTrust};

/// The parts of the environment that matter to a lab.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// `FED_PYTHON`: the interpreter for the host backend. Empty counts as unset.
    pub fed_python: Option<OsString>,
    /// `PATH`: where interpreters are looked for.
    pub search_path: OsString,
    /// Where installed packages and running labs are kept:
    /// `FED_LAB_CACHE_DIR`, else `fed/lab` below the platform's cache folder.
    pub cache_dir: PathBuf,
    /// The names of all variables.
    pub inherited: Vec<OsString>,
    /// What the person's clients trust, for the lab's names to be added to it.
    pub trust: PersonsTrust,
}

impl Surroundings {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// [`LabError::NoCacheDirectory`] when the environment names no home.
    pub fn of_this_process() -> Result<Self, LabError> {
        let inherited = std::env::vars_os().map(|(name, _)| name).collect();
        Ok(Self { inherited, ..Self::read(|name| std::env::var_os(name))? })
    }

    /// The same from any source of variables, which need not be able to list them.
    ///
    /// # Errors
    /// [`LabError::NoCacheDirectory`] when none of the variables names a home.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, LabError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let absolute = |name: &str| set(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let cache_dir = absolute("FED_LAB_CACHE_DIR")
            .or_else(|| Some(platform_cache(absolute)?.join("fed").join("lab")))
            .ok_or(LabError::NoCacheDirectory)?;
        Ok(Self {
            fed_python: set("FED_PYTHON"),
            search_path: set("PATH").unwrap_or_default(),
            cache_dir,
            inherited: Vec::new(),
            trust: PersonsTrust::read(|name| set(name)?.into_string().ok()),
        })
    }
}

/// XDG Base Directory Specification; `~/Library/Caches` on macOS; `%LOCALAPPDATA%`
/// on Windows.
fn platform_cache(absolute: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(windows) {
        return absolute("LOCALAPPDATA");
    }
    let home = || absolute("HOME");
    absolute("XDG_CACHE_HOME").or_else(|| {
        let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        Some(home()?.join(below))
    })
}

#[cfg(test)]
#[cfg(all(unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Surroundings, LabError> {
        Surroundings::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_cache_is_found_in_the_order_of_the_specification() {
        let home = ("HOME", "/home/ada");
        for (variables, expected) in [
            (&[home, ("XDG_CACHE_HOME", "/c"), ("FED_LAB_CACHE_DIR", "/own")][..], "/own"),
            (&[home, ("XDG_CACHE_HOME", "/c")][..], "/c/fed/lab"),
            (&[home][..], "/home/ada/.cache/fed/lab"),
            (&[home, ("XDG_CACHE_HOME", "relative")][..], "/home/ada/.cache/fed/lab"),
            (&[home, ("XDG_CACHE_HOME", "")][..], "/home/ada/.cache/fed/lab"),
        ] {
            assert_eq!(read(variables).unwrap().cache_dir, PathBuf::from(expected));
        }
    }

    #[test]
    fn without_a_home_there_is_an_error_not_a_guess() {
        let error = read(&[("PATH", "/bin")]).unwrap_err();
        assert!(matches!(error, LabError::NoCacheDirectory));
    }

    #[test]
    fn an_empty_interpreter_counts_as_none() {
        let read = read(&[("HOME", "/h"), ("FED_PYTHON", "")]).unwrap();
        assert_eq!(read.fed_python, None);
    }
}
