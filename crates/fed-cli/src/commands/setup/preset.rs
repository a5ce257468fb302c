//! Issuers by name, and what has to be known of each.

/// An issuer that people know by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preset {
    /// Google's accounts.
    Google,
    /// The jobs of GitHub Actions: nobody signs in.
    Github,
    /// GitLab, theirs or one's own.
    Gitlab,
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
    /// Keycloak.
    Keycloak,
}

/// A question about an issuer, and how its address follows from the answer.
pub(super) struct Question {
    /// What is asked.
    pub(super) asks: &'static str,
    /// What Enter alone means.
    pub(super) default: Option<&'static str>,
    /// The issuer, or what was expected instead.
    pub(super) issuer: fn(&str) -> Result<String, String>,
}

const NAMES: [(&str, Preset); 12] = [
    ("google", Preset::Google),
    ("github", Preset::Github),
    ("github actions", Preset::Github),
    ("github-actions", Preset::Github),
    ("gitlab", Preset::Gitlab),
    ("entra", Preset::Entra),
    ("entra id", Preset::Entra),
    ("azure", Preset::Entra),
    ("microsoft", Preset::Entra),
    ("okta", Preset::Okta),
    ("auth0", Preset::Auth0),
    ("keycloak", Preset::Keycloak),
];

impl Preset {
    /// By its name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, preset)| *preset)
    }

    /// The issuer, where there is only one.
    pub(super) fn issuer(self) -> Option<&'static str> {
        match self {
            Self::Google => Some("https://accounts.google.com"),
            Self::Github => Some("https://token.actions.githubusercontent.com"),
            Self::Gitlab | Self::Entra | Self::Okta | Self::Auth0 | Self::Keycloak => None,
        }
    }

    /// What else has to be asked for it.
    pub(super) fn question(self) -> Option<Question> {
        let question = |asks, default, issuer| Some(Question { asks, default, issuer });
        match self {
            Self::Google | Self::Github => None,
            Self::Gitlab => question(
                "Address of GitLab [https://gitlab.com]: ",
                Some("https://gitlab.com"),
                url,
            ),
            Self::Entra => question("Directory (tenant) ID: ", None, |tenant| {
                let is_id = tenant.len() == 36
                    && tenant.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
                if !is_id {
                    return Err(format!(
                        "expected 36 hexadecimal digits and `-`, found `{tenant}`"
                    ));
                }
                Ok(format!("https://login.microsoftonline.com/{tenant}/v2.0"))
            }),
            Self::Okta => question("Okta domain, such as example.okta.com: ", None, |domain| {
                host(domain).map(|host| format!("https://{host}"))
            }),
            Self::Auth0 => {
                question("Auth0 domain, such as example.eu.auth0.com: ", None, |domain| {
                    host(domain).map(|host| format!("https://{host}/"))
                })
            }
            Self::Keycloak => question(
                "Address of the realm, such as https://sso.example.com/realms/staff: ",
                None,
                |address| {
                    let address = url(address)?;
                    match address.split_once("/realms/") {
                        Some((_, realm)) if !realm.is_empty() && !realm.contains('/') => {
                            Ok(address.clone())
                        }
                        _ => Err(format!("expected `…/realms/NAME`, found `{address}`")),
                    }
                },
            ),
        }
    }
}

/// An `https` address without the slash at its end.
fn url(text: &str) -> Result<String, String> {
    let is_good = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    if !is_good || text.contains(char::is_whitespace) {
        return Err(format!("expected an address like `https://host`, found `{text}`"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A host, also where an address was typed.
fn host(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if host.contains('.') && host.chars().all(is_plain) {
        return Ok(host.to_owned());
    }
    Err(format!("expected a domain like `example.com`, found `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(name: &str, answer: &str) -> Result<String, String> {
        (Preset::named(name).unwrap().question().unwrap().issuer)(answer)
    }

    #[test]
    fn answers_become_the_issuers_own_spelling() {
        for (name, answer, expected) in [
            ("gitlab", "https://git.example.com/", "https://git.example.com"),
            (
                "Entra",
                "8eaef023-2b34-4da1-9baa-8bc8c9d6a490",
                "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
            ),
            ("okta", "example.okta.com", "https://example.okta.com"),
            ("OKTA", "https://example.okta.com/", "https://example.okta.com"),
            ("auth0", "example.eu.auth0.com", "https://example.eu.auth0.com/"),
            (
                "keycloak",
                "https://sso.example.com/realms/staff/",
                "https://sso.example.com/realms/staff",
            ),
        ] {
            assert_eq!(issuer(name, answer).as_deref(), Ok(expected), "{name}");
        }
        assert_eq!(Preset::named("google").unwrap().issuer(), Some("https://accounts.google.com"));
        assert_eq!(Preset::named("nobody"), None);
    }

    #[test]
    fn what_is_none_is_told() {
        for (name, answer) in [
            ("gitlab", "git.example.com"),
            ("entra", "common"),
            ("entra", "contoso.onmicrosoft.com"),
            ("okta", "example"),
            ("okta", "exa mple.okta.com"),
            ("auth0", ""),
            ("keycloak", "https://sso.example.com/"),
            ("keycloak", "https://sso.example.com/realms/"),
            ("keycloak", "https://sso.example.com/realms/a/account"),
        ] {
            let told = issuer(name, answer).unwrap_err();
            assert!(told.starts_with("expected "), "{name} {answer}: {told}");
        }
    }
}
