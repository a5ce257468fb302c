//! What the issuer is asked for.

use std::time::Duration;

use fed_types::read_duration;
use oidc_client::{AuthorizationOptions, Offline, Prompt};

use super::Settings;
use crate::config::ConfigError;

impl Settings {
    /// How to ask for a sign-in.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is no scope, no parameter or no duration.
    pub(crate) fn authorization_options(
        &self,
        prompt: Prompt,
        offline: Offline,
    ) -> Result<AuthorizationOptions, ConfigError> {
        let profile = &self.profile;
        let standard = AuthorizationOptions::standard();
        let parameters = profile.authorization_parameters.iter().flatten();
        Ok(AuthorizationOptions {
            scopes: match &profile.scopes {
                Some(scopes) => words(scopes, "scopes")?,
                None => standard.scopes,
            },
            account: profile.account.clone(),
            login_hint: profile.login_hint.clone(),
            acr_values: self.acr_values()?,
            max_age: self.max_age()?,
            parameters: parameters.map(|text| parameter(text)).collect::<Result<_, _>>()?,
            hosted_domain: profile.hosted_domain.clone(),
            prompt,
            offline,
        })
    }

    /// The authentication context classes that are enough.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is none.
    pub(super) fn acr_values(&self) -> Result<Vec<String>, ConfigError> {
        words(self.profile.acr_values.as_deref().unwrap_or_default(), "acr_values")
    }

    /// How long ago the person may have shown who they are.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for what is no duration.
    pub(crate) fn max_age(&self) -> Result<Option<Duration>, ConfigError> {
        let text = self.profile.max_age.as_deref();
        text.map(read_duration).transpose().map_err(|error| invalid("max_age", format!("{error}")))
    }
}

/// Words without white space in them, which would be two (RFC 6749 section 3.3).
fn words(given: &[String], key: &'static str) -> Result<Vec<String>, ConfigError> {
    let is_word = |word: &&String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic());
    match given.iter().find(|word| !is_word(word)) {
        Some(word) => {
            let word = word.escape_debug();
            Err(invalid(key, format!("expected words without spaces, found `{word}`")))
        }
        None => Ok(given.to_vec()),
    }
}

/// `name=value`.
fn parameter(text: &str) -> Result<(String, String), ConfigError> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or_else(|| {
        let text = text.escape_debug();
        let why = format!("expected texts like `audience=https://api.example`, found `{text}`");
        invalid("authorization_parameters", why)
    })?;
    Ok((name.to_owned(), value.to_owned()))
}

fn invalid(key: &'static str, why: String) -> ConfigError {
    ConfigError::Invalid { key, why, hint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_word() {
        let given =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(words(&given(&["openid", "https://a/b"]), "scopes").unwrap().len(), 2);
        for word in ["", "a b", "a\n", "ä"] {
            let error = words(&given(&["openid", word]), "scopes").unwrap_err().to_string();
            assert!(error.starts_with("`scopes` is not usable: expected words"), "{error}");
        }
    }

    #[test]
    fn a_parameter_has_a_name_and_perhaps_a_value() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parameter("audience=https://a?b=c").unwrap(), pair("audience", "https://a?b=c"));
        assert_eq!(parameter("prompt_hint=").unwrap(), pair("prompt_hint", ""));
        for text in ["audience", "=x", ""] {
            assert!(parameter(text).unwrap_err().to_string().ends_with(&format!("found `{text}`")));
        }
    }
}
