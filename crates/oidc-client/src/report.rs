//! A sign-in as the tutorial's page shows it.

use std::fmt;

use fed_types::Claims;
use serde::Serialize;

use crate::sign_in::SignIn;

/// Whether tokens are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// The first characters and the length: enough to tell one from another.
    Shortened,
    /// Whole. Whoever sees them can use them.
    Whole,
}

/// `OAuth2Token`, `IDToken` and `IDTokenClaims`, as the tutorial's page has them
/// (tutorial.md, step 5), to be printed as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    #[serde(rename = "OAuth2Token")]
    oauth2_token: TokenReport,
    #[serde(rename = "IDToken")]
    id_token: Shown,
    #[serde(rename = "IDTokenClaims")]
    id_token_claims: Claims,
}

#[derive(Clone, Debug, Serialize)]
struct TokenReport {
    access_token: Shown,
    token_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<String>,
}

/// A secret as far as it is shown; whole only on demand, so no `Debug` either.
#[derive(Clone, Serialize)]
#[serde(transparent)]
struct Shown(String);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Report {
    /// Those of the ID token.
    pub(crate) const fn claims(&self) -> &Claims {
        &self.id_token_claims
    }
}

/// Makes the report of a sign-in.
pub fn report(sign_in: &SignIn, reveal: Reveal) -> Report {
    let shown = |secret: &str| match reveal {
        Reveal::Whole => Shown(secret.to_owned()),
        Reveal::Shortened => Shown(shortened(secret)),
    };
    Report {
        oauth2_token: TokenReport {
            access_token: shown(sign_in.access_token.expose()),
            token_type: sign_in.token_type.clone(),
            refresh_token: sign_in.refresh_token.as_ref().map(|token| shown(token.expose())),
            expiry: sign_in.expires_at.map(|moment| moment.to_string()),
        },
        id_token: shown(sign_in.id_token.web_identity_token().expose()),
        id_token_claims: sign_in.id_token.claims().clone(),
    }
}

/// The first six characters of a long secret, nothing of a short one.
fn shortened(secret: &str) -> String {
    let length = secret.chars().count();
    let start: String = secret.chars().take(if length < 32 { 0 } else { 6 }).collect();
    format!("{start}… ({length} characters)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_a_long_secret_and_nothing_of_a_short_one() {
        assert_eq!(shortened(&"eyJhbGciOiJSUzI1NiJ9".repeat(2)), "eyJhbG… (40 characters)");
        assert_eq!(shortened("canary"), "… (6 characters)");
        assert_eq!(shortened(""), "… (0 characters)");
    }
}
