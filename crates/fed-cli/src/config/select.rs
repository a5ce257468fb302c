//! Which profile is meant.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::document::parse;
use super::section::section;
use super::{ConfigError, Profile};
use crate::host::Files;

/// The profile used where none is named and the file has none or several.
const DEFAULT: &str = "default";

/// The chosen profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Its name.
    pub name: String,
    /// What it says.
    pub profile: Profile,
    /// The file, where it holds no profile at all.
    pub nowhere: Option<PathBuf>,
}

/// Chooses the profile: the one named (`named`: by option or environment), else the
/// only one, else `default`. Without a configuration file, and without a name, it is
/// an empty one: all settings may come from options.
///
/// # Errors
/// [`ConfigError`] when the file cannot be used or the choice cannot be made.
pub(crate) fn select(
    files: &Files,
    config: Option<&Path>,
    named: Option<&str>,
) -> Result<Selected, ConfigError> {
    let path = config.or(files.config());
    let text = match path {
        Some(path) => text(files, path, config.is_some() || files.config_is_named())?,
        None => None,
    };
    let (text, path) = (text.unwrap_or_default(), path.unwrap_or(Path::new("config.toml")));
    if let Some((name, profile)) = alone(&text, path, named.unwrap_or(DEFAULT)) {
        return Ok(Selected { name, profile, nowhere: None });
    }
    let mut profiles = parse(&text, path)?;
    let known = || profiles.keys().cloned().collect::<Vec<_>>();
    let path = path.to_owned();
    let name = match named {
        Some(name) => name.to_owned(),
        None if profiles.contains_key(DEFAULT) => DEFAULT.to_owned(),
        None => match known().as_slice() {
            [] => {
                let (name, profile) = (DEFAULT.to_owned(), Profile::default());
                return Ok(Selected { name, profile, nowhere: Some(path) });
            }
            [only] => only.clone(),
            _ => return Err(ConfigError::Ambiguous { path, known: known() }),
        },
    };
    let known = known();
    match profiles.remove(&name) {
        Some(profile) => Ok(Selected { name, profile, nowhere: None }),
        None => Err(ConfigError::NoSuchProfile { path, name, known }),
    }
}

/// The profile of that name, read by itself. `None` where it is not there, or where only reading
/// all of the file tells what is meant, or what is wrong.
fn alone(text: &str, path: &Path, name: &str) -> Option<(String, Profile)> {
    parse(section(text, name)?, path).ok()?.into_iter().find(|(found, _)| found == name)
}

/// All profiles, by name. A file that was named, by option or environment, must be there; the
/// customary one need not.
///
/// # Errors
/// [`ConfigError`] when the file cannot be used.
pub(crate) fn profiles(
    files: &Files,
    config: Option<&Path>,
) -> Result<BTreeMap<String, Profile>, ConfigError> {
    match config.or(files.config()) {
        Some(path) => read(files, path, config.is_some() || files.config_is_named()),
        None => Ok(BTreeMap::new()),
    }
}

/// Whether the file holds a profile of that name. A file that is not there holds none.
///
/// # Errors
/// [`ConfigError`] when the file cannot be used.
pub(crate) fn has_profile(files: &Files, path: &Path, name: &str) -> Result<bool, ConfigError> {
    read(files, path, false).map(|profiles| profiles.contains_key(name))
}

fn read(
    files: &Files,
    path: &Path,
    must_exist: bool,
) -> Result<BTreeMap<String, Profile>, ConfigError> {
    text(files, path, must_exist)?.map_or_else(|| Ok(BTreeMap::new()), |text| parse(&text, path))
}

fn text(files: &Files, path: &Path, must_exist: bool) -> Result<Option<String>, ConfigError> {
    match files.read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(source) => Err(ConfigError::Read { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{Environment, FED_CONFIG};

    fn choose(text: &str, named: Option<&str>) -> Result<String, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let files = Files::of(&Environment::new([(FED_CONFIG, &path)]));
        select(&files, None, named)
            .map(|selected| selected.name)
            .map_err(|error| error.to_string().replace(&path.display().to_string(), "c.toml"))
    }

    #[test]
    fn the_named_the_default_the_only_one() {
        let two = "[profile.a]\n[profile.default]\n";
        assert_eq!(choose(two, Some("a")).as_deref(), Ok("a"));
        assert_eq!(choose(two, None).as_deref(), Ok("default"));
        assert_eq!(choose("[profile.a]", None).as_deref(), Ok("a"));
        assert_eq!(choose("", None).as_deref(), Ok("default"));
    }

    #[test]
    fn a_choice_that_cannot_be_made_is_told() {
        assert_eq!(
            choose("[profile.a]\n[profile.b]\n", None),
            Err("there are several profiles in `c.toml`, and none was chosen".to_owned())
        );
        assert_eq!(
            choose("[profile.a]\n", Some("b")),
            Err("there is no profile `b` in `c.toml`".to_owned())
        );
        assert_eq!(choose("", Some("b")), Err("there is no profile `b` in `c.toml`".to_owned()));
    }

    #[test]
    fn a_mistake_in_another_section_keeps_no_named_profile_and_one_in_its_own_is_told() {
        let text = "[profile.a]\n[profile.b]\nisuer = 'x'\n";
        assert_eq!(choose(text, Some("a")).as_deref(), Ok("a"));
        let told = Err("`c.toml` line 3: unknown key `isuer`".to_owned());
        assert_eq!(choose(text, Some("b")), told);
        assert_eq!(choose(text, Some("c")), told);
        assert_eq!(choose(text, None), told);
    }

    #[test]
    fn a_named_file_must_be_there() {
        let files = Files::of(&Environment::default());
        let error = select(&files, Some(Path::new("/nonexistent")), None).unwrap_err();
        assert!(matches!(error, ConfigError::Read { .. }));
        assert_eq!(select(&files, None, None).unwrap().name, "default");
    }
}
