//! Whose token it is: what kept credentials are bound to.

use aws_lc_rs::digest::{SHA256, digest};
use fed_types::{Claims, WebIdentityToken};

/// The one a token speaks of, and for whom. Credentials are kept for nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// `iss`.
    issuer: String,
    /// `sub`.
    subject: String,
    /// `aud`, all of them. Empty for sign-ins, whose audience is the client, a setting.
    audience: String,
    /// SHA-256 of a token that was presented: nobody but AWS verifies it, so one that is
    /// altered must not get what the true one got. Empty for sign-ins, whose tokens were
    /// verified, and are others at each renewal.
    digest: String,
}

impl Holder {
    /// Of a token that a machine presents.
    pub(super) fn of_presented(token: &WebIdentityToken, claims: &Claims) -> Self {
        let text = |claim: Option<&str>| claim.unwrap_or_default().to_owned();
        let digest = digest(&SHA256, token.expose().as_bytes());
        Self {
            issuer: text(claims.issuer()),
            subject: text(claims.subject()),
            audience: claims.audience().join("\n"),
            digest: digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// Of a person who signed in.
    pub(crate) fn of_sign_in(issuer: &str, subject: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            audience: String::new(),
            digest: String::new(),
        }
    }

    /// Whether it is the same person or machine, be it by another token.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.issuer, &self.subject) == (&other.issuer, &other.subject)
    }

    /// Everything of it, for a key.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 4] {
        let Self { issuer, subject, audience, digest } = self;
        [
            ("token_issuer", issuer),
            ("token_subject", subject),
            ("token_audience", audience),
            ("token_sha256", digest),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(token: &str, claims: serde_json::Value) -> Holder {
        let claims = Claims::from_json(claims.to_string().as_bytes()).unwrap();
        Holder::of_presented(&WebIdentityToken::new(token), &claims)
    }

    #[test]
    fn another_claim_or_another_token_is_another_holder() {
        let claims = serde_json::json!({"iss": "i", "sub": "s", "aud": ["a", "b"]});
        let one = holder("t", claims.clone());
        assert_eq!(one, holder("t", claims.clone()));
        assert_ne!(one, holder("u", claims.clone()), "an altered signature");
        for (name, value) in [("iss", "j"), ("sub", "t"), ("aud", "a")] {
            let mut other = claims.clone();
            other[name] = value.into();
            assert_ne!(one, holder("t", other), "{name}");
        }
    }

    #[test]
    fn another_token_is_of_the_same_one_and_another_subject_or_issuer_is_not() {
        let one = holder("t", serde_json::json!({"iss": "i", "sub": "s", "aud": "a"}));
        let later = holder("u", serde_json::json!({"iss": "i", "sub": "s", "aud": "b"}));
        assert!(one.is_same(&later) && one.is_same(&Holder::of_sign_in("i", "s")));
        for (issuer, subject) in [("i", "t"), ("j", "s"), ("", "s"), ("i", "")] {
            assert!(!one.is_same(&Holder::of_sign_in(issuer, subject)), "{issuer} {subject}");
        }
    }

    #[test]
    fn the_token_itself_is_in_no_part() {
        let one = holder("canary", serde_json::json!({"iss": "i", "sub": "s", "aud": "a"}));
        assert!(one.parts().iter().all(|(_, value)| !value.contains("canary")));
        assert_eq!(one.parts()[3].1.len(), 64);
    }
}
