//! What the issuer sends back with the browser (RFC 6749 section 4.1.2).

use std::fmt;

use fed_types::{Hint, Secret, Step};
use url::form_urlencoded;

use crate::issuer::Issuer;

/// The authorization code: good for one exchange, with the code verifier only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode(Secret);

impl AuthorizationCode {
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Why the redirect brings no code. Holds neither code nor state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// Not the answer to our request.
    #[error("the redirect's `state` is not the one sent: it answers another request than ours")]
    State,
    /// A parameter is there twice.
    #[error("the redirect holds `{0}` more than once")]
    Repeated(&'static str),
    /// Another issuer sent it (RFC 9207).
    #[error("expected a redirect of the issuer `{expected}`, found one of `{found}`")]
    Issuer {
        /// The issuer asked.
        expected: String,
        /// The redirect's `iss`.
        found: String,
    },
    /// It does not say which issuer sent it, though the issuer promises to.
    #[error("the redirect does not name its issuer (`iss`), though `{0}` promises to")]
    MissingIssuer(String),
    /// The issuer, or the person there, said no.
    #[error("the issuer refused the sign-in: {0}")]
    Refused(IssuerRefusal),
    /// Neither code nor error.
    #[error("the redirect holds no authorization code")]
    NoCode,
}

/// An OAuth error answer (RFC 6749 sections 4.1.2.1 and 5.2), made fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerRefusal {
    error: String,
    description: Option<String>,
}

/// The longest foreign text we repeat, in characters.
const LONGEST_FOREIGN_TEXT: usize = 300;

impl IssuerRefusal {
    pub(crate) fn new(error: &str, description: Option<&str>) -> Self {
        Self {
            error: fit_to_show(error),
            description: description.map(fit_to_show).filter(|text| !text.is_empty()),
        }
    }

    /// The `error` code, such as `access_denied`.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The issuer's own words.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether the issuer's own words hold this one.
    pub(crate) fn names(&self, word: &str) -> bool {
        self.description.as_deref().is_some_and(|description| description.contains(word))
    }
}

/// Without control characters (which could drive a terminal), and not endless.
fn fit_to_show(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_FOREIGN_TEXT)
        .collect::<String>()
        .trim()
        .to_owned()
}

impl fmt::Display for IssuerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.error)?;
        match &self.description {
            Some(description) => write!(f, " ({description})"),
            None => Ok(()),
        }
    }
}

impl RedirectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::State | Self::Repeated(_) | Self::Issuer { .. } | Self::MissingIssuer(_) => {
                Some(Hint::to("close older sign-in tabs and begin again", Step::SignIn))
            }
            Self::Refused(refusal) => match refusal.error.as_str() {
                "access_denied" => {
                    Some(Hint::to("consent was not given; begin again", Step::SignIn))
                }
                "org_internal" => Some(Hint::to(
                    "the OAuth client admits accounts of its own organization only; choose another",
                    Step::SignInAs("NAME@DOMAIN".to_owned()),
                )),
                "invalid_scope" => Some(
                    "the client may not ask for all of these: set `scopes` to those that the issuer knows it for".into(),
                ),
                _ => None,
            },
            Self::NoCode => Some("copy the whole address the browser ends up at".into()),
        }
    }
}

impl RedirectError {
    /// Whether it is not our request that was answered: anybody may have sent it.
    pub(crate) fn answers_another(&self) -> bool {
        matches!(self, Self::State | Self::Repeated("state"))
    }
}

/// Whether a query is meant as an answer at all.
pub(crate) fn is_answer(query: &str) -> bool {
    let is_of_answer = |name: &str| ["state", "code", "error"].contains(&name);
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| is_of_answer(&name))
}

/// The error code of a redirect that nobody vouches for, if it looks like one of RFC 6749
/// section 4.1.2.1: what strangers send is not repeated otherwise.
pub(crate) fn error_code(query: &str) -> Option<String> {
    let is_of_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "error")
        .map(|(_, code)| code.into_owned())
        .filter(|code| (1..=40).contains(&code.len()) && code.bytes().all(is_of_code))
}

/// Reads the redirect's query. The state is compared before anything else is looked at.
pub(crate) fn read(
    query: &str,
    state: &Secret,
    issuer: &Issuer,
    names_issuer: bool,
) -> Result<AuthorizationCode, RedirectError> {
    let parameter = |name: &'static str| {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(RedirectError::Repeated(name)),
            (first, None) => Ok(first.map(|(_, value)| value.into_owned())),
        }
    };
    let returned = parameter("state")?.map(Secret::new);
    if returned.as_ref() != Some(state) {
        return Err(RedirectError::State);
    }
    match parameter("iss")? {
        Some(found) if found != issuer.as_str() => {
            let expected = issuer.as_str().to_owned();
            return Err(RedirectError::Issuer { expected, found: fit_to_show(&found) });
        }
        None if names_issuer => {
            return Err(RedirectError::MissingIssuer(issuer.as_str().to_owned()));
        }
        _ => {}
    }
    if let Some(error) = parameter("error")? {
        let description = parameter("error_description")?;
        let refusal = IssuerRefusal::new(&error, description.as_deref());
        return Err(RedirectError::Refused(refusal));
    }
    match parameter("code")? {
        Some(code) if !code.is_empty() => Ok(AuthorizationCode(Secret::new(code))),
        _ => Err(RedirectError::NoCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(query: &str, names_issuer: bool) -> Result<AuthorizationCode, RedirectError> {
        let issuer = Issuer::parse("https://accounts.google.com").unwrap();
        read(query, &Secret::new("expected"), &issuer, names_issuer)
    }

    #[test]
    fn the_code_of_our_own_request_is_taken() {
        let code = read_with("state=expected&code=4%2F0A&scope=openid", false).unwrap();
        assert_eq!(code.expose(), "4/0A");
        assert_eq!(format!("{code:?}"), "AuthorizationCode([redacted])");
        let query = "state=expected&code=x&iss=https%3A%2F%2Faccounts.google.com";
        assert_eq!(read_with(query, true).unwrap().expose(), "x");
    }

    #[test]
    fn everything_else_is_refused_and_nothing_shown() {
        let state =
            "the redirect's `state` is not the one sent: it answers another request than ours";
        for (query, message) in [
            ("", state),
            ("code=canary", state),
            ("state=&code=canary", state),
            ("state=canary&code=canary", state),
            ("state=expecte&code=canary", state),
            ("state=expected%00&code=canary", state),
            ("state=canary&error=access_denied", state),
            ("state=expected", "the redirect holds no authorization code"),
            ("state=expected&code=", "the redirect holds no authorization code"),
            ("state=expected&state=canary&code=x", "the redirect holds `state` more than once"),
            ("state=expected&code=x&code=canary", "the redirect holds `code` more than once"),
            (
                "state=expected&error=access_denied&code=canary",
                "the issuer refused the sign-in: `access_denied`",
            ),
            (
                "state=expected&error=x&error_description=%1b%5B31mred%0a",
                "the issuer refused the sign-in: `x` ([31mred)",
            ),
            (
                "state=expected&code=canary&iss=https://evil.example",
                "expected a redirect of the issuer `https://accounts.google.com`, found one of `https://evil.example`",
            ),
        ] {
            let error = read_with(query, false).unwrap_err();
            assert_eq!(error.to_string(), message, "{query}");
            assert!(!format!("{error:?}").contains("canary"), "{query}");
        }
        assert_eq!(
            read_with("state=expected&code=canary", true).unwrap_err().to_string(),
            "the redirect does not name its issuer (`iss`), though `https://accounts.google.com` promises to"
        );
    }

    #[test]
    fn of_a_stray_nothing_but_a_code_is_repeated() {
        for (query, code) in [
            ("error=access_denied&state=x", Some("access_denied")),
            ("error=Run+this", None),
            ("error=%1b[31m", None),
            ("error=", None),
            ("error_description=invalid_scope", None),
            ("", None),
        ] {
            assert_eq!(error_code(query).as_deref(), code, "{query}");
        }
        assert_eq!(error_code(&format!("error={}", "x".repeat(41))), None);
    }

    #[test]
    fn what_is_to_be_done_can_be_done() {
        let hint = |code: &str| {
            RedirectError::Refused(IssuerRefusal::new(code, None)).hint().map(|it| it.to_string())
        };
        assert_eq!(
            hint("invalid_scope").unwrap(),
            "the client may not ask for all of these: set `scopes` to those that the issuer knows \
             it for"
        );
        assert_eq!(hint("access_denied").unwrap(), "consent was not given; begin again");
        assert_eq!(hint("server_error"), None);
    }

    #[test]
    fn a_foreign_text_is_cut() {
        let refusal = IssuerRefusal::new("x", Some(&"y".repeat(1000)));
        assert_eq!(refusal.description.unwrap().len(), 300);
    }
}
