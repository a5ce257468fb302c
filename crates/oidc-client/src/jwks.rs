//! The issuer's signing keys (RFC 7517), fetched when needed and again when a token names
//! one we have not seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use fed_types::Hint;

use crate::algorithm::SigningAlgorithm;
use crate::http_client::{HttpClient, HttpError, shown};

/// The public keys of an issuer that can verify signatures; whatever else the document
/// holds (encryption keys, symmetric keys, kinds we do not know) is left out.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    key_type: String,
    curve: Option<String>,
    algorithm: Option<String>,
    key: PublicKey,
}

/// A key that verifies.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    /// Any that `jsonwebtoken` knows.
    Known(DecodingKey),
    /// A point on P-521, uncompressed (SEC 1 section 2.3.3).
    P521(Vec<u8>),
}

/// The length of a coordinate on P-521, in bytes (RFC 7518 section 6.2.1.2).
const P521_COORDINATE: usize = 66;

impl PublicKey {
    fn read(value: &Value) -> Option<Self> {
        if value.get("crv").and_then(Value::as_str) != Some("P-521") {
            let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
            return DecodingKey::from_jwk(&jwk).ok().map(Self::Known);
        }
        let mut point = vec![4];
        for name in ["x", "y"] {
            let coordinate = value.get(name).and_then(Value::as_str)?;
            let coordinate = URL_SAFE_NO_PAD.decode(coordinate).ok()?;
            if coordinate.len() != P521_COORDINATE {
                return None;
            }
            point.extend(coordinate);
        }
        Some(Self::P521(point))
    }

    /// Whether `signature`, in base64url, is this key's under `signed`.
    pub(crate) fn verifies(
        &self,
        signed: &str,
        signature: &str,
        algorithm: SigningAlgorithm,
    ) -> bool {
        match (self, algorithm.of_jsonwebtoken()) {
            (Self::Known(key), Some(algorithm)) => {
                let verified =
                    jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key, algorithm);
                verified == Ok(true)
            }
            (Self::P521(point), None) => URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| {
                UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point)
                    .verify(signed.as_bytes(), &signature)
                    .is_ok()
            }),
            (Self::Known(_), None) | (Self::P521(_), Some(_)) => false,
        }
    }
}

/// Why no key was found for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// The token names a key that is not there.
    Unknown,
    /// The token names none and several would fit.
    Ambiguous(usize),
    /// The token names none and none would fit.
    None,
}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 section 5). Members that are no usable signing keys are
    /// ignored, as the section asks; a document without `keys` is an empty set.
    pub fn from_json(document: &Value) -> Self {
        let keys = document.get("keys").and_then(Value::as_array);
        Self { keys: keys.into_iter().flatten().filter_map(Key::read).collect() }
    }

    /// The key for a token: the one it names; or, when it names none, the only one that
    /// fits its algorithm (OpenID Connect Core section 10.1).
    pub(crate) fn find(
        &self,
        key_id: Option<&str>,
        algorithm: SigningAlgorithm,
    ) -> Result<&PublicKey, NoKey> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(algorithm));
        if let Some(key_id) = key_id {
            let named = fitting.find(|key| key.id.as_deref() == Some(key_id));
            return named.map(|key| &key.key).ok_or(NoKey::Unknown);
        }
        let fitting: Vec<_> = fitting.collect();
        match fitting[..] {
            [only] => Ok(&only.key),
            [] => Err(NoKey::None),
            _ => Err(NoKey::Ambiguous(fitting.len())),
        }
    }
}

impl Key {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let key_type = text("kty").filter(|key_type| key_type == "RSA" || key_type == "EC")?;
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        Some(Self {
            id: text("kid"),
            key_type,
            curve: text("crv"),
            algorithm: text("alg"),
            key: PublicKey::read(value)?,
        })
    }

    fn fits(&self, algorithm: SigningAlgorithm) -> bool {
        let (key_type, curve) = algorithm.key_type();
        self.key_type == key_type
            && (curve.is_none() || self.curve.as_deref() == curve)
            && self.algorithm.as_deref().is_none_or(|name| name == algorithm.as_str())
    }
}

/// How often the keys are fetched again because a token names an unknown one: a forged
/// `kid` must not make us hammer the issuer.
pub(crate) const REFETCHES: u8 = 5;

/// The keys at an address, fetched once and kept.
#[derive(Debug)]
pub(crate) struct RemoteKeySet {
    address: Url,
    kept: Mutex<Option<Arc<KeySet>>>,
    refetches_left: AtomicU8,
}

/// The keys could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Fetching failed.
    #[error("cannot read the issuer's signing keys")]
    Http(#[from] HttpError),
    /// There is no key that could verify anything.
    #[error("the issuer's key set `{0}` holds no usable signing key")]
    Empty(String),
}

impl RemoteKeySet {
    pub(crate) fn new(address: Url) -> Self {
        Self { address, kept: Mutex::new(None), refetches_left: AtomicU8::new(REFETCHES) }
    }

    /// The keys as last fetched.
    pub(crate) async fn keys(&self, http: &HttpClient) -> Result<Arc<KeySet>, KeySetError> {
        let mut kept = self.kept.lock().await;
        if let Some(keys) = &*kept {
            return Ok(Arc::clone(keys));
        }
        let keys = self.fetch(http).await?;
        *kept = Some(Arc::clone(&keys));
        Ok(keys)
    }

    /// The keys fetched anew, because the issuer may have rotated them; `None` when that
    /// has been done often enough.
    pub(crate) async fn refetch(
        &self,
        http: &HttpClient,
    ) -> Result<Option<Arc<KeySet>>, KeySetError> {
        let take = |left: u8| left.checked_sub(1);
        let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.refetches_left.fetch_update(set, get, take).is_err() {
            return Ok(None);
        }
        let keys = self.fetch(http).await?;
        *self.kept.lock().await = Some(Arc::clone(&keys));
        Ok(Some(keys))
    }

    async fn fetch(&self, http: &HttpClient) -> Result<Arc<KeySet>, KeySetError> {
        let (document, _) = http.get_json(&self.address).await?;
        let keys = KeySet::from_json(&document);
        if keys.keys.is_empty() {
            return Err(KeySetError::Empty(shown(&self.address)));
        }
        Ok(Arc::new(keys))
    }
}

impl KeySetError {
    /// Whether they may be had later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Http(error) if error.is_transient())
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Http(error) => error.hint(),
            Self::Empty(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rsa(id: Option<&str>, extra: Value) -> Value {
        let mut key = json!({ "kty": "RSA", "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw", "e": "AQAB" });
        if let Some(id) = id {
            key["kid"] = json!(id);
        }
        for (name, value) in extra.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    fn find(keys: Vec<Value>, key_id: Option<&str>) -> Result<(), NoKey> {
        let keys = KeySet::from_json(&json!({ "keys": keys }));
        keys.find(key_id, SigningAlgorithm::Rs256).map(|_| ())
    }

    #[test]
    fn the_key_named_or_the_only_one() {
        assert_eq!(
            find(vec![rsa(Some("a"), json!({})), rsa(Some("b"), json!({}))], Some("b")),
            Ok(())
        );
        assert_eq!(find(vec![rsa(Some("a"), json!({}))], None), Ok(()));
        assert_eq!(find(vec![rsa(None, json!({}))], None), Ok(()));
    }

    #[test]
    fn no_key_is_guessed() {
        let plain = || json!({});
        for (keys, key_id, reason) in [
            (vec![rsa(Some("a"), plain())], Some("b"), NoKey::Unknown),
            (vec![rsa(None, plain())], Some("b"), NoKey::Unknown),
            (vec![rsa(Some("a"), plain()), rsa(Some("b"), plain())], None, NoKey::Ambiguous(2)),
            (vec![], None, NoKey::None),
            (vec![], Some("a"), NoKey::Unknown),
            (vec![rsa(Some("a"), json!({ "use": "enc" }))], Some("a"), NoKey::Unknown),
            (vec![rsa(Some("a"), json!({ "alg": "RS512" }))], Some("a"), NoKey::Unknown),
            (vec![rsa(Some("a"), json!({ "n": 7 }))], Some("a"), NoKey::Unknown),
            (vec![json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "a" })], Some("a"), NoKey::Unknown),
            (vec![json!({ "kty": "AKP", "kid": "a" }), json!(7)], None, NoKey::None),
        ] {
            assert_eq!(find(keys, key_id), Err(reason));
        }
    }

    #[test]
    fn what_is_not_understood_does_not_hide_the_rest() {
        let keys = vec![json!({ "kty": "AKP" }), rsa(Some("a"), json!({ "x5t": "x" }))];
        assert_eq!(find(keys, Some("a")), Ok(()));
    }

    #[test]
    fn a_document_without_keys_is_empty() {
        for document in [json!(null), json!([]), json!({}), json!({ "keys": {} })] {
            assert!(KeySet::from_json(&document).keys.is_empty());
        }
    }
}
