//! The claims of an ID token, as they stood in its payload.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::UnixTime;

/// The payload of a JWT (RFC 7519 section 4): every claim as the issuer wrote it,
/// with typed access to those this project acts on.
///
/// Holding `Claims` says nothing about who vouches for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Claims(Map<String, Value>);

/// The payload is not a JSON object.
#[derive(Debug, thiserror::Error)]
#[error("expected the token's payload to be a JSON object")]
pub struct InvalidClaims(#[from] serde_json::Error);

impl Claims {
    /// Reads the decoded payload of a JWT.
    ///
    /// # Errors
    /// [`InvalidClaims`] when the bytes are not one JSON object.
    pub fn from_json(payload: &[u8]) -> Result<Self, InvalidClaims> {
        Ok(Self(serde_json::from_slice(payload)?))
    }

    /// Any claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// All claims, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// `iss`: who issued the token.
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `sub`: whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// `aud`: whom it is for; a single string or a list of strings. Empty when the
    /// claim is missing or holds anything else.
    pub fn audience(&self) -> Vec<&str> {
        match self.0.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => {
                several.iter().map(Value::as_str).collect::<Option<_>>().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// `azp`: the party the token was issued to, when it differs from `aud`.
    pub fn authorized_party(&self) -> Option<&str> {
        self.text("azp")
    }

    /// `exp`, `iat` and the like: seconds since 1970, of which the whole ones count (a
    /// NumericDate may have a fraction, RFC 7519 section 2). `None` when the claim is missing
    /// or is no number.
    pub fn time(&self, name: &str) -> Option<UnixTime> {
        let number = self.0.get(name)?.as_number()?;
        number.as_i64().or_else(|| whole(number.as_f64()?)).map(UnixTime::from_seconds)
    }
}

/// The whole seconds before a moment; none where a second is no longer told from the next.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(seconds: f64) -> Option<i64> {
    let exact = -9e15..9e15;
    exact.contains(&seconds).then(|| seconds.floor() as i64)
}

impl From<Map<String, Value>> for Claims {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> Claims {
        Claims::from_json(text.as_bytes()).unwrap()
    }

    #[test]
    fn audience_is_one_or_several() {
        assert_eq!(claims(r#"{"aud":"a"}"#).audience(), ["a"]);
        assert_eq!(claims(r#"{"aud":["a","b"]}"#).audience(), ["a", "b"]);
    }

    #[test]
    fn each_claim_is_found_by_its_own_name() {
        let claims = claims(r#"{"sub":"s","iss":"i","azp":"z","email":"e","n":7}"#);
        let named = [claims.issuer(), claims.subject(), claims.authorized_party()];
        assert_eq!(named, [Some("i"), Some("s"), Some("z")]);
        assert_eq!((claims.text("email"), claims.text("n")), (Some("e"), None));
        assert_eq!((claims.get("n"), claims.get("m")), (Some(&Value::from(7)), None));
        let names: Vec<&str> = claims.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["azp", "email", "iss", "n", "sub"]);
        assert_eq!(claims.iter().next(), Some(("azp", &Value::from("z"))));
    }

    #[test]
    fn an_audience_that_is_not_text_is_no_audience() {
        for text in ["{}", r#"{"aud":7}"#, r#"{"aud":["a",7]}"#, r#"{"aud":null}"#] {
            assert!(claims(text).audience().is_empty(), "{text}");
        }
    }

    #[test]
    fn times_are_numbers_and_their_whole_seconds_count() {
        for (text, seconds) in [("7", 7), ("7.999", 7), ("7.0", 7), ("7e0", 7), ("-0.5", -1)] {
            let time = claims(&format!(r#"{{"exp":{text}}}"#)).time("exp");
            assert_eq!(time, Some(UnixTime::from_seconds(seconds)), "{text}");
        }
        for text in ["\"7\"", "null", "true", "[7]", "1e300", "-1e300", "18446744073709551615"] {
            assert_eq!(claims(&format!(r#"{{"exp":{text}}}"#)).time("exp"), None, "{text}");
        }
    }

    #[test]
    fn a_payload_is_an_object() {
        for text in ["", "[]", "7", "{"] {
            let error = Claims::from_json(text.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, "expected the token's payload to be a JSON object", "{text}");
        }
    }
}
