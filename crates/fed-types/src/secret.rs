//! Text that must not be seen: no `Display`, no `Serialize`, wiped when dropped.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret text. `Debug` prints `[redacted]`; comparison takes the same time
/// whatever the contents; memory is wiped on drop.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Each call is a place where the secret can leak.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An OpenID Connect ID token on its way to STS: a JWT in compact form.
///
/// It says nothing about whether anyone has verified the token; STS does.
#[derive(Clone, PartialEq, Eq)]
pub struct WebIdentityToken(Secret);

impl WebIdentityToken {
    /// Takes the compact JWT in, white space around it removed.
    pub fn new(jwt: &str) -> Self {
        Self(Secret::new(jwt.trim()))
    }

    /// The compact JWT.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for WebIdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebIdentityToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("canary");
        let token = WebIdentityToken::new(" canary\n");
        assert_eq!(format!("{secret:?} {token:?}"), "[redacted] WebIdentityToken([redacted])");
        assert_eq!(token.expose(), "canary");
    }

    #[test]
    fn secrets_compare_by_content() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("ab"));
        assert!(Secret::new("").is_empty() && !Secret::new(" ").is_empty());
    }
}
