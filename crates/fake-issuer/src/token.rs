//! ID tokens: what they say, and how they are signed.

mod workload;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::keys::SigningKeys;
use crate::{Algorithm, Fault, IssuerError, KeyChoice, Preset, random};

pub(crate) use workload::{
    MACHINE, eks_claims, github_actions_claims, gitlab_claims, google_machine_claims,
};

/// A token that a test asks for, `POST /_control/token`. What is not given is
/// as a sign-in of the first account would have it; a claim or header field
/// given as `null` is left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenRequest {
    /// Claims to set, or with `null` to leave out.
    pub claims: Map<String, Value>,
    /// Header fields to set, or with `null` to leave out.
    pub header: Map<String, Value>,
    /// Which key signs.
    pub key: KeyChoice,
    /// Seconds from now to `exp`, else as the provider has it; negative for a token that has
    /// expired.
    pub expires_in: Option<i64>,
}

impl TokenRequest {
    /// With this claim, or with `Value::Null` without it.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// With this header field, or with `Value::Null` without it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Signed with this key.
    #[must_use]
    pub fn key(mut self, key: KeyChoice) -> Self {
        self.key = key;
        self
    }

    /// Expiring this many seconds from now.
    #[must_use]
    pub fn expires_in(mut self, seconds: i64) -> Self {
        self.expires_in = Some(seconds);
        self
    }
}

/// A token before it is signed.
pub(crate) struct Draft {
    preset: Preset,
    pub(crate) claims: Map<String, Value>,
    pub(crate) header: Map<String, Value>,
    pub(crate) key: KeyChoice,
    broken: bool,
}

impl Draft {
    /// `claims`, issued now as the provider issues tokens.
    pub(crate) fn new(preset: Preset, issuer: &str, now: i64, claims: Map<String, Value>) -> Self {
        let mut draft = Self {
            preset,
            claims: Map::new(),
            header: Map::new(),
            key: KeyChoice::Current,
            broken: false,
        };
        draft.claims.insert("iss".to_owned(), issuer.into());
        draft.claims.extend(claims);
        if preset.numbers_tokens() {
            draft.claims.insert("jti".to_owned(), random::uuid().into());
        }
        draft.live(now, now.saturating_add(preset.lifetime_seconds()));
        draft
    }

    /// Expiring that many seconds from now. A token that has expired was issued a lifetime
    /// before it did.
    #[must_use]
    pub(crate) fn expiring(mut self, now: i64, expires_in: i64) -> Self {
        let expires_at = now.saturating_add(expires_in);
        let lifetime = self.preset.lifetime_seconds();
        self.live(if expires_in > 0 { now } else { expires_at - lifetime }, expires_at);
        self
    }

    fn live(&mut self, issued_at: i64, expires_at: i64) {
        self.set("iat", issued_at.into());
        self.set("exp", expires_at.into());
        if let Some(lead) = self.preset.lead_seconds() {
            self.set("nbf", (issued_at - lead).into());
        }
    }

    pub(crate) fn apply(&mut self, request: &TokenRequest) {
        self.key = request.key;
        self.header.extend(request.header.clone());
        for (name, value) in &request.claims {
            self.set(name, value.clone());
        }
    }

    /// Commits those of `faults` that concern an ID token.
    pub(crate) fn spoil(&mut self, faults: &[Fault], now: i64) {
        let lifetime = self.preset.lifetime_seconds();
        for fault in faults {
            match fault {
                Fault::BadSignature => self.broken = true,
                Fault::UnknownKey => self.key = KeyChoice::Unknown,
                Fault::AlgNone => self.key = KeyChoice::None,
                Fault::AlgHs256 => self.key = KeyChoice::Hs256,
                Fault::NoKid => {
                    self.header.insert("kid".to_owned(), Value::Null);
                }
                Fault::WrongIssuer => self.set("iss", "https://attacker.example".into()),
                Fault::WrongAudience => self.set("aud", "another-client".into()),
                Fault::WrongAuthorizedParty => self.set("azp", "another-client".into()),
                Fault::WrongNonce => self.set("nonce", "another-nonce".into()),
                Fault::WrongAtHash => {
                    self.set("at_hash", at_hash(Algorithm::Rs256, "another-token").into())
                }
                Fault::WrongSubject => self.set("sub", "999999999999999999999".into()),
                Fault::WrongHostedDomain => self.set("hd", "attacker.example".into()),
                Fault::MissingClaim { claim } => self.set(claim, Value::Null),
                Fault::Claim { claim, value } => self.set(claim, value.clone()),
                Fault::Expired => {
                    self.live(now - 2 * lifetime, now - lifetime);
                }
                Fault::IssuedInFuture { seconds } => {
                    self.live(now + seconds, now + seconds + lifetime);
                }
                _ => {}
            }
        }
    }

    fn set(&mut self, claim: &str, value: Value) {
        if value.is_null() {
            self.claims.remove(claim);
        } else {
            self.claims.insert(claim.to_owned(), value);
        }
    }

    /// The JWS in compact form (RFC 7515 §7.1).
    pub(crate) fn sign(self, keys: &mut SigningKeys) -> Result<String, IssuerError> {
        let key = keys.choose(self.key)?;
        let algorithm = match self.key {
            KeyChoice::None => "none",
            KeyChoice::Hs256 => "HS256",
            KeyChoice::Current | KeyChoice::Previous | KeyChoice::Unknown => {
                key.algorithm().as_str()
            }
        };
        let mut header = self.preset.header(&key, algorithm);
        header.extend(self.header);
        header.retain(|_, value| !value.is_null());

        let encode =
            |map: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(map).to_string());
        let message = format!("{}.{}", encode(header), encode(self.claims));
        let mut signature = match self.key {
            KeyChoice::None => Vec::new(),
            KeyChoice::Hs256 => key.confuse(message.as_bytes())?,
            _ => key.sign(message.as_bytes())?,
        };
        if self.broken
            && let Some(byte) = signature.get_mut(7)
        {
            *byte ^= 1;
        }
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The left half of the access token's hash, by the hash of the signature (OIDC Core §3.1.3.6).
pub(crate) fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = digest(algorithm.digest(), access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub(crate) fn s256(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, code_verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_the_specifications_do() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        // OIDC Core appendix A.3.
        assert_eq!(
            at_hash(Algorithm::Rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }

    #[test]
    fn an_expired_token_was_issued_before_it_expired() {
        let now = 1_000_000;
        for expires_in in [3600, 1, 0, -1, -7200] {
            let draft = Draft::new(Preset::Google, "i", now, Map::new()).expiring(now, expires_in);
            let (issued, expires) = (draft.claims["iat"].as_i64(), draft.claims["exp"].as_i64());
            assert_eq!(expires, Some(1_000_000 + expires_in));
            assert!(issued < expires && issued <= Some(1_000_000), "{expires_in}: {issued:?}");
        }
    }

    #[test]
    fn a_request_knows_only_its_own_fields() {
        let typo = serde_json::from_str::<TokenRequest>(r#"{"claim": {}}"#).unwrap_err();
        assert!(typo.to_string().starts_with("unknown field `claim`"), "{typo}");
        let key = serde_json::from_str::<TokenRequest>(r#"{"key": "rs256"}"#).unwrap_err();
        assert!(key.to_string().starts_with("unknown variant `rs256`"), "{key}");
    }
}
