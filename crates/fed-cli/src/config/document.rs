//! The file's text to profiles, every mistake with its line.

use std::collections::BTreeMap;
use std::path::Path;

use fed_types::did_you_mean;
use toml::de::{DeTable, DeValue};

use super::profile::Value;
use super::{ConfigError, Profile};

/// Reads the text of the file `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<BTreeMap<String, Profile>, ConfigError> {
    let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    Reader { path, line: &line }.profiles(text)
}

/// Reads a document's parts. Lines are counted from the document's begin, so that is done for
/// a mistake only: reading is linear.
struct Reader<'a> {
    path: &'a Path,
    line: &'a dyn Fn(usize) -> usize,
}

impl Reader<'_> {
    fn profiles(&self, text: &str) -> Result<BTreeMap<String, Profile>, ConfigError> {
        let document = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            path: self.path.to_owned(),
            line: (self.line)(error.span().map_or(0, |span| span.start)),
            message: error.message().trim().replace('\n', ", "),
        })?;
        let mut profiles = BTreeMap::new();
        for (key, value) in document.get_ref() {
            let at = key.span().start;
            if key.get_ref() != "profile" {
                return Err(self.unknown_section(at, key.get_ref(), value.get_ref()));
            }
            for (name, section) in self.table(at, "profile", value.get_ref())? {
                let at = name.span().start;
                let name = name.get_ref().to_string();
                let section = self.table(at, &name, section.get_ref())?;
                profiles.insert(name, self.profile(section)?);
            }
        }
        Ok(profiles)
    }

    fn profile(&self, section: &DeTable<'_>) -> Result<Profile, ConfigError> {
        let directory = self.path.parent().unwrap_or(Path::new(""));
        let mut profile = Profile::default();
        for (key, value) in section {
            let at = key.span().start;
            let key = key.get_ref().to_string();
            let found = value.get_ref().type_str();
            // What is neither text nor a list is told as text would be: as the wrong kind.
            let outcome = match given(value.get_ref()) {
                Some(given) => profile.set(&key, given, directory),
                None => Profile::default()
                    .set(&key, Value::List(Vec::new()), directory)
                    .map(|list| Err(if list.is_ok() { "a list of texts" } else { "text" })),
            };
            match outcome {
                None => {
                    let meant = did_you_mean(&key, Profile::KEYS.iter().copied());
                    return Err(self.unknown(at, &key, meant));
                }
                Some(Err(expected)) => return Err(self.wrong_type(at, &key, expected, found)),
                Some(Ok(())) => {}
            }
        }
        Ok(profile)
    }

    fn table<'t, 'i>(
        &self,
        at: usize,
        key: &str,
        value: &'t DeValue<'i>,
    ) -> Result<&'t DeTable<'i>, ConfigError> {
        value.as_table().ok_or_else(|| {
            self.wrong_type(at, key, "a section like `[profile.google]`", value.type_str())
        })
    }

    fn wrong_type(
        &self,
        at: usize,
        key: &str,
        expected: &'static str,
        found: &'static str,
    ) -> ConfigError {
        let (path, line) = (self.path.to_owned(), (self.line)(at));
        ConfigError::WrongType { path, line, key: key.to_owned(), expected, found }
    }

    fn unknown(&self, at: usize, key: &str, meant: Option<String>) -> ConfigError {
        let (path, line) = (self.path.to_owned(), (self.line)(at));
        ConfigError::UnknownKey { path, line, key: key.to_owned(), meant }
    }

    /// `[google]` is a profile that is not said to be one.
    fn unknown_section(&self, at: usize, key: &str, value: &DeValue<'_>) -> ConfigError {
        let meant = did_you_mean(key, ["profile"]);
        if meant.is_none() && value.is_table() {
            let (path, line) = (self.path.to_owned(), (self.line)(at));
            return ConfigError::NotAProfile { path, line, name: key.to_owned() };
        }
        self.unknown(at, key, meant)
    }
}

fn given(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(Value::List),
        _ => None,
    }
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

    #[test]
    fn three_thousand_profiles_are_read_without_counting_lines() {
        let sections = |count: usize| {
            let section = |i| format!("[profile.p{i}]\nregion = 'a'\nclient_id = 'c'\n");
            (0..count).map(section).collect::<String>()
        };
        let counted = std::cell::Cell::new(0);
        let line = |offset: usize| {
            counted.set(counted.get() + 1);
            offset
        };
        let reader = Reader { path: Path::new("c.toml"), line: &line };
        assert_eq!(reader.profiles(&sections(3_000)).unwrap().len(), 3_000);
        assert_eq!(counted.get(), 0, "lines are counted for mistakes only");
        let wrong = format!("{}[profile.last]\nregio = 'a'\n", sections(3_000));
        assert!(matches!(reader.profiles(&wrong), Err(ConfigError::UnknownKey { .. })));
        assert_eq!(counted.get(), 1, "once for the one that is told");
        let (message, _) = told(&wrong);
        assert_eq!(message, "`c.toml` line 9002: unknown key `regio`");
    }

    #[test]
    fn a_section_that_is_not_said_to_be_a_profile_is_told() {
        assert_eq!(
            told("[google]\nregion = 'a'\n"),
            (
                "`c.toml` line 1: unknown section `[google]`".to_owned(),
                Some("profiles are written `[profile.google]`".to_owned())
            )
        );
    }
}
