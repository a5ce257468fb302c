//! An ID token before and after verification.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fed_types::{Claims, WebIdentityToken};
use serde_json::Value;

/// A JWT in compact form (RFC 7519, RFC 7515) that nobody has vouched for. What it claims
/// may be shown, never trusted.
#[derive(Clone)]
pub struct UnverifiedIdToken {
    token: WebIdentityToken,
    header: Header,
    claims: Claims,
}

/// What is read of the JOSE header (RFC 7515 section 4.1). Keys in the header itself
/// (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) algorithm: String,
    pub(crate) key_id: Option<String>,
    pub(crate) has_critical_extensions: bool,
}

/// The text is not a JWT. Never holds the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedToken {
    /// Not three parts.
    #[error("the token is not a JWT: expected three parts between dots, found {0}")]
    Parts(usize),
    /// Five parts: encrypted.
    #[error("the token is encrypted (JWE), and no encryption was agreed upon")]
    Encrypted,
    /// The header is not base64url of a JSON object with `alg`.
    #[error("the token's header is not base64url of a JSON object with `alg`")]
    Header,
    /// The payload is not base64url of a JSON object.
    #[error("the token's payload is not base64url of a JSON object")]
    Payload,
}

impl UnverifiedIdToken {
    /// Takes a compact JWT apart, white space around it removed.
    ///
    /// # Errors
    /// [`MalformedToken`].
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        let token = WebIdentityToken::new(text);
        let (header, claims) = {
            let parts: Vec<&str> = token.expose().split('.').collect();
            match parts[..] {
                [header, payload, _signature] => {
                    (Header::read(header)?, claims(payload).ok_or(MalformedToken::Payload)?)
                }
                [_, _, _, _, _] => return Err(MalformedToken::Encrypted),
                _ => return Err(MalformedToken::Parts(parts.len())),
            }
        };
        Ok(Self { token, header, claims })
    }

    /// What it claims, vouched for by nobody.
    pub fn unverified_claims(&self) -> &Claims {
        &self.claims
    }

    /// The token as it is, for whoever verifies it.
    pub fn web_identity_token(&self) -> &WebIdentityToken {
        &self.token
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// What is signed, and the signature in base64url.
    pub(crate) fn signed_parts(&self) -> (&str, &str) {
        self.token.expose().rsplit_once('.').unwrap_or_default()
    }
}

impl Header {
    fn read(part: &str) -> Result<Self, MalformedToken> {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| MalformedToken::Header)?;
        let header: Value = serde_json::from_slice(&bytes).map_err(|_| MalformedToken::Header)?;
        let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            algorithm: text("alg").ok_or(MalformedToken::Header)?,
            key_id: text("kid"),
            has_critical_extensions: header.get("crit").is_some(),
        })
    }
}

fn claims(part: &str) -> Option<Claims> {
    Claims::from_json(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl fmt::Debug for UnverifiedIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedIdToken([redacted])")
    }
}

/// An ID token whose signature and claims have been verified. Only
/// [`verify`](crate::verify) makes one.
#[derive(Clone)]
pub struct IdToken {
    token: WebIdentityToken,
    claims: Claims,
    subject: String,
}

impl IdToken {
    pub(crate) fn vouched_for(token: UnverifiedIdToken, subject: String) -> Self {
        Self { token: token.token, claims: token.claims, subject }
    }

    /// What the issuer says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// `sub`: the person or machine, within the issuer.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The token itself.
    pub fn web_identity_token(&self) -> &WebIdentityToken {
        &self.token
    }
}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdToken").field("subject", &self.subject).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn what_is_no_jwt_is_named_and_never_shown() {
        let header = encoded(r#"{"alg":"RS256"}"#);
        let payload = encoded(r#"{"sub":"1"}"#);
        for (text, error) in [
            ("canary".to_owned(), MalformedToken::Parts(1)),
            (String::new(), MalformedToken::Parts(1)),
            (format!("{header}.{payload}"), MalformedToken::Parts(2)),
            (format!("{header}.{payload}.s.t"), MalformedToken::Parts(4)),
            (format!("{header}.a.b.c.d"), MalformedToken::Encrypted),
            (format!("canary!.{payload}.s"), MalformedToken::Header),
            (format!("{}.{payload}.s", encoded("[]")), MalformedToken::Header),
            (format!("{}.{payload}.s", encoded("{}")), MalformedToken::Header),
            (format!("{}.{payload}.s", encoded(r#"{"alg":7}"#)), MalformedToken::Header),
            (format!("{header}.canary!.s"), MalformedToken::Payload),
            (format!("{header}.{}.s", encoded("[]")), MalformedToken::Payload),
            (format!("{header}=.{payload}.s"), MalformedToken::Header),
        ] {
            let found = UnverifiedIdToken::parse(&text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!format!("{found} {found:?}").contains("canary"));
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let text = format!("{}.{}.canary", encoded(r#"{"alg":"RS256"}"#), encoded(r#"{"a":"b"}"#));
        let token = UnverifiedIdToken::parse(&format!(" {text}\n")).unwrap();
        assert_eq!(format!("{token:?}"), "UnverifiedIdToken([redacted])");
        assert_eq!(token.web_identity_token().expose(), text);
        assert_eq!(token.signed_parts().1, "canary");
    }
}
