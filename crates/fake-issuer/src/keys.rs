//! The signing keys: made at start and on each rotation; RSA keys with 2048 bits.

mod certificate;
mod der;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::algorithm::Scheme;
use crate::{Algorithm, IssuerError};

/// Which key, and so which algorithm, signs a token that a test asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyChoice {
    /// The published key in use: what a sign-in gets.
    #[default]
    Current,
    /// The published key that was in use before.
    Previous,
    /// A good key that is not published.
    Unknown,
    /// `alg: none` and an empty signature (an attack).
    None,
    /// `alg: HS256` keyed with the current public key's PEM text (an attack).
    Hs256,
}

/// One key pair, its algorithm, and twenty bytes that tell it from others.
pub(crate) struct SigningKey {
    name: [u8; 20],
    algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair, &'static str),
}

impl Pair {
    fn generate(algorithm: Algorithm) -> Result<Self, IssuerError> {
        let failed = |_| IssuerError::Crypto { what: "make a key pair" };
        Ok(match algorithm.scheme() {
            Scheme::Rsa(_) => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?),
            Scheme::Ecdsa(scheme, curve) => {
                Self::Ecdsa(EcdsaKeyPair::generate(scheme).map_err(failed)?, curve)
            }
        })
    }

    fn public_key(&self) -> &[u8] {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref(),
            Self::Ecdsa(pair, _) => pair.public_key().as_ref(),
        }
    }
}

impl SigningKey {
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, IssuerError> {
        let pair = Pair::generate(algorithm)?;
        let mut name = [0; 20];
        name.copy_from_slice(&digest(&SHA256, pair.public_key()).as_ref()[..20]);
        Ok(Self { name, algorithm, pair })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The name in 40 hexadecimal digits.
    pub(crate) fn digits(&self) -> String {
        self.name.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name as `x5t` has it, where there is a certificate (RFC 7515 §4.1.7).
    pub(crate) fn certificate_digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.name)
    }

    /// The digest of the members that a key consists of, in their order (RFC 7638 §3).
    pub(crate) fn thumbprint(&self) -> String {
        let jwk = self.jwk(None);
        let members = match &self.pair {
            Pair::Rsa(_) => format!(r#"{{"e":{},"kty":"RSA","n":{}}}"#, jwk["e"], jwk["n"]),
            Pair::Ecdsa(_, curve) => {
                format!(r#"{{"crv":"{curve}","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"])
            }
        };
        URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
    }

    /// By the key's algorithm (RFC 7518 §3.3, §3.4).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IssuerError> {
        let failed = |_| IssuerError::Crypto { what: "sign" };
        let random = SystemRandom::new();
        match (&self.pair, self.algorithm.scheme()) {
            (Pair::Rsa(pair), Scheme::Rsa(encoding)) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            (Pair::Ecdsa(pair, _), _) => {
                Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec())
            }
            (Pair::Rsa(_), Scheme::Ecdsa(..)) => Err(IssuerError::Crypto { what: "sign" }),
        }
    }

    /// HMAC-SHA256 keyed with this key's *public* PEM text.
    pub(crate) fn confuse(&self, message: &[u8]) -> Result<Vec<u8>, IssuerError> {
        let pem = self.public_pem()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, pem.as_bytes());
        Ok(hmac::sign(&key, message).as_ref().to_vec())
    }

    pub(crate) fn public_pem(&self) -> Result<String, IssuerError> {
        let failed = |_| IssuerError::Crypto { what: "encode the public half" };
        let der: PublicKeyX509Der<'_> = match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_der().map_err(failed)?,
            Pair::Ecdsa(pair, _) => pair.public_key().as_der().map_err(failed)?,
        };
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        let text = STANDARD.encode(der.as_ref());
        for (index, letter) in text.chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(letter);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        Ok(pem)
    }

    /// As RFC 7517 §4 and RFC 7518 §6 write it; without `kid` if it is to have none.
    pub(crate) fn jwk(&self, key_id: Option<String>) -> Value {
        let public_key = self.pair.public_key();
        let mut jwk = match &self.pair {
            Pair::Rsa(_) => {
                let (modulus, exponent) = der::rsa_public_key(public_key).unwrap_or((&[], &[]));
                let [n, e] = [modulus, exponent].map(|it| URL_SAFE_NO_PAD.encode(it));
                json!({ "kty": "RSA", "n": n, "e": e })
            }
            // The point, uncompressed: 4, x, y (RFC 7518 §6.2.1).
            Pair::Ecdsa(_, curve) => {
                let point = public_key.get(1..).unwrap_or_default();
                let (x, y) = point.split_at(point.len() / 2);
                let [x, y] = [x, y].map(|it| URL_SAFE_NO_PAD.encode(it));
                json!({ "kty": "EC", "crv": curve, "x": x, "y": y })
            }
        };
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm.as_str().into();
        if let Some(key_id) = key_id {
            jwk["kid"] = key_id.into();
        }
        jwk
    }
}

/// The two published keys and one that never is. They are made when first
/// needed: a key takes a tenth of a second.
pub(crate) struct SigningKeys {
    algorithm: Algorithm,
    current: Option<Arc<SigningKey>>,
    previous: Option<Arc<SigningKey>>,
    unknown: Option<Arc<SigningKey>>,
}

impl SigningKeys {
    /// To be made by this algorithm.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        Self { algorithm, current: None, previous: None, unknown: None }
    }

    /// The key behind `choice`; for [`KeyChoice::None`] and
    /// [`KeyChoice::Hs256`] the one they pretend to.
    pub(crate) fn choose(&mut self, choice: KeyChoice) -> Result<Arc<SigningKey>, IssuerError> {
        let algorithm = self.algorithm;
        let place = match choice {
            KeyChoice::Previous => &mut self.previous,
            KeyChoice::Unknown => &mut self.unknown,
            KeyChoice::Current | KeyChoice::None | KeyChoice::Hs256 => &mut self.current,
        };
        if let Some(key) = place {
            return Ok(Arc::clone(key));
        }
        Ok(Arc::clone(place.insert(Arc::new(SigningKey::generate(algorithm)?))))
    }

    /// `new` takes over; the key before the last is published no longer.
    pub(crate) fn rotate(&mut self, new: SigningKey) -> Result<(), IssuerError> {
        self.previous = Some(self.choose(KeyChoice::Current)?);
        self.current = Some(Arc::new(new));
        Ok(())
    }

    /// Those that are published and made already, the current one first.
    pub(crate) fn published(&self) -> impl Iterator<Item = &SigningKey> {
        [&self.current, &self.previous].into_iter().flatten().map(Arc::as_ref)
    }

    /// The JWK set (RFC 7517 §5), the current key first; `key_id` names them, or does not.
    pub(crate) fn jwks(
        &mut self,
        key_id: impl Fn(&SigningKey) -> Option<String>,
    ) -> Result<Value, IssuerError> {
        let current = self.choose(KeyChoice::Current)?;
        let previous = self.choose(KeyChoice::Previous)?;
        let jwk = |key: &SigningKey| key.jwk(key_id(key));
        Ok(json!({ "keys": [jwk(&current), jwk(&previous)] }))
    }

    /// The same keys as certificates, by their names.
    pub(crate) fn certificates(
        &mut self,
        now: i64,
        key_id: impl Fn(&SigningKey) -> String,
    ) -> Result<Value, IssuerError> {
        let mut certificates = serde_json::Map::new();
        for choice in [KeyChoice::Current, KeyChoice::Previous] {
            let key = self.choose(choice)?;
            certificates.insert(key_id(&key), key.certificate(now)?.into());
        }
        Ok(certificates.into())
    }
}
