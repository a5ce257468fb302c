//! The file's text to profiles, every mistake with its line.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::profile::Value;
use super::{ConfigError, Profile, nearest};

/// Reads the text of the file `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<BTreeMap<String, Profile>, ConfigError> {
    let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let document = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: line(error.span().map_or(0, |span| span.start)),
        message: error.message().trim().replace('\n', ", "),
    })?;
    let mut profiles = BTreeMap::new();
    for (key, value) in document.get_ref() {
        let at = line(key.span().start);
        if key.get_ref() != "profile" {
            return Err(unknown(path, at, key.get_ref(), nearest(key.get_ref(), ["profile"])));
        }
        let sections = table(path, at, "profile", value.get_ref())?;
        for (name, section) in sections {
            let at = line(name.span().start);
            let name = name.get_ref().to_string();
            let section = table(path, at, &name, section.get_ref())?;
            profiles.insert(name, profile(section, path, line)?);
        }
    }
    Ok(profiles)
}

fn profile(
    section: &DeTable<'_>,
    path: &Path,
    line: impl Fn(usize) -> usize,
) -> Result<Profile, ConfigError> {
    let directory = path.parent().unwrap_or(Path::new(""));
    let mut profile = Profile::default();
    for (key, value) in section {
        let at = line(key.span().start);
        let key = key.get_ref().to_string();
        let wrong = |expected, found| ConfigError::WrongType {
            path: path.to_owned(),
            line: at,
            key: key.clone(),
            expected,
            found,
        };
        let found = value.get_ref().type_str();
        let given = match value.get_ref() {
            DeValue::String(text) => Some(Value::Text(text.to_string())),
            DeValue::Array(items) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Value::List),
            _ => None,
        };
        // What is neither text nor a list is told as text would be: as the wrong kind.
        let outcome = match given {
            Some(given) => profile.set(&key, given, directory),
            None => Profile::default()
                .set(&key, Value::List(Vec::new()), directory)
                .map(|list| Err(if list.is_ok() { "a list of texts" } else { "text" })),
        };
        match outcome {
            None => {
                let near = nearest(&key, Profile::KEYS.iter().copied());
                return Err(unknown(path, at, &key, near));
            }
            Some(Err(expected)) => return Err(wrong(expected, found)),
            Some(Ok(())) => {}
        }
    }
    Ok(profile)
}

fn table<'a, 'i>(
    path: &Path,
    line: usize,
    key: &str,
    value: &'a DeValue<'i>,
) -> Result<&'a DeTable<'i>, ConfigError> {
    value.as_table().ok_or_else(|| ConfigError::WrongType {
        path: path.to_owned(),
        line,
        key: key.to_owned(),
        expected: "a section like `[profile.google]`",
        found: value.type_str(),
    })
}

fn unknown(path: &Path, line: usize, key: &str, nearest: Option<&'static str>) -> ConfigError {
    ConfigError::UnknownKey { path: path.to_owned(), line, key: key.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn told(text: &str) -> (String, Option<String>) {
        let error = parse(text, Path::new("c.toml")).unwrap_err();
        (error.to_string(), error.hint())
    }

    #[test]
    fn a_profile_is_read_and_its_paths_are_beside_the_file() {
        let text = "[profile.google]\nclient_id = 'c'\nclient_secret_file = 's.json'\n\
                    token_file = '/t'\nsession_policy_file = '~/p'\nchain = ['a', 'b']\n";
        let profiles = parse(text, Path::new("/etc/fed/config.toml")).unwrap();
        assert_eq!(
            profiles.get("google").unwrap(),
            &Profile {
                client_id: Some("c".to_owned()),
                client_secret_file: Some(PathBuf::from("/etc/fed/s.json")),
                token_file: Some(PathBuf::from("/t")),
                session_policy_file: Some(PathBuf::from("~/p")),
                chain: Some(vec!["a".to_owned(), "b".to_owned()]),
                ..Profile::default()
            }
        );
    }

    #[test]
    fn a_slip_is_told_with_its_line_and_the_nearest_key() {
        let hint = |text: &str| Some(text.to_owned());
        assert_eq!(
            told("[profile.google]\n\nclientid = 'c'\n"),
            (
                "`c.toml` line 3: unknown key `clientid`".to_owned(),
                hint("did you mean `client_id`?")
            )
        );
        assert_eq!(
            told("[profil.google]\n"),
            ("`c.toml` line 1: unknown key `profil`".to_owned(), hint("did you mean `profile`?"))
        );
        let (message, hint) = told("[profile.google]\nclient_secret = 'c'\n");
        assert_eq!(message, "`c.toml` line 2: unknown key `client_secret`");
        assert!(hint.unwrap().contains("client_secret"));
    }

    #[test]
    fn values_of_the_wrong_kind_are_told() {
        for (text, message) in [
            (
                "[profile.a]\nregion = 7",
                "`c.toml` line 2: expected text for `region`, found integer",
            ),
            (
                "[profile.a]\nregion = ['a']",
                "`c.toml` line 2: expected text for `region`, found array",
            ),
            (
                "[profile.a]\nchain = 'a'",
                "`c.toml` line 2: expected a list of texts for `chain`, found string",
            ),
            (
                "[profile.a]\nchain = [1]",
                "`c.toml` line 2: expected a list of texts for `chain`, found array",
            ),
            (
                "profile = 7",
                "`c.toml` line 1: expected a section like `[profile.google]` for `profile`, found \
                 integer",
            ),
        ] {
            assert_eq!(told(text).0, message);
        }
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let (message, _) = told("[profile.a]\nregion = 'a'\nregion = 'b'\n");
        assert!(message.starts_with("`c.toml` line 3: duplicate key"), "{message}");
        assert!(told("[profile.a\n").0.starts_with("`c.toml` line 1: "));
    }
}
