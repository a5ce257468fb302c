//! Request parameters as OAuth reads them: an empty value counts as none, and
//! a repeated one is a mistake (RFC 6749 §3.1, §3.2).

use std::collections::BTreeMap;

use url::form_urlencoded;

/// The parameters of one request.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    values: BTreeMap<String, String>,
    repeated: Option<String>,
}

impl Parameters {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(encoded) {
            if value.is_empty() {
                continue;
            }
            if parameters.values.insert(name.to_string(), value.into_owned()).is_some() {
                parameters.repeated = Some(name.into_owned());
            }
        }
        parameters
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// The name of one that was given twice.
    pub(super) fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    /// Whether any of `names` was given.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.values.contains_key(*name))
    }
}

const LONG: [(&str, &str); 2] = [
    ("email", "https://www.googleapis.com/auth/userinfo.email"),
    ("profile", "https://www.googleapis.com/auth/userinfo.profile"),
];

/// Scopes in Google's long names, which its token endpoint answers whatever was asked for.
pub(super) fn in_long(scopes: &[String]) -> Vec<String> {
    let long = |scope: &String| LONG.iter().find(|(short, _)| short == scope);
    scopes
        .iter()
        .map(|scope| long(scope).map_or(scope.as_str(), |(_, long)| long))
        .map(str::to_owned)
        .collect()
}

/// The scopes that Google's clients may ask for, normalized; the first one
/// that it does not know is the error.
pub(super) fn scopes(scope: &str) -> Result<Vec<String>, String> {
    let mut scopes = Vec::new();
    for name in scope.split_ascii_whitespace() {
        let short = match name {
            "openid" => "openid",
            "email" | "https://www.googleapis.com/auth/userinfo.email" => "email",
            "profile" | "https://www.googleapis.com/auth/userinfo.profile" => "profile",
            other => return Err(other.to_owned()),
        };
        if !scopes.iter().any(|known| known == short) {
            scopes.push(short.to_owned());
        }
    }
    Ok(scopes)
}
